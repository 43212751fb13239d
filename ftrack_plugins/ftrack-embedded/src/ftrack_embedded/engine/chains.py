"""From an entity up to its project: what contains it, what that is part of, and so on."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from .changes import Above
from .computed.links import DEEPEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .rows import Change, Rows

__all__ = ["Chains"]

Leads = tuple[tuple[str, tuple[str, ...]], ...]

_CONTEXT: Final = ("Context",)
_NOTED: Final = ("Context", "AssetVersion", "ReviewSessionObject")
_OWNERS: Final = ("Context", "Asset", "AssetVersion", "List", "Resource", "ListObject", "Component")
_ENDS: Final[Leads] = (("from_id", _OWNERS), ("to_id", _OWNERS))

_UPWARDS: Final[Mapping[str, Leads]] = MappingProxyType(
    {
        "appointment": (("context_id", _CONTEXT),),
        "asset": (("context_id", _CONTEXT),),
        "asset_version": (("asset_id", ("Asset",)),),
        "asset_version_link": _ENDS,
        "component": (("version_id", ("AssetVersion",)),),
        "component_location": (("component_id", ("Component",)),),
        "context": (("parent_id", _CONTEXT),),
        "custom_attribute_link": _ENDS,
        "custom_attribute_value": (("entity_id", _OWNERS),),
        "list": (("project_id", _CONTEXT),),
        "list_object": (("list_id", ("List",)),),
        "manager": (("context_id", _CONTEXT),),
        "metadata": (("parent_id", (*_NOTED, *_OWNERS)),),
        "note": (("parent_id", _NOTED),),
        "note_component": (("note_id", ("Note",)),),
        "recipient": (("note_id", ("Note",)),),
        "review_session": (("project_id", _CONTEXT),),
        "review_session_invitee": (("review_session_id", ("ReviewSession",)),),
        "review_session_object": (("review_session_id", ("ReviewSession",)),),
        "status_change": (("parent_id", _NOTED),),
        "timelog": (("context_id", _CONTEXT),),
        "timer": (("context_id", _CONTEXT),),
        "typed_context_link": _ENDS,
    }
)
"""Which column of a table leads up, and to which types."""


class Chains:
    """Walks up through the rows as a batch leaves them, or as they were before it removed them."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._removed = {
            (rows.catalogue.table(change.entity_type).name, change.key): change.old
            for change in rows.changes
            if change.action == "remove"
        }
        self._found: dict[tuple[str, tuple[Any, ...]], Mapping[str, Any] | None] = {}

    def of(self, change: Change) -> tuple[Above, ...]:
        """Return the chain of a changed row, beginning with itself where it has an id."""
        row = self.row(change.entity_type, change.key)
        return () if row is None else tuple(self._chain(change.entity_type, row))

    def row(self, entity_type: str, key: tuple[Any, ...]) -> Mapping[str, Any] | None:
        """Return a row as it is, or as it was before it was removed."""
        place = (self._rows.catalogue.table(entity_type).name, key)
        if place not in self._found:
            self._found[place] = self._rows.get(entity_type, key) or self._removed.get(place)
        return self._found[place]

    def _chain(self, entity_type: str, row: Mapping[str, Any]) -> Iterator[Above]:
        catalogue = self._rows.catalogue
        level = [(entity_type, row)]
        seen: set[str] = set()
        for _ in range(DEEPEST):
            further = []
            for family, one in level:
                above = list(self._above(family, one))
                identifier = one.get("id")
                if isinstance(identifier, str) and identifier not in seen:
                    seen.add(identifier)
                    parent = next((other["id"] for _, other in above), None)
                    yield Above(catalogue.concrete(family, one), identifier, parent)
                further += above
            level = further

    def _above(
        self, entity_type: str, row: Mapping[str, Any]
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        table = self._rows.catalogue.table(entity_type).name
        for column, families in _UPWARDS.get(table, ()):
            key = row.get(column)
            found = (self.row(one, (key,)) for one in families) if key is not None else ()
            for family, above in zip(families, found, strict=False):
                if above is not None:
                    yield family, above
                    break
