"""Keys made from values: equal for equal values, in whichever process and order."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import functools
import pathlib
import subprocess
import sys
import threading
import uuid
from dataclasses import dataclass, field

import pytest
from ftrack_cache import CacheKeyError, KeyMaker, ObjectKeyMaker, StringKeyMaker
from ftrack_core.ports import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

text_key = StringKeyMaker().key
object_key = ObjectKeyMaker().key
relaxed = settings(deadline=None, max_examples=150)

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    scalars | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def turned_round(value):
    """The same value, with all mappings the other way round."""
    if isinstance(value, dict):
        return {name: turned_round(value[name]) for name in reversed(value)}
    return [turned_round(one) for one in value] if isinstance(value, list) else value


def told_apart(value):
    """What a key has to tell apart: 1, 1.0 and True are equal and still three values."""
    if isinstance(value, dict):
        return ("dict", frozenset((name, told_apart(one)) for name, one in value.items()))
    if isinstance(value, list):
        return ("list", tuple(told_apart(one) for one in value))
    return (type(value).__name__, repr(value))


def module_level(first, second=2):
    """A function to make keys of."""


class Thing:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)

    def method(self):
        """A method to make keys of."""


class Slotted:
    __slots__ = ("a",)

    def __init__(self, a):
        self.a = a


class Colour(enum.Enum):
    RED = "red"


@dataclass
class Login:
    user: str
    key: str = field(repr=False)


# --- text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ((), ""),
        (("a", "b"), "ab"),
        ((("Task", ["a1"]),), "('Task', ['a1'])"),
        ((("Task", ("a1",)), 7, None), "('Task', ('a1',))7None"),
        (({"b": 1, "a": [{3: 4}]},), "{'a': [{3: 4}], 'b': 1}"),
        (({"b", "a"},), "{'a', 'b'}"),
        ((set(), frozenset({1})), "set(){1}"),
    ],
)
def test_items_are_written_as_str_writes_them_and_without_an_order_in_one(items, text):
    assert text_key(*items) == text


@relaxed
@given(values)
def test_the_order_of_a_mapping_does_not_show_in_text(value):
    assert text_key(value) == text_key(turned_round(value))


@pytest.mark.parametrize("item", [object(), [object()], {"a": object()}, threading.Lock()])
def test_a_text_that_tells_a_place_in_memory_is_refused(item):
    with pytest.raises(CacheKeyError, match=r"its place in memory.*use ObjectKeyMaker"):
        text_key(item)


def test_a_secret_by_name_is_not_written_as_text():
    key = text_key({"api_key": "hush", "user": "ann"})
    assert "hush" not in key
    assert "ann" in key
    assert key != text_key({"api_key": "other", "user": "ann"})


def test_a_separator_may_stand_between_items():
    class Spaced(StringKeyMaker):
        item_separator = "|"

    assert Spaced().key("a", "b") == "a|b"


def test_a_key_maker_without_its_method_says_so():
    with pytest.raises(NotImplementedError, match=r"KeyMaker and has no _key\(\)"):
        KeyMaker().key(1)


# --- bytes ----------------------------------------------------------------------------------------


def test_bytes_are_those_that_the_official_client_makes():
    assert object_key("a", 1) == b"\x80\x02X\x01\x00\x00\x00aq\x00.\x00\x80\x02K\x01."
    assert object_key([1, True]) == b"\x03\x80\x02K\x01.\x00\x80\x02\x88.\x03"
    assert object_key({"b": None, "a": ()}) == (
        b"\x01\x80\x02X\x01\x00\x00\x00aq\x00.\x02\x03\x03\x00"
        b"\x80\x02X\x01\x00\x00\x00bq\x00.\x02\x80\x02N.\x01"
    )
    name = __name__.encode()
    assert object_key(module_level) == b"\x04module_level\x00" + name
    assert object_key(Thing) == b"\x04Thing\x00" + name
    assert object_key(Thing().method) == b"\x04method\x00Thing\x00" + name
    assert object_key(len) == b"\x04len"


@relaxed
@given(values)
def test_the_order_of_a_mapping_does_not_show(value):
    assert object_key(value) == object_key(turned_round(value))


@relaxed
@given(values, values)
def test_different_values_have_different_keys(one, other):
    assert (object_key(one) == object_key(other)) == (told_apart(one) == told_apart(other))


@relaxed
@given(st.lists(values, max_size=3), st.lists(values, max_size=3))
def test_different_items_have_different_keys(some, others):
    assert (object_key(*some) == object_key(*others)) == (told_apart(some) == told_apart(others))


@relaxed
@given(st.sets(st.text() | st.integers()))
def test_the_order_of_a_set_does_not_show(items):
    backwards = sorted(items, key=repr, reverse=True)
    assert object_key(items) == object_key(frozenset(backwards))


@pytest.mark.parametrize(
    "make",
    [
        lambda number: datetime.datetime(2031, 5, number, tzinfo=datetime.timezone.utc),
        lambda number: decimal.Decimal(number),
        lambda number: pathlib.PurePosixPath(f"/{number}"),
        lambda number: uuid.UUID(int=number),
        lambda number: Thing(a=number, b={number, "x", "y"}),
        lambda number: Slotted([number]),
        lambda number: Login("ann", f"{number}"),
        lambda number: collections.OrderedDict(a=number),
        lambda number: collections.deque([number]),
        lambda number: functools.partial(module_level, number),
        lambda number: range(number),
        lambda number: {number: 1}.keys(),
        lambda number: lambda given=number: given,
    ],
)
def test_equal_objects_have_equal_keys_and_others_have_others(make):
    assert object_key(make(1)) == object_key(make(1))
    assert object_key(make(1)) != object_key(make(2))


def test_the_class_of_an_object_counts():
    class Other(Thing):
        pass

    assert object_key(Thing(a=1)) != object_key(Other(a=1))
    assert object_key(Colour.RED) != object_key("red")
    assert object_key(...) == object_key(Ellipsis)


def test_functions_of_one_name_are_told_apart_by_what_they_do():
    assert object_key(lambda: 1) != object_key(lambda: 2)
    assert object_key(lambda: module_level) != object_key(lambda: Thing)
    assert object_key(lambda: [one + 1 for one in ()]) != object_key(
        lambda: [one + 2 for one in ()]
    )


def test_a_function_that_closes_over_something_goes_by_itself():
    def make(number):
        return lambda: number

    kept = [make(1), make(1), make(2)]
    keys = [object_key(one) for one in kept]
    assert keys == [object_key(one) for one in kept]
    assert len(set(keys)) == 3
    assert len({object_key(make(1)) for _ in range(50)}) == 50  # places in memory are used again


def test_an_entity_goes_by_type_and_key():
    class Entity:
        def __init__(self):
            self.lock = threading.Lock()

        def __ftrack_reference__(self):
            return {"__entity_type__": "Task", "id": "a1"}

    assert object_key(Entity()) == object_key({"__entity_type__": "Task", "id": "a1"})


PROCESS = """
from ftrack_cache import ObjectKeyMaker, StringKeyMaker
class Thing:
    def __init__(self): self.names = {"a", "b", "c", "d"}; self.at = {"x": {"p", "q", "r"}}
