"""Publishing to a version."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ftrack_core.entity import session_of

from .helper import Helper
from .media import request_encoding

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AssetVersionHelpers"]


class AssetVersionHelpers(Helper):
    """Mixed into ``AssetVersion``."""

    __slots__ = ()

    def create_component(
        self,
        path: str | os.PathLike[str],
        data: Mapping[str, Any] | None = None,
        location: Any = "auto",
    ) -> Any:
        """Publish a file or a frame sequence as a component of this version and return it.

        The arguments are those of ``Session.create_component``.
        """
        given = {name: value for name, value in (data or {}).items() if name != "version_id"}
        values = {**given, "version": self}
        return session_of(self).create_component(os.fspath(path), values, location)

    def encode_media(self, media: Any, keep_original: bool | str = "auto") -> Any:
        """Have the server make review media for this version; return the job that does it.

        *media* is a path, which is uploaded, or a file component in the server's location. The
        original is kept where *keep_original* says so, ``"auto"``: where it is a component already.
        Raises `EntityError` for anything else.
        """
        return request_encoding(session_of(self), media, self["id"], keep_original)
