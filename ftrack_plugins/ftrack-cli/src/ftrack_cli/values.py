"""A value as a person writes it, by what the schema says of its attribute."""

from __future__ import annotations

import datetime
import json
import math
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import did_you_mean
from ftrack_core.query import literal
from ftrack_core.schema import AttributeKind
from ftrack_core.wire import parse_datetime

from .failures import RefusedError
from .references import find

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ftrack_core.schema import AttributeSchema

    from ftrack_core import Session

__all__ = [
    "NOTHING",
    "as_boolean",
    "as_list",
    "as_moment",
    "as_number",
    "as_text",
    "as_whole",
    "read_value",
]

NOTHING = ("none", "null")
"""What stands for no value; in double quotes it is the text."""

_TRUTH = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


def read_value(session: Session, attribute: AttributeSchema, text: str, rest: str = "") -> Any:
    """Return the value that *text* stands for in *attribute*.

    *rest* is what follows the attribute's name behind a dot: of a reference, by which attribute it
    is looked for. Raises `RefusedError` for a value of another kind, and what `find` raises.
    """
    if attribute.kind is AttributeKind.REFERENCE:
        return _reference(session, attribute, text, rest)
    if attribute.kind is AttributeKind.COLLECTION:
        target = attribute.target or ""
        return [find(session, target, one) for one in as_list(attribute.name, text)]
    if text in NOTHING:
        return None
    return _SCALARS.get(attribute.data_type, as_text)(attribute.name, text)


def _reference(session: Session, attribute: AttributeSchema, text: str, rest: str) -> Any:
    if text in NOTHING or not text.strip():
        return None
    if rest:
        text = f"{rest} is {literal(text)}"
    return find(session, attribute.target or "", text)


# --- one kind of value each ----------------------------------------------------------------------


def as_text(_: str, text: str) -> str:
    """Return *text*; a quoted word for nothing is that word."""
    return text[1:-1] if text[1:-1] in NOTHING and text == f'"{text[1:-1]}"' else text


def as_whole(name: str, text: str) -> int:
    """Return the whole number that *text* is."""
    try:
        return int(text)
    except ValueError:
        raise _refusal(name, "a whole number", text) from None


def as_number(name: str, text: str) -> float:
    """Return the number that *text* is."""
    try:
        number = float(text)
    except ValueError:
        raise _refusal(name, "a number", text) from None
    if not math.isfinite(number):
        raise _refusal(name, "a finite number", text)
    return int(text) if text.strip().lstrip("+-").isdigit() else number


def as_boolean(name: str, text: str) -> bool:
    """Return the truth value that *text* is."""
    found = _TRUTH.get(text.strip().lower())
    if found is None:
        raise _refusal(name, "true or false", text, did_you_mean(text.lower(), _TRUTH))
    return found


def as_moment(name: str, text: str) -> datetime.datetime:
    """Return the moment that *text* is, in UTC where it says nothing else."""
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    word = text.strip().lower()
    if word == "now":
        return now
    if word == "today":
        return now.replace(hour=0, minute=0, second=0)
    try:
        return parse_datetime(text.strip())
    except ValueError:
        wanted = "a date such as 2031-05-06, 2031-05-06T10:30 (in UTC), today or now"
        raise _refusal(name, wanted, text) from None


def as_list(name: str, text: str) -> list[str]:
    """Return the items of a list: separated by commas, or as JSON where an item has one."""
    if text in NOTHING or not text.strip():
        return []
    if not text.lstrip().startswith("["):
        return [one.strip() for one in text.split(",") if one.strip()]
    try:
        items = json.loads(text)
    except ValueError:
        raise _refusal(name, 'a list such as a,b or ["a", "b"]', text) from None
    return [one if isinstance(one, str) else json.dumps(one) for one in items]


def _as_anything(_: str, text: str) -> Any:
    """Return what *text* is in JSON, else the text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _refusal(name: str, wanted: str, text: str, meant: str = "") -> RefusedError:
    return RefusedError(f"{name} takes {wanted}, not {text!r}.{meant}", "none stands for no value")


_SCALARS: Mapping[str, Callable[[str, str], Any]] = {
    "string": as_text,
    "integer": as_whole,
    "number": as_number,
    "boolean": as_boolean,
    "datetime": as_moment,
    "object": _as_anything,
    "variable": _as_anything,
}
