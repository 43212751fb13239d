"""Wire values and Python values: what travels as JSON, and what it means here.

A moment travels as ``{"__type__": "datetime", "value": "2031-05-06T07:08:09"}``, a reference to an
entity as ``{"__entity_type__": "Task", "id": "..."}``. Everything else is plain JSON.
"""

from __future__ import annotations

import datetime
import importlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

__all__ = ["UNCHANGED", "decode_scalar", "dump_wire", "dumps", "encode", "loads", "parse_datetime"]

_UTC = datetime.timezone.utc
UNCHANGED = frozenset((str, int, bool, type(None)))
"""Classes of the values that travel as they are."""
_SENDABLE = "use text, numbers, dates, lists, mappings or entities"
_MOMENTS = ("datetime", "date")
_USUAL_LENGTH, _USUAL_MARKS = 19, "--T::"
_read_usual = datetime.datetime.fromisoformat
_DATE = r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
_ZONE = r"[Zz]|(?P<sign>[+-])(?P<zone_hours>\d\d):?(?P<zone_minutes>\d\d)?"


# --- JSON ----------------------------------------------------------------------------------------


class _Json(NamedTuple):
    """What writes JSON, and what reads it."""

    dumps: Callable[[Any], bytes]
    loads: Callable[[bytes | str], Any]


def dumps(value: Any) -> bytes:
    """Return *value*, encoded with `encode`, as JSON text in UTF-8.

    Raises TypeError or ValueError, naming the place, for what JSON cannot hold.
    """
    return dump_wire(encode(value))


def dump_wire(plain: Any) -> bytes:
    """Return a value that is in wire form already as JSON text in UTF-8, without walking it here.

    Raises TypeError or ValueError for what JSON cannot hold.
    """
    try:
        return _json().dumps(plain)
    except (TypeError, ValueError, OverflowError):
        # A fast library refuses lone surrogates, which file names can hold, and very large numbers.
        return _standard_dumps(plain)


def loads(data: bytes | str) -> Any:
    """Return the wire value that JSON text stands for; moments and references stay mappings.

    An integer beyond 64 bits may come back as a float. Raises ValueError for what is not JSON,
    whichever library reads it.
    """
    try:
        return _json().loads(data)
    except Exception:  # noqa: BLE001 - each library has errors of its own; the next line raises ours
        return _standard_loads(data)


@cache
def _json() -> _Json:
    """Choose the JSON libraries, on first use.

    The cache is a memo of what is installed, not state: it always comes out the same. msgspec reads
    a page as fast as orjson does, but a row of a dozen values takes 168 bytes less and the reading
    of it a third of the memory. It writes what is no JSON, such as sets, as something else without
    a word, so orjson writes.
    """
    loads = _found("msgspec.json", "decode") or _found("orjson", "loads")
    return _Json(_found("orjson", "dumps") or _standard_dumps, loads or _standard_loads)


def _found(library: str, name: str) -> Callable[[Any], Any] | None:
    """Return a function of a library, or None where that is not installed."""
    try:
        found: Callable[[Any], Any] = getattr(importlib.import_module(library), name)
    except ImportError:
        return None
    return found


def _standard_dumps(value: Any) -> bytes:
    import json

    return json.dumps(value, separators=(",", ":")).encode()


def _standard_loads(data: bytes | str) -> Any:
    import json

    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("the JSON text is nested too deeply") from None


# --- Python to wire ------------------------------------------------------------------------------


def encode(value: Any) -> Any:
    """Return the wire value of a Python value, as new dicts and lists of plain JSON values.

    - datetime and date: the tagged form. An offset is kept; without one the moment is in UTC.
    - an object with ``__ftrack_reference__()``: the mapping that it returns.
    - mapping: dict; its keys have to be text. List, tuple, any other sequence: list.
    - enumeration: its value. UUID and path: text. Decimal: float.

    Raises TypeError for anything else, sets and bytes among them, and ValueError for a number that
    is not finite; both name the place inside *value*, such as ``data.tags[2]``.
    """
    return value if type(value) in UNCHANGED else _encode(value, ())


def _encode(value: Any, place: tuple[Any, ...]) -> Any:
    if type(value) in UNCHANGED:
        return value
    if type(value) is dict:
        return _mapping(value, place)
    if isinstance(value, float):
        return _finite(value, place)
    if isinstance(value, (list, tuple)):
        return _sequence(value, place)
    return _encode_object(value, place)


