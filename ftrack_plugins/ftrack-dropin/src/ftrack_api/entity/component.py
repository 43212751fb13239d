"""Components, and thumbnails made of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_entities import ComponentHelpers, ThumbnailHelpers

from ftrack_api._translation import translating

from .base import Entity

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Component", "CreateThumbnailMixin"]


@translating("get_availability")
class Component(ComponentHelpers, Entity):
    """A file, a sequence or a container, and whatever hangs on one."""

    __slots__ = ()


@translating("create_thumbnail")
class CreateThumbnailMixin(ThumbnailHelpers):
    """Mixed into every type that has a thumbnail."""

    __slots__ = ()

    def create_thumbnail(self, path: Any, data: Mapping[str, Any] | None = None) -> Any:
        """Upload the picture *path*, make it the thumbnail, commit; return the component."""
        return super().create_thumbnail(path, data)
