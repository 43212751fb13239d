"""Publishing to a version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .helper import Helper

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AssetVersionHelpers"]


class AssetVersionHelpers(Helper):
    """Mixed into ``AssetVersion``."""

    __slots__ = ()

    def create_component(
        self, path: str, data: Mapping[str, Any] | None = None, location: Any = "auto"
    ) -> Any:
        """Publish a file or a frame sequence as a component of this version and return it.

        The arguments are those of ``Session.create_component``.
        """
        return self.session.create_component(path, {**(data or {}), "version": self}, location)
