"""Entities as text for people, in colours where the output is a terminal."""

from __future__ import annotations

import os
import sys
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.entity import NOT_SET, Entity
from ftrack_core.entity.collection import Collection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    AttributeFilter = Callable[[Entity, str, Any], bool]
    Formatters = Mapping[str, Callable[[str], str]]

__all__ = ["FILTER", "FORMATTER", "format", "takes_colours"]

_OFF = "\x1b[0m"


def _in(code: str) -> Callable[[str], str]:
    """Return what sets a text in a style of terminals (ECMA-48)."""
    return lambda text: f"\x1b[{code}m{text}{_OFF}"


FILTER: Final[Mapping[str, AttributeFilter]] = MappingProxyType(
    {
        "ignore_unset": lambda _entity, _name, value: value is not NOT_SET,
        "local_only": lambda entity, name, _value: entity._is_local(name),  # noqa: SLF001
    }
)
"""Which attributes to show: all but those that are not here; those assigned and not committed."""

FORMATTER: Final[Mapping[str, Formatters]] = MappingProxyType(
    {
        "plain": MappingProxyType({"header": str, "label": str}),
        "coloured": MappingProxyType({"header": _in("1;4"), "label": _in("34")}),
    }
)
"""How types (*header*) and attribute names (*label*) look."""


def format(  # noqa: A001 -- the name that its users know
    entity: Entity,
    formatters: Formatters | None = None,
    attribute_filter: AttributeFilter | None = None,
    recursive: bool = False,
    indent: int = 0,
    indent_first_line: bool = True,
) -> str:
    """Return *entity* as text: its type, then a line for each attribute, sorted by name.

    What is not here of the entity is loaded, in one request; what it leads to is shown as far as it
    is here. Referenced entities stand inline, one that the text is within already as
    ``Type{...}``; collections are written out only if *recursive*. *formatters* set *header* and
    *label*: the coloured ones where the output is a terminal, else the plain ones, for what is not
    given. *attribute_filter* is called with entity, name and value; True shows the attribute.

    ``NO_COLOR`` and ``ANSI_COLORS_DISABLED`` in the environment switch colours off, ``FORCE_COLOR``
    switches them on.
    """
    usual = FORMATTER["coloured" if takes_colours() else "plain"]
    writer = _Writer({**usual, **(formatters or {})}, attribute_filter, recursive)
    text = "\n".join(writer.lines(entity, entity.items(), " " * indent, ()))
    return text if indent_first_line else text[indent:]


class _Writer:
    """Writes entities with one set of formatters."""

    def __init__(
        self, formatters: Formatters, wanted: AttributeFilter | None, recursive: bool
    ) -> None:
        self._header, self._label = formatters["header"], formatters["label"]
        self._wanted = wanted
        self._recursive = recursive

    def lines(
        self, entity: Entity, items: Any, margin: str, within: tuple[Entity, ...]
    ) -> Iterator[str]:
        yield margin + self._header(entity.entity_type)
        for name, value in sorted(items, key=lambda item: str(item[0])):
            if self._wanted is None or self._wanted(entity, name, value):
                yield from self._attribute(name, value, margin, (*within, entity))

    def _attribute(
        self, name: str, value: Any, margin: str, within: tuple[Entity, ...]
    ) -> Iterator[str]:
        start = f"{margin} {self._label(name)}: "
        inner = margin + " " * (len(name) + 3)
        if isinstance(value, Entity):
            several = [value]
        elif self._recursive and isinstance(value, Collection) and value:
            several = list(value)
        else:
            yield start + str(value)
            return
        lines = [line for one in several for line in self._entity(one, inner, within)]
        yield start + lines[0].removeprefix(inner)
        yield from lines[1:]

    def _entity(self, entity: Entity, margin: str, within: tuple[Entity, ...]) -> Iterator[str]:
        if entity in within:
            yield f"{margin}{self._header(entity.entity_type)}{{...}}"
        else:
            known = [(name, entity.loaded(name)) for name in entity]
            shown = [(name, value) for name, value in known if value is not NOT_SET]
            yield from self.lines(entity, shown, margin, within)


def takes_colours() -> bool:
    """Whether the standard output takes colours: the environment says so, or it is a terminal."""
    environment = os.environ
    if environment.get("ANSI_COLORS_DISABLED") or environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and environment.get("TERM") != "dumb"
