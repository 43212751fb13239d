"""Makes the class of an entity type, and changes its bases when plugins change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .entity import Entity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core.schema import EntitySchema

    from .work import Work

__all__ = ["make_class", "rebase_class", "try_class"]


def make_class(
    schema: EntitySchema, mixins: Iterable[type] = (), work: Work | None = None
) -> type[Entity]:
    """Return a new class for the entities of *schema* and *work*; *mixins* come before `Entity`."""
    namespace = {
        "_work": work,
        "__module__": Entity.__module__,
        "__slots__": (),
        "schema": schema,
        "entity_type": schema.name,
    }
    return type(schema.name, _bases(mixins), namespace)


def try_class(schema: EntitySchema, mixins: Iterable[type]) -> None:
    """Raise TypeError where *mixins* do not go together, or not with classes that exist already.

    A mixin with slots of its own is of the second kind: no class can change to it later.
    """
    trial = make_class(schema)
    trial.__bases__ = _bases(mixins)


def rebase_class(cls: type[Entity], mixins: Iterable[type]) -> None:
    """Give a class that has instances other *mixins*, so that ``isinstance`` stays true.

    A trial class is built first: mixins that do not go together raise before anything changed.
    """
    bases = _bases(mixins)
    if bases != cls.__bases__:
        try_class(cls.schema, bases[:-1])
        cls.__bases__ = bases


def _bases(mixins: Iterable[type]) -> tuple[type, ...]:
    return (*dict.fromkeys(mixins), Entity)
