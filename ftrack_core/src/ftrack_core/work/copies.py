"""Copies of rows for another unit of work, which must not write into the same dict."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from ftrack_core.entity.rows import SERIALS, TYPE, plain_row
from ftrack_core.entity.stamps import without_stamp
from ftrack_core.schema import AttributeKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ftrack_core.schema import Schemas

__all__ = ["copied_row", "reached_rows"]

_RELATIONS = (AttributeKind.REFERENCE, AttributeKind.COLLECTION)


def copied_row(schemas: Schemas, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy without stamps, in which the rows that *row* leads to are named by their keys.

    The items of mapped attributes are copied whole: they are nothing without their owner.
    """
    attributes = schemas[row[TYPE]].attributes
    copied: dict[str, Any] = {TYPE: without_stamp(row[TYPE])}
    for name, value in tuple(row.items()):  # another thread may just add to the row
        if name in (TYPE, SERIALS):
            continue
        if not isinstance(value, (dict, list)):
            copied[name] = value
        elif name in attributes and attributes[name].kind is AttributeKind.MAPPED:
            copied[name] = [plain_row(one) for one in value]
        else:
            copied[name] = _by_keys(schemas, value)
    return copied


def reached_rows(schemas: Schemas, first: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a row and all rows it leads to, each once.

    Rows may lead back to themselves, hence no recursion.
    """
    found = {id(first): first}
    waiting = [first]
    while waiting:
        for one in _rows_behind(schemas, waiting.pop(0)):
            if id(one) not in found:
                found[id(one)] = one
                waiting.append(one)
    return list(found.values())


def _rows_behind(schemas: Schemas, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    attributes = schemas[row[TYPE]].attributes
    for name, value in tuple(row.items()):
        if name in attributes and attributes[name].kind in _RELATIONS:
            yield from value if isinstance(value, list) else [value] if value else []


def _by_keys(schemas: Schemas, value: Any) -> Any:
    if isinstance(value, list):
        return [_by_keys(schemas, one) for one in value]
    if isinstance(value, dict) and TYPE in value:
        names = schemas[value[TYPE]].primary_key
        return {TYPE: without_stamp(value[TYPE]), **{name: value[name] for name in names}}
    return deepcopy(value)
