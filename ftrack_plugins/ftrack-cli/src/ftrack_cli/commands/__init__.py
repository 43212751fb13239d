"""The commands of this distribution: each module is one, and its name is the command's.

A module declares ``COMMAND`` and imports what the command needs when it is run.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ftrack_core.ports import Command

__all__ = ["find_commands"]


def find_commands() -> Iterator[Command]:
    """Yield the command of each module of this package, by name."""
    for module in sorted(one.name for one in iter_modules(__path__)):
        yield import_module(f"{__name__}.{module}").COMMAND
