"""``name=value`` on the command line, as assignments to an entity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftrack_core.entity import Entity
from ftrack_core.errors import ComputedAttributeError
from ftrack_core.schema import AttributeKind

from .custom_values import is_custom, read_custom_value
from .failures import MisuseError, RefusedError
from .pairs import split_pair
from .references import label_of
from .texts import cell
from .values import NOTHING, as_text, read_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core.schema import AttributeSchema, EntitySchema

    from ftrack_core import Session

__all__ = ["Assignment", "Changed", "assign", "create", "read_assignments"]


class Assignment(NamedTuple):
    """One ``name=value``; *rest* is what follows the attribute's name behind a dot."""

    name: str
    rest: str
    text: str

    @property
    def label(self) -> str:
        """The name as it was written."""
        return f"{self.name}.{self.rest}" if self.rest else self.name


class Changed(NamedTuple):
    """One value before and after it was assigned, as text."""

    label: str
    before: str
    after: str


def read_assignments(texts: Iterable[str]) -> list[Assignment]:
    """Return the assignments. Raises `MisuseError` for what is none, or a name given twice."""
    found: dict[str, Assignment] = {}
    for text in texts:
        label, value = split_pair(text)
        if label in found:
            raise MisuseError(f"{label} is given twice", "the items of a list are given as a,b")
        name, _, rest = label.partition(".")
        found[label] = Assignment(name, rest, value)
    return list(found.values())


def create(session: Session, entity_type: str, assignments: Sequence[Assignment]) -> Entity:
    """Create an entity here, with all values; nothing is sent but what finds references."""
    targets = _targets(session.schemas[entity_type], assignments)
    mapped = [one for one, target in targets.items() if target.kind is AttributeKind.MAPPED]
    data = {
        one.name: read_value(session, target, one.text, one.rest)
        for one, target in targets.items()
        if target.kind is not AttributeKind.MAPPED
    }
    entity: Entity = session.create(entity_type, data)
    assign(session, entity, mapped)
    return entity


def assign(session: Session, entity: Entity, assignments: Sequence[Assignment]) -> list[Changed]:
    """Assign the values that differ from those there are, and return what has changed."""
    targets = _targets(entity.schema, assignments)
    done = [_assign(session, entity, target, one) for one, target in targets.items()]
    return [one for one in done if one is not None]


def _targets(
    schema: EntitySchema, assignments: Iterable[Assignment]
) -> dict[Assignment, AttributeSchema]:
    """Return what each is assigned to, all of it before a request is sent for a value."""
    return {one: _attribute(schema, one) for one in assignments}


def _assign(
    session: Session, entity: Entity, attribute: AttributeSchema, given: Assignment
) -> Changed | None:
    if attribute.kind is AttributeKind.MAPPED:
        return _assign_key(session, entity, attribute, given)
    value = read_value(session, attribute, given.text, given.rest)
    before = entity[given.name]
    if _is_same(before, value):
        return None
    shown = _shown(before)
    entity[given.name] = value
    return Changed(given.name, shown, _shown(value))


def _assign_key(
    session: Session, entity: Entity, attribute: AttributeSchema, given: Assignment
) -> Changed | None:
    key, items = given.rest, entity[given.name]
    before = items.get(key)
    if is_custom(attribute):
        value = read_custom_value(session, entity, attribute, key, given.text)
    else:
        value = None if given.text in NOTHING else as_text(key, given.text)
        if value is None and key in items:
            del items[key]
            return Changed(given.label, _shown(before), "")
    if _is_same(before, value):
        return None
    items[key] = value
    return Changed(given.label, _shown(before), _shown(value))


def _attribute(schema: EntitySchema, given: Assignment) -> AttributeSchema:
    """Return what is assigned to. Raises for what cannot be, in this way or any."""
    attribute = schema.attribute(given.name)
    if attribute.computed:
        raise ComputedAttributeError(schema.name, given.name)
    if attribute.kind is AttributeKind.MAPPED:
        _require_key(schema, attribute, given)
    elif given.rest and attribute.kind is not AttributeKind.REFERENCE:
        raise RefusedError(
            f"{schema.name}.{given.name} has no parts, so {given.label!r} means nothing",
            f"write {given.name}={given.text}",
        )
    return attribute


def _require_key(schema: EntitySchema, attribute: AttributeSchema, given: Assignment) -> None:
    if attribute.restricted or not (is_custom(attribute) or attribute.target == "Metadata"):
        raise RefusedError(
            f"{schema.name}.{given.name} cannot be set by key",
            f"create entities of the type {attribute.target} instead",
        )
    if not given.rest:
        raise RefusedError(
            f"{schema.name}.{given.name} is set key by key",
            f"write {given.name}.KEY={given.text or 'VALUE'}",
        )


def _is_same(before: Any, value: Any) -> bool:
    if isinstance(value, list):
        return before is not None and list(before) == value
    return bool(before == value)


def _shown(value: Any) -> str:
    """Return *value* for people: entities by name."""
    if isinstance(value, Entity):
        return label_of(value, load=True)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_shown, value))
    return cell(value)
