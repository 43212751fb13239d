"""The hook that answers for ``sqlite:`` URLs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core import hookimpl, provides

if TYPE_CHECKING:
    from ftrack_core.ports import AccessorSpec

    from .accessor import SqliteAccessor


@provides("sqlite")
@hookimpl
def ftrack_create_accessor(spec: AccessorSpec) -> SqliteAccessor | None:
    """Make an accessor for ``sqlite:/path/to/file.db``."""
    if spec.scheme != "sqlite":
        return None
    from .accessor import SqliteAccessor

    return SqliteAccessor(spec.rest)
