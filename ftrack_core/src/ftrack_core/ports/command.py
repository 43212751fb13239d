"""Commands that plugins add to the command line, as plain values.

Only ftrack-cli knows how a command line is parsed and shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Argument", "Command"]


@dataclass(frozen=True)
class Argument:
    """One argument of a command.

    A *name* that begins with ``--`` is an option; one without is positional. *type* is ``str``,
    ``int``, ``float`` or ``bool`` (a flag); *choices* restricts the values.
    """

    name: str
    help: str = ""
    type: type = str
    default: Any = None
    required: bool = False
    multiple: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Command:
    """A command: *run* is called with its arguments by name and returns the exit status.

    A *name* of several words, ``farm start``, is the command ``start`` of the group ``farm``.
    The name of an option for *run* is without its dashes, with underscores.
    """

    name: str
    help: str
    run: Callable[..., int]
    arguments: tuple[Argument, ...] = ()
    examples: tuple[str, ...] = ()