things = Thing(), {"a", "b", "c"}, {1.5: "x", "y": None}, lambda: Thing
print(ObjectKeyMaker().key(*things), StringKeyMaker().key({"a", "b", "c"}))
"""


def test_another_process_makes_the_same_keys():
    made = {
        subprocess.run(
            [sys.executable, "-c", PROCESS],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3", "4")
    }
    assert len(made) == 1


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (threading.Lock(), "a lock has nothing stable for a key"),
        ({"deep": [threading.local()]}, "has nothing stable"),
        (Thing(lock=threading.Lock()), "a lock has nothing stable"),
        (iter([1]), "a list_iterator would be used up"),
        ((one for one in ()), "a generator would be used up"),
        (sys, "a module has nothing stable"),
    ],
)
def test_what_has_nothing_stable_is_refused_with_a_hint(item, text):
    with pytest.raises(CacheKeyError, match=text):
        object_key(item)


def test_what_leads_back_to_itself_is_refused():
    ring = []
    ring.append(ring)
    thing = Thing()
    thing.itself = thing
    for one in (ring, thing):
        with pytest.raises(CacheKeyError, match="leads back to itself"):
            object_key(one)


def test_text_that_leads_back_to_itself_is_refused():
    ring = []
    ring.append({"again": ring})
    with pytest.raises(CacheKeyError, match="leads back to itself"):
        text_key(ring)


@pytest.mark.parametrize(
    "make", [lambda key: Login("ann", key), lambda key: Credentials("ann", key)]
)
def test_a_field_that_is_not_shown_is_not_readable_in_a_key(make):
    key = object_key(make("hush-hush"))
    assert b"hush" not in key
    assert b"ann" in key


@pytest.mark.parametrize(
    "name",
    ["api_key", "apikey", "API_KEY", "password", "db_password", "passphrase", "token", "secret"],
)
def test_a_secret_by_name_is_not_readable_in_a_key(name):
    for item in ({name: "hush-hush"}, Thing(**{name: "hush-hush"})):
        assert b"hush" not in object_key(item)
        assert object_key(item) == object_key(item)
    assert object_key({name: "hush-hush"}) != object_key({name: "other"})


def test_other_names_are_no_secrets():
    assert b"orbit" in object_key({"key": "orbit", "monkey": "orbit", "tokens": "orbit"})


def test_a_subclass_says_what_stands_for_an_item_also_within_others():
    class ByName(ObjectKeyMaker):
        def _key(self, obj):
            return obj.name.encode() if isinstance(obj, Handle) else super()._key(obj)

    assert ByName().key({"a": [Handle("one")]}).endswith(b"\2\3one\3\1")
    ring = []
    ring.append(ring)
    with pytest.raises(CacheKeyError, match="leads back to itself"):
        ByName().key(ring)


class Handle:
    def __init__(self, name):
        self.name = name
