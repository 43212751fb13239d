"""Python values to query values, and to query text that no value can break out of."""

from __future__ import annotations

import datetime
import math
import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import EntityError
from ftrack_core.query.lexer import is_bare
from ftrack_core.query.tree import Value

if TYPE_CHECKING:
    from typing import TypeGuard

__all__ = ["escape_like", "is_many", "literal", "quote", "quote_all", "value_of", "value_text"]


def quote(value: str) -> str:
    """Return *value* as a quoted query value; any text is safe in it."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def quote_all(values: Sequence[str]) -> str:
    """Return a list of quoted query values, as `quote` makes each of them."""
    text = '", "'.join(values)
    if "\\" in text or text.count('"') != 2 * (len(values) - 1):
        return ", ".join(map(quote, values))
    return f'"{text}"'  # identifiers hold nothing that has to be escaped


def literal(value: Any) -> str:
    """Return the query text that stands for a Python value.

    Takes text, int, float, Decimal, bool, None, datetime, date, UUID, path, entities and
    enumerations of them. A datetime is written in UTC without a zone, as servers keep it; a naive
    one is UTC already. An entity stands for its identifier.

    Raises TypeError for other types, ValueError for a number that is not finite and `EntityError`
    for an entity whose key has several parts.
    """
    return value_text(value_of(value))


def value_of(value: Any) -> Value:
    """Return the node of a query's tree that stands for a Python value; see `literal`."""
    if isinstance(value, Enum):
        return value_of(value.value)
    if isinstance(value, (str, uuid.UUID)):
        return Value(str(value))
    if value is None:
        return Value("none", quoted=False)
    if isinstance(value, (bool, int, float, Decimal)):
        return Value(_number(value), quoted=False)
    return Value(_text_of_object(value))


def value_text(value: Value) -> str:
    """Return the query text of a node; a bare one that needs quotes gets them."""
    return value.text if not value.quoted and is_bare(value.text) else quote(value.text)


def is_many(value: Any) -> TypeGuard[Iterable[Any]]:
    """Whether *value* is a collection of values and not one: a list, a set, a query's result.

    A text is one value, and so is an entity, though both can be iterated.
    """
    return isinstance(value, Iterable) and not isinstance(
        value, (str, bytes, bytearray, Mapping, Enum)
    )


def escape_like(text: str) -> str:
    """Return the pattern of *like* that matches *text*, in which ``%`` and ``_`` mean themselves.

    A ``%`` of your own goes before or behind it: ``escape_like("100%") + "%"``.
    """
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _number(value: float | Decimal) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return repr(int(value))  # a subclass may print itself as something else
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot stand in a query; only finite numbers can")
    return repr(float(value))


def _text_of_object(value: Any) -> str:
    reference = getattr(value, "__ftrack_reference__", None)
    if reference is not None:
        return _identifier(value, reference())
    # Arrow and its kin are no datetimes but carry one.
    moment = getattr(value, "datetime", value)
    if isinstance(moment, (datetime.datetime, datetime.date)):
        return _utc(moment).isoformat()
    if isinstance(value, os.PathLike) and isinstance(path := os.fspath(value), str):
        return path
    raise TypeError(
        f"a value of type {type(value).__name__} cannot stand in a query; "
        "use text, a number, a truth value, None, a datetime, a date or an entity"
    )


def _identifier(entity: Any, reference: Mapping[str, str]) -> str:
    parts = [value for name, value in reference.items() if name != "__entity_type__"]
    if len(parts) != 1:
        raise EntityError(
            f"{entity!r} cannot stand in a query, its key has {len(parts)} parts; "
            "compare them one by one"
        )
    return parts[0]


def _utc(value: datetime.date) -> datetime.date:
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        return value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    return value
