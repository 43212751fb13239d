"""Asset versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_entities import AssetVersionHelpers

from ftrack_api._translation import translating

from .base import Entity

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AssetVersion"]


@translating("encode_media")
class AssetVersion(AssetVersionHelpers, Entity):
    """A version of an asset."""

    __slots__ = ()

    def create_component(
        self, path: Any, data: Mapping[str, Any] | None = None, location: Any = None
    ) -> Any:
        """Create a component of this version and return it; see ``Session.create_component``."""
        given = {name: value for name, value in (data or {}).items() if name != "version_id"}
        return self.session.create_component(path, {**given, "version": self}, location)

    def encode_media(self, media: Any, keep_original: bool | str = "auto") -> Any:
        """Have the server make review media for this version; return the job that does it."""
        session: Any = self.session  # the one that scripts hold
        return session.encode_media(media, version_id=self["id"], keep_original=keep_original)
