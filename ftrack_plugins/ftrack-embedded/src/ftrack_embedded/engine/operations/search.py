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
from ftrack_embedded.engine.members import optional_text, optional_texts, refuse_unknown

from .query import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "search"]

MEMBERS: Final = ("expression", "entity_type", "terms", "context_id", "object_type_ids")
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
    """Answer what was found: equal names first, then those that begin so, then by name.

    An ``order by`` of the expression holds among names that fit equally well. A *context_id* leaves
    only what is in that context; it says nothing of what is in none, such as users. Every member
    may be left out, so one that is not known would be one that says nothing: it is an error.
    """
    refuse_unknown(operation, MEMBERS)
    tree = _query(tx, operation)
    entity_type = tree.entity_type
    terms = _terms(operation.get("terms"))
    names = _names(tx, entity_type) if terms else ()
    criteria = [_holds_any(names, term) for term in terms]
    criteria += _scope(tx, operation, entity_type)
    if tree.criterion is not None:
        criteria.insert(0, tree.criterion)
    found = replace(tree, criterion=_all(criteria))
    data = _ranked(tx, found, names, terms) if terms else _page(tx, found)
    return {"action": "search", "data": data, "metadata": {"next": {"offset": None}}}


def _page(tx: Transaction, tree: Query) -> list[dict[str, Any]]:
    return tx.encoder.entities(tx.loader.query(tree))


def _query(tx: Transaction, operation: Mapping[str, Any]) -> Query:
    expression, entity_type = operation.get("expression"), operation.get("entity_type")
    if entity_type is not None:
        tx.catalogue.entity_type(entity_type)
    if not expression:
        if entity_type is None:
            raise failures.invalid(
                'The operation "search" needs an "expression" or an "entity_type".'
            )
        return Query(entity_type)
    tree = parsed(expression, "search")
    if tree.group_by:
        raise failures.invalid("A search answers entities and no groups: leave out 'group by'.")
    tx.catalogue.entity_type(tree.entity_type, in_query=True, position=tree.position)
    return tree if entity_type is None else _narrowed(tx, tree, entity_type)


def _narrowed(tx: Transaction, tree: Query, entity_type: str) -> Query:
    """Ask for the narrower one of the two types that are named."""
    if tx.catalogue.is_a(tree.entity_type, entity_type):
        return tree
    if tx.catalogue.is_a(entity_type, tree.entity_type):
        return replace(tree, entity_type=entity_type)
    raise failures.invalid(
        f'The "expression" of search asks for {tree.entity_type} and its "entity_type" is '
        f"{entity_type}, which is another."
    )


def _names(tx: Transaction, entity_type: str) -> tuple[str, ...]:
    """Return the paths to what an entity is called by."""
    found = _of_type(tx, _NAMES, entity_type)
    if found is None and tx.catalogue.attribute(entity_type, "name") is None:
        raise failures.invalid(f"{entity_type} has no name that could be searched for.")
    return found or ("name",)


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
    context_id = optional_text(operation, "context_id")
    within = _within(tx, entity_type)
    if context_id and within:
        here = Value(context_id)
        found.append(_any([Comparison(_path(path), "=", here) for path in within]))
    object_types = optional_texts(operation, "object_type_ids")
    if object_types:
        if tx.catalogue.attribute(entity_type, "object_type_id") is None:
            raise failures.invalid(f'"object_type_ids" of search: {entity_type} has none.')
        choices = tuple(map(Value, object_types))
        found.append(Membership(_path("object_type_id"), False, choices))
    return found


def _within(tx: Transaction, entity_type: str) -> tuple[str, ...] | None:
    """Return the paths to the contexts that an entity is in; None if it is in none."""
    if tx.catalogue.is_a(entity_type, "Context"):
        return _WITHIN_CONTEXT
    within = _of_type(tx, _WITHIN, entity_type)
    if within is None and tx.catalogue.attribute(entity_type, "project_id") is not None:
        return ("project_id",)
    return within


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
    bare = replace(tree, projections=paths, limit=None, offset=None)
    phrase = " ".join(terms).casefold()

    def rank(row: Mapping[str, Any]) -> tuple[int, str]:
        place, first = _rank([_value(row, one) for one in names], phrase)
        return place, "" if tree.order_by else first

    ranked = sorted(_entities(tx, bare), key=rank)
    first = tree.offset or 0
    end = None if tree.limit is None else first + tree.limit
    wanted = [tuple(row[key] for key in keys) for row in ranked[first:end]]
    page = replace(tree, criterion=_is_one_of(keys, wanted), order_by=(), limit=None, offset=None)
    by_key = {tuple(row[key] for key in keys): row for row in _page(tx, page)}
    return [by_key[key] for key in wanted]


def _is_one_of(names: Sequence[str], keys: Sequence[tuple[Any, ...]]) -> Criterion:
    """Return the criterion for entities with one of these primary keys."""
    if len(names) == 1 or not keys:
        return Membership(_path(names[0]), False, tuple(Value(str(key[0])) for key in keys))
    return _any([_is(names, key) for key in keys])


def _is(names: Sequence[str], key: tuple[Any, ...]) -> Criterion:
    parts = zip(names, key, strict=True)
    return And(tuple(Comparison(_path(name), "=", Value(str(part))) for name, part in parts))


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
