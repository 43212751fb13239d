"""What is checked when all operations of a batch are carried out, before it is committed.

References may lead to rows that a later operation creates; so nothing is known before the end.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from . import failures
from .chunks import chunks
from .write.applicability import check_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ftrack_core.errors import ServerError

    from .catalogue import Catalogue
    from .rows import Change, Reference, Refusal, Rows

__all__ = ["check_integrity"]

_UNIQUE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "CustomAttributeConfiguration": ("key", "entity_type", "object_type_id", "project_id"),
        "Project": ("name",),
        "User": ("username",),
    }
)


def check_integrity(rows: Rows) -> None:
    """Raise for what leads nowhere, for a key that is there twice, and for values astray."""
    _check_references(rows)
    for (_, key), promise in rows.promised.items():
        raise _at(
            promise.operation,
            failures.integrity_error(
                f"Operation {promise.operation}: a collection names {promise.entity_type} "
                f"{failures.short(', '.join(map(str, key)))}, which does not exist. "
                "Create it in the same batch or before."
            ),
        )
    for refusal in rows.refusals:
        _check_refusal(rows, refusal)
    for change in rows.changes:
        if change.new is not None:
            _check_unique(rows, change)
    check_values(rows)


def _check_references(rows: Rows) -> None:
    by_target: dict[str, dict[Any, list[Reference]]] = {}
    for reference in rows.references:
        by_target.setdefault(reference.target, {}).setdefault(reference.value, []).append(reference)
    missing = [
        reference
        for target, references in by_target.items()
        for value in _missing(rows, target, list(references))
        for reference in references[value]
    ]
    still = [one for one in missing if _is_written(rows, one)]
    if still:
        raise _dangling(rows, min(still, key=rows.references.__getitem__))


def _missing(rows: Rows, target: str, identifiers: list[Any]) -> Iterable[Any]:
    table = rows.catalogue.table(target)
    key = table.c[rows.catalogue.key_columns(target)[0]]
    selectors = rows.catalogue.types[target].selectors
    is_target = [table.c[column].in_(values) for column, values in selectors]
    present: set[Any] = set()
    for some in chunks(identifiers):
        present.update(rows.connection.scalars(select(key).where(key.in_(some), *is_target)))
    return [identifier for identifier in identifiers if identifier not in present]


def _is_written(rows: Rows, reference: Reference) -> bool:
    """Whether a row still holds the reference: a later operation may have changed or removed it."""
    table = rows.catalogue.table(reference.entity_type)
    if reference.entity_type == reference.target and reference.column == "id":
        return True
    holds = select(table.c[reference.column]).where(table.c[reference.column] == reference.value)
    return rows.connection.execute(holds.limit(1)).first() is not None


def _dangling(rows: Rows, reference: Reference) -> ServerError:
    attribute = _attribute_name(rows.catalogue, reference)
    operation = rows.references[reference]
    return _at(
        operation,
        failures.integrity_error(
            f"Operation {operation}: {reference.entity_type}.{attribute} refers to "
            f"{reference.target} {failures.short(str(reference.value))}, which does not exist. "
            "Create it in the same batch or before."
        ),
    )


def _attribute_name(catalogue: Catalogue, reference: Reference) -> str:
    for attribute in catalogue.types[reference.entity_type].attributes.values():
        storage = attribute.storage
        named = getattr(storage, "name", None) or getattr(storage, "column", None)
        if named == reference.column and attribute.kind in ("scalar", "reference"):
            return attribute.name
    return reference.column


def _check_refusal(rows: Rows, refusal: Refusal) -> None:
    column = rows.catalogue.table(refusal.rows).c[refusal.column]
    count = select(func.count()).where(column.in_(refusal.ids))
    in_use = rows.connection.execute(count).scalar()
    if in_use:
        raise _at(
            refusal.operation,
            failures.integrity_error(
                f"Operation {refusal.operation}: {refusal.removed} {refusal.ids[0]} is in use by "
                f"{in_use} of {refusal.rows} ({refusal.column})."
            ),
        )


def _check_unique(rows: Rows, change: Change) -> None:
    columns = _UNIQUE.get(change.entity_type, ())
    assert change.new is not None
    if not any(name in change.new for name in columns):
        return
    current = rows.get(change.entity_type, change.key)
    if current is None:
        return
    same = rows.find(change.entity_type, **{name: current[name] for name in columns})
    classifiers = dict(rows.catalogue.types[change.entity_type].classifiers)
    twins = [row for row in same if classifiers.items() <= row.items()]
    if len(twins) > 1:
        shown = ", ".join(f"{name} {current[name]!r}" for name in columns)
        raise _at(
            change.operation,
            failures.duplicate(f"There is another {change.entity_type} with {shown}."),
        )


def _at(operation: int, error: ServerError) -> ServerError:
    error.operation = operation
    return error
