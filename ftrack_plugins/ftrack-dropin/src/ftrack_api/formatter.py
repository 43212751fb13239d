"""Entities as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core import formatter as ours

from . import inspection
from .attribute import ReferenceAttribute

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, MutableMapping

__all__ = ["FILTER", "format"]

FILTER = dict(ours.FILTER)
"""Which attributes to show, by name: ``ignore_unset`` leaves out what has no value here."""


def format(  # noqa: A001 -- the name that scripts know
    entity: Any,
    formatters: MutableMapping[str, Callable[[str], str]] | None = None,
    attribute_filter: Callable[[Any, str, Any], bool] | None = None,
    recursive: bool = False,
    indent: int = 0,
    indent_first_line: bool = True,
    _seen: Collection[str] | None = None,
) -> str:
    """Return *entity* as text: its type, then a line for each attribute, sorted by name.

    *formatters* set the type (*header*) and the names of attributes (*label*); those it lacks are
    put into it: colours where the output takes them. *attribute_filter* is called with entity, name
    and value, and True shows the attribute. Entities in collections are written out if *recursive*.
    One that *_seen* holds, as the text of its identity, is named only.
    """
    used = {} if formatters is None else formatters
    usual = ours.FORMATTER["coloured" if _can_do_colors() else "plain"]
    for name, style in usual.items():
        used.setdefault(name, style)
    if _seen and str(inspection.identity(entity)) in _seen:
        margin = " " * indent if indent_first_line else ""
        return f"{margin}{used['header'](entity.entity_type)}{{...}}"
    _load_what_is_referred_to(entity)
    return ours.format(entity, used, attribute_filter, recursive, indent, indent_first_line)


def _load_what_is_referred_to(entity: Any) -> None:
    """Load what is shown of the entities behind references, in one request."""
    types = entity.session.types
    paths = [
        f"{one.name}.{name}"
        for one in entity.attributes
        if isinstance(one, ReferenceAttribute) and one.entity_type in types
        for name in _usual_names(types[one.entity_type])
    ]
    if paths and entity.session.auto_populate:
        entity.session.populate(entity, ", ".join(paths))


def _usual_names(entity_class: Any) -> list[str]:
    """Return what an entity is known by: what queries select by themselves, and its name."""
    names = list(entity_class.default_projections)
    return [*names, "name"] if entity_class.attributes.get("name") else names


def _can_do_colors() -> bool:
    """Whether the output takes colours: the environment says so, or it is a terminal."""
    return ours.takes_colours()
