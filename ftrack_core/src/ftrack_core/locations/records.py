"""Which components a location has, according to the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ftrack_core.query import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ftrack_core.entity import Entity
    from ftrack_core.session import Session

__all__ = ["ComponentRecord", "find_recorded", "find_records", "has_members", "with_members"]

_KEYS_PER_QUERY = 500


class ComponentRecord(NamedTuple):
    """A row of ComponentLocation; *resource_identifier* is as the server keeps it."""

    id: str
    component_id: str
    location_id: str
    resource_identifier: str


def find_records(
    session: Session, component_ids: Iterable[str], location_ids: Sequence[str] | None = None
) -> list[ComponentRecord]:
    """Return where components are, in *location_ids* or anywhere; one request for any number."""
    ids = list(dict.fromkeys(component_ids))
    texts = [
        _query_text(ids[start : start + _KEYS_PER_QUERY], location_ids)
        for start in range(0, len(ids), _KEYS_PER_QUERY)
    ]
    if not texts or location_ids == []:
        return []
    answers = session.call([{"action": "query", "expression": text} for text in texts])
    return [_record(row) for answer in answers for row in answer["data"]]


def find_recorded(
    session: Session, location_id: str, resource_identifiers: Iterable[str]
) -> set[str]:
    """Return those identifiers, as the server keeps them, that a location has a record of."""
    wanted = list(dict.fromkeys(resource_identifiers))
    batch = [
        {
            "action": "query",
            "expression": "select resource_identifier from ComponentLocation where location_id is "
            f"{quote(location_id)} and resource_identifier in ({', '.join(map(quote, some))})",
        }
        for start in range(0, len(wanted), _KEYS_PER_QUERY)
        if (some := wanted[start : start + _KEYS_PER_QUERY])
    ]
    answers = session.call(batch) if batch else []
    return {row["resource_identifier"] for answer in answers for row in answer["data"]}


def has_members(component: Entity) -> bool:
    """Whether *component* is of a type that contains others: a sequence or a container."""
    return "members" in component.schema.attributes


def with_members(components: Iterable[Entity]) -> Iterator[Entity]:
    """Yield components, each followed by its members."""
    for component in components:
        yield component
        if has_members(component):
            yield from with_members(component["members"])


def _query_text(component_ids: Sequence[str], location_ids: Sequence[str] | None) -> str:
    text = (
        "select id, component_id, location_id, resource_identifier from ComponentLocation "
        f"where component_id in ({', '.join(map(quote, component_ids))})"
    )
    if location_ids is None:
        return text
    return f"{text} and location_id in ({', '.join(map(quote, location_ids))})"


def _record(row: dict[str, Any]) -> ComponentRecord:
    return ComponentRecord(
        row["id"], row["component_id"], row["location_id"], row["resource_identifier"] or ""
    )
