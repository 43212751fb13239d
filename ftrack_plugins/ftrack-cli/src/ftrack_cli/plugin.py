"""The commands of this distribution; what they need is imported when they are run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core import Command

__all__ = ["ftrack_commands"]


@hookimpl
def ftrack_commands() -> Iterable[Command]:
    """Add one command for each module of the package ``commands``."""
    from .commands import find_commands

    return list(find_commands())
