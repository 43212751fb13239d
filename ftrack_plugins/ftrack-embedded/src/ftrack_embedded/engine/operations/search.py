"""``search``: entities whose name holds all the given words, the best fitting first."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.query import (
    And,
    Comparison,
    Criterion,
    Membership,
    Or,
    Path,
    Query,
    Step,
    Value,
    escape_like,
)

from ftrack_embedded.engine import failures

from .query import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["WRITES", "search"]

WRITES: Final = False
_NAMES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "Asset": ("name",),
        "AssetVersion": ("asset.name",),
        "Note": ("content",),
        "Project": ("name", "full_name"),
        "User": ("username", "first_name", "last_name", "email"),
    }
)
_WITHIN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "Asset": (
            "context_id",
            "parent[TypedContext].ancestors.id",
            "parent[TypedContext].project_id",
        ),
        "AssetVersion": (
            "asset.context_id",
            "asset.parent[TypedContext].ancestors.id",
            "asset.parent[TypedContext].project_id",
        ),
    }
)
_WITHIN_CONTEXT: Final = ("ancestors.id", "project_id")


def search(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what was found: equal names first, then those that begin so, then by name."""
    tree = _query(operation)
    entity_type = tx.catalogue.entity_type(tree.entity_type, in_query=True).name
    names = _of_type(tx, _NAMES, entity_type) or ("name",)
    terms = _terms(operation.get("terms"))
    criteria = [_holds_any(names, term) for term in terms]
    criteria += _scope(tx, operation, entity_type)
    if tree.criterion is not None:
        criteria.insert(0, tree.criterion)
    found = replace(tree, criterion=_all(criteria))
    data = _ranked(tx, found, names, terms) if terms else _page(tx, found)
    return {"action": "search", "data": data, "metadata": {"next": {"offset": None}}}


def _page(tx: Transaction, tree: Query) -> list[dict[str, Any]]:
    return tx.encoder.entities(tx.loader.query(tree))


def _query(operation: Mapping[str, Any]) -> Query:
    expression, entity_type = operation.get("expression"), operation.get("entity_type")
    if expression:
        return parsed(expression)
    if not isinstance(entity_type, str):
        raise failures.invalid('The operation "search" needs an "expression" or an "entity_type".')
    return Query(entity_type)


def _terms(given: Any) -> list[str]:
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(term, str) for term in given):
        raise failures.invalid('"terms" of search must be a list of words.')
    return [term for term in given if term.strip()]


# --- what is found -----------------------------------------------------------------------------


def _of_type(
    tx: Transaction, by_type: Mapping[str, tuple[str, ...]], entity_type: str
) -> tuple[str, ...] | None:
    return next(
        (found for name, found in by_type.items() if tx.catalogue.is_a(entity_type, name)), None
    )


def _holds_any(names: Iterable[str], term: str) -> Criterion:
    pattern = Value(f"%{escape_like(term)}%")
    return _any([Comparison(_path(name), "like", pattern) for name in names])


def _scope(tx: Transaction, operation: Mapping[str, Any], entity_type: str) -> list[Criterion]:
    found: list[Criterion] = []
    context_id = operation.get("context_id")
    within = _of_type(tx, _WITHIN, entity_type)
    if within is None and tx.catalogue.is_a(entity_type, "Context"):
        within = _WITHIN_CONTEXT
    if context_id and within:
        here = Value(str(context_id))
        found.append(_any([Comparison(_path(path), "=", here) for path in within]))
    object_types = operation.get("object_type_ids")
    if object_types:
        if not isinstance(object_types, list):
            raise failures.invalid('"object_type_ids" of search must be a list of ids.')
        choices = tuple(Value(str(one)) for one in object_types)
        found.append(Membership(_path("object_type_id"), False, choices))
    return found


def _path(text: str) -> Path:
    """Return the path that is written as in a query, such as ``parent[Shot].name``."""
    steps = []
    for step in text.split("."):
        name, _, cast = step.rstrip("]").partition("[")
        steps.append(Step(name, cast) if cast else Step(name))
    return Path(tuple(steps))


def _any(criteria: list[Criterion]) -> Criterion:
    return criteria[0] if len(criteria) == 1 else Or(tuple(criteria))


def _all(criteria: list[Criterion]) -> Criterion | None:
    if not criteria:
        return None
    return criteria[0] if len(criteria) == 1 else And(tuple(criteria))


# --- in which order ----------------------------------------------------------------------------


def _ranked(
    tx: Transaction, tree: Query, names: Sequence[str], terms: Sequence[str]
) -> list[dict[str, Any]]:
    """Rank by the names alone, then load the entities of the page that is asked for."""
    keys = tx.catalogue.types[tree.entity_type].primary_key
    paths = tuple(_path(name) for name in (*keys, *names))
    bare = replace(tree, projections=paths, order_by=(), limit=None, offset=None)
    phrase = " ".join(terms).casefold()
    ranked = sorted(
        _entities(tx, bare), key=lambda row: _rank([_value(row, one) for one in names], phrase)
    )
    first = tree.offset or 0
    wanted = [row[keys[0]] for row in ranked][first : first + tree.limit if tree.limit else None]
    if not wanted:
        return []
    choices = Membership(_path(keys[0]), False, tuple(Value(one) for one in wanted))
    page = replace(tree, criterion=choices, order_by=(), limit=None, offset=None)
    by_key = {row[keys[0]]: row for row in _page(tx, page)}
    return [by_key[key] for key in wanted]


def _entities(tx: Transaction, tree: Query) -> list[dict[str, Any]]:
    """Return rows in full: what the answer has written already does not count."""
    from ftrack_embedded.engine.encode import Encoder

    caller = replace(tx.caller, lean=True, denormalize=True)
    return Encoder(tx.readable_catalogue, caller).entities(tx.loader.query(tree))


def _value(row: Mapping[str, Any], path: str) -> str:
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if value else None
    return str(value or "")


def _rank(values: Sequence[str], phrase: str) -> tuple[int, str]:
    words = [value.casefold() for value in values]
    begins = any(word.startswith(phrase) for word in words)
    return 0 if phrase in words else 1 if begins else 2, words[0]
