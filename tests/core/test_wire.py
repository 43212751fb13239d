"""What travels to the server and back: tagged moments, references, plain JSON."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import importlib.util
import json
import math
import pathlib
import subprocess
import sys
import uuid

import pytest
from ftrack_core.wire import decode_scalar, dumps, encode, loads, parse_datetime
from hypothesis import given, settings
from hypothesis import strategies as st

from ftrack_core import wire

UTC = datetime.timezone.utc
EAST = datetime.timezone(datetime.timedelta(hours=2))


class State(str, enum.Enum):
    DONE = "done"

    def __str__(self):
        return "the state of being done"


class Reference:
    """Stands for an entity: anything that can name itself."""

    def __ftrack_reference__(self):
        return {"__entity_type__": "Status", "id": uuid.UUID(int=1)}


# --- Python to wire ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime.datetime(2031, 5, 6, 7, 8, 9), "2031-05-06T07:08:09"),
        (datetime.datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC), "2031-05-06T07:08:09+00:00"),
        (datetime.datetime(2031, 5, 6, 7, 8, 9, 5, EAST), "2031-05-06T07:08:09.000005+02:00"),
        (datetime.date(2031, 5, 6), "2031-05-06"),
    ],
)
def test_a_moment_travels_tagged_and_keeps_its_offset(value, text):
    assert encode(value) == {"__type__": "datetime", "value": text}


def test_whatever_carries_a_datetime_travels_as_one():
    class Arrow:
        datetime = datetime.datetime(2031, 5, 6, tzinfo=UTC)

    assert encode(Arrow())["value"] == "2031-05-06T00:00:00+00:00"


def test_an_entity_travels_as_its_reference():
    reference = {"__entity_type__": "Status", "id": str(uuid.UUID(int=1))}
    assert encode({"status": Reference()}) == {"status": reference}
    assert encode([Reference()]) == [reference]


def test_an_entity_that_is_a_mapping_is_still_an_entity():
    class Entity(Reference, dict):
        pass

    assert encode(Entity(name="x"))["__entity_type__"] == "Status"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text"),
        (3, 3),
        (2.5, 2.5),
        (True, True),
        (None, None),
        (State.DONE, "done"),
        (uuid.UUID(int=2), "00000000-0000-0000-0000-000000000002"),
        (decimal.Decimal("1.5"), 1.5),
        (pathlib.PurePosixPath("/a/b"), "/a/b"),
        ((1, 2), [1, 2]),
        (collections.UserDict(a=1), {"a": 1}),
        (collections.UserList([1]), [1]),
        ({State.DONE: 1}, {"done": 1}),
    ],
)
def test_a_python_value_becomes_a_plain_one(value, expected):
    encoded = encode(value)
    assert encoded == expected
    assert type(encoded) is type(expected)


def test_what_was_given_is_left_alone():
    given_value = {"data": [{"id": uuid.UUID(int=1)}]}
    encode(given_value)
    assert given_value == {"data": [{"id": uuid.UUID(int=1)}]}


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ({"data": {"tags": [1, {2}]}}, TypeError, r"^data\.tags\[1\]: set .* use a list"),
        ([{"a": b"x"}], TypeError, r"^\[0\]\.a: bytes"),
        ({"a": object()}, TypeError, r"^a: object"),
        ({1, 2}, TypeError, r"^the value: set"),
        ({"a": {1: 2}}, TypeError, r"^a: int .* a key has to be text"),
        ({"a": [math.nan]}, ValueError, r"^a\[0\]: nan"),
        ({"a": decimal.Decimal("inf")}, ValueError, r"^a: inf"),
    ],
)
def test_what_json_cannot_hold_is_refused_with_its_place(value, error, message):
    with pytest.raises(error, match=message):
        encode(value)
    with pytest.raises(error, match=message):
        dumps(value)


# --- wire to Python ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2031-05-06T07:08:09", (2031, 5, 6, 7, 8, 9)),
        ("2031-05-06 07:08:09", (2031, 5, 6, 7, 8, 9)),
        ("2031-05-06T07:08", (2031, 5, 6, 7, 8)),
        ("2031-05-06", (2031, 5, 6)),
        ("2031-05-06T07:08:09Z", (2031, 5, 6, 7, 8, 9)),
        ("2031-05-06T07:08:09+02:00", (2031, 5, 6, 5, 8, 9)),
        ("2031-05-06T07:08:09-0230", (2031, 5, 6, 9, 38, 9)),
        ("2031-05-06T07:08:09+02", (2031, 5, 6, 5, 8, 9)),
        ("2031-05-06T01:00:00+02:00", (2031, 5, 5, 23)),
        ("2031-05-06T07:08:09.5", (2031, 5, 6, 7, 8, 9, 500000)),
        ("2031-05-06T07:08:09.123456789Z", (2031, 5, 6, 7, 8, 9, 123456)),
    ],
)
def test_a_tagged_moment_is_a_datetime_in_utc(text, moment):
    decoded = decode_scalar({"__type__": "datetime", "value": text})
    assert decoded == datetime.datetime(*moment, tzinfo=UTC)
    assert decoded.tzinfo is UTC


def test_a_tagged_date_is_midnight():
    decoded = decode_scalar({"__type__": "date", "value": "2031-05-06"})
    assert decoded == datetime.datetime(2031, 5, 6, tzinfo=UTC)


def test_a_tagged_null_is_no_value():
    assert decode_scalar({"__type__": "datetime", "value": None}) is None


@pytest.mark.parametrize(
    "value",
    [None, "2031-05-06", 3, [1], {"a": 1}, {"__type__": "other", "value": 1}, {"__type__": []}],
)
def test_other_values_are_left_unchanged(value):
    assert decode_scalar(value) is value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2031-13-01",
        "2031-05-06T25:00:00",
        "2031-05-06T",
        "2031-W19-2T07:08:09",
        "2031-05-06T07:08:09+99:00",
        "0001-01-01T00:00:00+02:00",
        "٢٠٣١-05-06",
    ],
)
def test_a_text_that_is_no_moment_is_refused(text):
    with pytest.raises(ValueError):
        parse_datetime(text)


def test_a_tagged_number_is_refused():
    with pytest.raises(ValueError, match="no date or time"):
        decode_scalar({"__type__": "datetime", "value": 5})


offsets = st.integers(-23 * 60, 23 * 60).map(
    lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes))
)
moments = st.datetimes(
    datetime.datetime(2, 1, 1), datetime.datetime(9998, 1, 1), timezones=st.none() | offsets
)


@settings(deadline=None)
@given(moments)
def test_any_moment_survives_the_journey(moment):
    there = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    assert decode_scalar(loads(dumps(moment))) == there


# --- JSON, with each library ---------------------------------------------------------------------

MODULES = {"orjson": ["orjson"], "msgspec": ["msgspec", "msgspec.json"]}


@pytest.fixture(params=[("msgspec", "orjson"), ("orjson",), ("msgspec",), ()], ids="+".join)
def library(request, monkeypatch):
    """Run the test with these JSON libraries installed beside the standard one."""
    for name, modules in MODULES.items():
        if name not in request.param:
            for module in modules:  # None is how the import system is told that there is none
                monkeypatch.setitem(sys.modules, module, None)
        elif importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed")
    chosen = wire._json.__wrapped__()
    monkeypatch.setattr(wire, "_json", lambda: chosen)
    return request.param


def test_msgspec_reads_and_orjson_writes_where_they_are_installed(library):
    writes, reads = (function.__module__.split(".")[0] for function in wire._json())
    assert reads == (library[0] if library else "ftrack_core")
    assert writes == ("orjson" if "orjson" in library else "ftrack_core")


@pytest.mark.parametrize(
    "value", [{1, 2}, b"ab", decimal.Decimal("1.5"), datetime.timedelta(1), object(), {(1, 2): 3}]
)
def test_what_json_does_not_have_is_refused_also_where_nobody_encodes(library, value):
    with pytest.raises((TypeError, ValueError)):
        wire.dump_wire([{"entity_data": {"name": value}}])


def test_what_holds_itself_is_refused(library):
    ring = []
    ring.append(ring)
    with pytest.raises((TypeError, ValueError)):
        wire.dump_wire(ring)


def test_dumps_writes_compact_utf8(library):
    assert json.loads(dumps({"name": "Zoë"})) == {"name": "Zoë"}
    assert dumps([{"action": "query", "expression": "Task"}]) == (
        b'[{"action":"query","expression":"Task"}]'
    )


def test_loads_takes_bytes_and_text(library):
    assert loads(b'{"a": [1, 2.5, null, "\xc3\xa9"]}') == {"a": [1, 2.5, None, "é"]}
    assert loads('{"a": "é"}') == {"a": "é"}


def test_loads_leaves_tags_as_they_are(library):
    text = '[{"__type__":"datetime","value":"2031-05-06"},{"__entity_type__":"Task","id":"t1"}]'
    assert loads(text) == json.loads(text)


def test_file_names_that_are_not_unicode_and_large_numbers_survive(library):
    value = {"path": "a\udcffb", "size": 2**70}
    assert loads(dumps(value)) == value


@pytest.mark.parametrize("data", [b"", b"{", "nothing", b'"\xff"', b"[" * 100_000])
def test_what_is_not_json_is_a_value_error(library, data):
    with pytest.raises(ValueError):
        loads(data)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(json_values)
def test_any_json_value_survives(value):
    assert loads(dumps(value)) == value


def test_importing_the_module_imports_no_json_library_but_the_standard_one():
    program = (
        "import sys, ftrack_core.wire\n"
        "print(sorted({'orjson', 'msgspec'} & set(sys.modules)))\n"
        "ftrack_core.wire.dumps({})\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
