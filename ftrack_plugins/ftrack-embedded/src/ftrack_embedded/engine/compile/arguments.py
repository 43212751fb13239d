"""The parameters of a statement that is being compiled, and how each gets its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BindParameter, Text, bindparam

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.types import TypeEngine

__all__ = [
    "HIDDEN",
    "KEYS",
    "MOMENT",
    "Argument",
    "Arguments",
    "hidden_parameter",
    "keys_parameter",
    "moment_parameter",
]

HIDDEN: Final = "hidden_"
"""How the parameters begin for what the caller may not see, JSON lists of ids."""
KEYS: Final = "keys"
"""The parameter for the keys of many owners, a JSON list."""
MOMENT: Final = "moment"
"""The parameter for the present time."""


@dataclass(frozen=True)
class Argument:
    """The parameter *name* gets what *convert* makes of the given value number *slot*."""

    name: str
    slot: int
    convert: Callable[[Any], Any]


class Arguments:
    """Collects what the values of a query are bound to."""

    def __init__(self) -> None:
        self._taken: list[Argument] = []

    def take(
        self, slot: int, convert: Callable[[Any], Any], kind: TypeEngine[Any]
    ) -> BindParameter[Any]:
        """Return a parameter of a *kind* for a given value; *convert* raises for a wrong one."""
        name = f"given_{len(self._taken)}"
        self._taken.append(Argument(name, slot, convert))
        return bindparam(name, None, type_=kind)

    def taken(self) -> tuple[Argument, ...]:
        """Return all that were taken."""
        return tuple(self._taken)


def hidden_parameter(name: str, ids: str) -> BindParameter[Any]:
    """Return the parameter *name* for ids that stay hidden, as JSON text."""
    return bindparam(f"{HIDDEN}{name}", ids, type_=Text())


def keys_parameter() -> BindParameter[Any]:
    """Return the parameter for the keys of owners, as JSON text."""
    return bindparam(KEYS, None, type_=Text())


def moment_parameter() -> BindParameter[Any]:
    """Return the parameter for the time of the request, as times are stored."""
    return bindparam(MOMENT, None, type_=Text())
