"""``search``: entities whose name holds all the given words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.query import And, Comparison, Criterion, Membership, Or, Path, Query, Step, Value

from ftrack_embedded.engine import failures

from .query import parsed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["WRITES", "search"]

WRITES: Final = False
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "User": ("username", "first_name", "last_name", "email"),
    "Project": ("name", "full_name"),
}


def search(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the entities found, those first whose name is or begins with the first word."""
    tree = _query(operation)
    entity_type = tx.catalogue.entity_type(tree.entity_type, in_query=True).name
    names = _NAMES.get(entity_type, ("name",))
    terms = [str(term) for term in operation.get("terms") or ()]
    criteria = [*_terms(names, terms), *_scope(operation)]
    if tree.criterion is not None:
        criteria.insert(0, tree.criterion)
    level = tx.loader.query(replace(tree, criterion=_all(criteria)))
    data = tx.encoder.entities(level)
    return {"action": "search", "data": data, "metadata": {"next": {"offset": None}}}


def _query(operation: Mapping[str, Any]) -> Query:
    expression, entity_type = operation.get("expression"), operation.get("entity_type")
    if expression:
        return parsed(expression)
    if not isinstance(entity_type, str):
        raise failures.invalid('The operation "search" needs an "expression" or an "entity_type".')
    return Query(entity_type)


def _terms(names: tuple[str, ...], terms: list[str]) -> list[Criterion]:
    return [_any([_holds(name, term) for name in names]) for term in terms]


def _holds(name: str, term: str) -> Criterion:
    escaped = term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return Comparison(Path((Step(name),)), "like", Value(f"%{escaped}%"))


def _scope(operation: Mapping[str, Any]) -> list[Criterion]:
    found: list[Criterion] = []
    context_id = operation.get("context_id")
    if context_id:
        within = Value(str(context_id))
        found.append(
            Or(
                (
                    Comparison(Path((Step("ancestors"), Step("id"))), "=", within),
                    Comparison(Path((Step("project_id"),)), "=", within),
                )
            )
        )
    object_types = operation.get("object_type_ids")
    if object_types:
        choices = tuple(Value(str(one)) for one in object_types)
        found.append(Membership(Path((Step("object_type_id"),)), False, choices))
    return found


def _any(criteria: list[Criterion]) -> Criterion:
    return criteria[0] if len(criteria) == 1 else Or(tuple(criteria))


def _all(criteria: list[Criterion]) -> Criterion | None:
    if not criteria:
        return None
    return criteria[0] if len(criteria) == 1 else And(tuple(criteria))