def _mapping(value: Mapping[Any, Any], place: tuple[Any, ...]) -> dict[str, Any]:
    encoded: dict[str, Any] = {}
    for key, one in value.items():
        if not isinstance(key, str):
            raise _refusal(key, place, "a key has to be text")
        encoded[str.__str__(key)] = one if type(one) in UNCHANGED else _encode(one, (*place, key))
    return encoded


def _sequence(value: Sequence[Any], place: tuple[Any, ...]) -> list[Any]:
    return [
        one if type(one) in UNCHANGED else _encode(one, (*place, index))
        for index, one in enumerate(value)
    ]


def _encode_object(value: Any, place: tuple[Any, ...]) -> Any:
    reference = getattr(value, "__ftrack_reference__", None)
    if reference is not None:
        return _mapping(reference(), place)
    if isinstance(value, Enum):
        return _encode(value.value, place)
    if isinstance(value, Mapping):
        return _mapping(value, place)
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray, memoryview)):
        return _sequence(value, place)
    return _encode_scalar(value, place)


def _encode_scalar(value: Any, place: tuple[Any, ...]) -> Any:
    import uuid
    from decimal import Decimal
    from pathlib import PurePath

    # Arrow and its kin are no datetimes but carry one.
    moment = getattr(value, "datetime", value)
    if isinstance(moment, datetime.date):
        return {"__type__": "datetime", "value": moment.isoformat()}
    if isinstance(value, str):
        return str.__str__(value)  # a subclass may show itself as something else
    if isinstance(value, (uuid.UUID, PurePath)):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Decimal):
        return _finite(float(value), place)
    is_set = isinstance(value, (set, frozenset))
    raise _refusal(value, place, "a set has no order; use a list" if is_set else _SENDABLE)


def _finite(value: float, place: tuple[Any, ...]) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{_shown(place)}: {value} cannot be sent; only finite numbers can")
    return float(value)


def _refusal(value: Any, place: tuple[Any, ...], hint: str) -> TypeError:
    return TypeError(f"{_shown(place)}: {type(value).__name__} cannot be sent: {hint}")


def _shown(place: tuple[Any, ...]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return "".join(steps).removeprefix(".") or "the value"


# --- wire to Python ------------------------------------------------------------------------------


def decode_scalar(value: Any) -> Any:
    """Return what a wire value means: a tagged moment as a datetime in UTC, all else unchanged.

    A date is midnight, a moment without a zone is in UTC, a tagged null is None. Raises ValueError
    for a tagged text that is no moment.
    """
    if not isinstance(value, dict) or value.get("__type__") not in _MOMENTS:
        return value
    text = value.get("value")
    if text.__class__ is str:
        return parse_datetime(text)
    return None if text is None else parse_datetime(str(text))


def parse_datetime(text: str) -> datetime.datetime:
    """Return the moment that *text* names in ISO 8601, as a datetime in UTC.

    Takes a date alone (midnight), ``T`` or a blank before the time, fractions of any length, and
    ``Z``, an offset or nothing (UTC) behind it. Raises ValueError for anything else.
    """
    # What a server sends. A date is parsed each time it is read, so this is no pattern.
    if len(text) == _USUAL_LENGTH and text[4:17:3] == _USUAL_MARKS:
        try:
            return _read_usual(text + "+00:00")
        except ValueError:
            pass  # the pattern knows better what is wrong with it
    found = _moment_pattern().fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no date or time such as 2031-05-06T07:08:09+02:00")
    try:
        return _moment(found.groupdict("0")).astimezone(_UTC)
    except OverflowError:
        raise ValueError(f"{text!r} lies outside the years 1 to 9999") from None


@cache
def _moment_pattern() -> re.Pattern[str]:
    """Return what a person may write; it is compiled on first use."""
    return re.compile(rf"{_DATE}(?:[Tt ]{_TIME} ?(?:{_ZONE})?)?", re.ASCII)


def _moment(parts: Mapping[str, str]) -> datetime.datetime:
    # Written out, since fromisoformat of Python 3.10 knows neither "Z" nor most fractions.
    return datetime.datetime(
        int(parts["year"]),
        int(parts["month"]),
        int(parts["day"]),
        int(parts["hour"]),
        int(parts["minute"]),
        int(parts["second"]),
        int(parts["fraction"].ljust(6, "0")[:6]),
        _zone(parts),
    )


def _zone(parts: Mapping[str, str]) -> datetime.timezone:
    offset = datetime.timedelta(hours=int(parts["zone_hours"]), minutes=int(parts["zone_minutes"]))
    return datetime.timezone(-offset if parts["sign"] == "-" else offset)
