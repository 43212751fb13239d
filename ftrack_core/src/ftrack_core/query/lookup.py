"""Where a path leads, by the schema; what it does not have is refused with near names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.errors import UnknownAttributeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ftrack_core.query.tree import Step
    from ftrack_core.schema import AttributeSchema, Schemas

__all__ = ["follow"]


def follow(
    schemas: Schemas, root: str, steps: Sequence[Step]
) -> tuple[AttributeSchema, str | None]:
    """Return what the schema says about the last of *steps*, and the type it leads to.

    That is None where it holds a value; no step may follow such a one. Raises
    `UnknownAttributeError`.
    """
    reached: str | None = root
    for step in steps:
        assert reached is not None, "no step follows a value"
        declared = _declared(schemas, reached, step.name)
        reached = step.cast or declared.target
    return declared, reached


def _declared(schemas: Schemas, entity_type: str, name: str) -> AttributeSchema:
    schema = schemas[entity_type]
    if name in schema.attributes:
        return schema.attributes[name]
    subtypes = [
        one.name
        for one in schemas.values()
        if name in one.attributes and entity_type in _bases(schemas, one.name)
    ]
    raise _UnknownHereError(entity_type, name, schema.attributes, subtypes)


def _bases(schemas: Schemas, name: str) -> list[str]:
    bases: list[str] = []
    base = schemas[name].base
    while base is not None and base in schemas and base not in bases:
        bases.append(base)
        base = schemas[base].base
    return bases


class _UnknownHereError(UnknownAttributeError):
    """Says which subtypes would have the attribute, since a cast is all that is missing."""

    def __init__(
        self, entity_type: str, attribute: str, known: Iterable[str], subtypes: list[str]
    ) -> None:
        super().__init__(entity_type, attribute, known)
        if subtypes:
            casts = " or ".join(f"[{one!r}]" for one in subtypes[:3])
            self._text += f" What derives from {entity_type} may have it: cast with {casts}."
