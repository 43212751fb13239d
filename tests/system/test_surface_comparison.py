"""The comparison of two packages sees each kind of difference, and excuses what is only more.

Each case is a small pair of packages on disk, described as the real ones are: a line of code in
the first is another one, or none, in the second.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

SURFACE = Path(__file__).parent / "surface"
COMPARE = runpy.run_path(str(SURFACE / "compare.py"))
EXCEPTIONS = runpy.run_path(str(SURFACE / "exceptions.py"))
MUST = runpy.run_path(str(SURFACE / "must_have.py"))
OBJECT = "builtins.object"


def described(folder, files):
    """The description of a package ``made_up`` whose files are given by name and content."""
    package = folder / "made_up"
    for name, content in {"__init__.py": "", **files}.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(content))
    done = subprocess.run(
        [sys.executable, str(SURFACE / "describe.py"), "made_up"],
        env={**os.environ, "PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return json.loads(done.stdout)


def entries_of(tmp_path, first, second, required=()):
    """The differences of two packages, each given by its files or the content of ``room.py``."""
    pair = [one if isinstance(one, dict) else {"room.py": one} for one in (first, second)]
    names = ("first", "second")
    surfaces = [described(tmp_path / name, one) for name, one in zip(names, pair, strict=True)]
    found = COMPARE["compare"](*surfaces, required)
    for one in found:
        assert one.sentence.endswith(".")
        assert one.module in one.name
    return [one.entry.removeprefix("made_up.") for one in found]


LESS = {
    "a module": (
        {"room.py": "", "wing/__init__.py": "", "wing/hall.py": ""},
        {"room.py": "", "wing/__init__.py": ""},
        ["wing.hall missing"],
    ),
    "a module that cannot be imported": (
        "",
        "import nothing_of_that_name",
        ["room import"],
    ),
    "a package that cannot be imported": (
        {"room.py": ""},
        {"__init__.py": "import nothing_of_that_name", "room.py": ""},
        ["made_up import", "room import"],
    ),
    "a module that is not imported with its package": (
        {"__init__.py": "import made_up.room", "room.py": ""},
        {"room.py": ""},
        ["room reachable"],
    ),
    "a function": ("def enter(): ...", "", ["room.enter missing"]),
    "a class": ("class Door: ...", "", ["room.Door missing"]),
    "a constant": ("SIZE = 1", "", ["room.SIZE missing"]),
    "the value of a constant": ("SIZE = 1", "SIZE = 2", ["room.SIZE value"]),
    "the type of a constant": ("SIZE = 1", "SIZE = True", ["room.SIZE value"]),
    "a value in a table": ("T = {'a': [1]}", "T = {'a': [2]}", ["room.T value"]),
    "a key of a table": ("T = {'a': 1, 'b': 2}", "T = {'a': 1}", ["room.T value"]),
    "a table that is a list": ("T = {'a': 1}", "T = ['a']", ["room.T value"]),
    "a pattern": (
        "import re\nP = re.compile('a')",
        "import re\nP = re.compile('b')",
        ["room.P value"],
    ),
    "a class that is a function": ("class Door: ...", "def Door(): ...", ["room.Door kind"]),
    "a name for a class of another module": (
        {"room.py": "class Door: ...", "hall.py": "from made_up.room import Door"},
        {"room.py": "class Door: ...", "hall.py": "class Door: ..."},
        ["hall.Door identity"],
    ),
}


@pytest.mark.parametrize(("first", "second", "expected"), LESS.values(), ids=LESS)
def test_a_name_that_is_less_is_seen(first, second, expected, tmp_path):
    assert entries_of(tmp_path, first, second) == expected


SIGNATURES = {
    "no parameter": ("a, b", "a"),
    "another name": ("a, b", "a, c"),
    "another order": ("a=1, b=1", "b=1, a=1"),
    "another default": ("a=1", "a=2"),
    "no default": ("a=1", "a"),
    "by place only": ("a", "a, /"),
    "by name only": ("a=1, b=2", "a=1, *, b=2"),
    "no variadic arguments": ("a, *rest", "a"),
    "no variadic keywords": ("a, **rest", "a"),
    "one more that is required": ("a", "a, b"),
    "one more that is required by name": ("a", "a, *, b"),
    "one more before the others": ("a, b=1", "a, c=1, b=1"),
    "one more in the place of the variadic": ("a, *rest", "a, b=1, *rest"),
    "keyword-only, gone": ("*, a", ""),
    "keyword-only, another default": ("*, a=1", "*, a=2"),
}


@pytest.mark.parametrize(("first", "second"), SIGNATURES.values(), ids=SIGNATURES)
def test_a_narrower_signature_is_seen(first, second, tmp_path):
    pair = [f"def enter({one}): ..." for one in (first, second)]
    assert entries_of(tmp_path, *pair) == ["room.enter signature"]


WIDER = {
    "the same": ("a, b=1, *rest, c=2, **more", "a, b=1, *rest, c=2, **more"),
    "one more at the end": ("a, b=1", "a, b=1, c=2"),
    "one more by name": ("a, b=1", "a, b=1, *, c=2"),
    "a default where there was none": ("a, *, b", "a=1, *, b=1"),
    "variadic as well": ("a", "a, *rest, **more"),
    "another name of the variadic": ("*args, **kw", "*rest, **more"),
    "no longer by name only": ("*, a=1", "a=1"),
    "no longer by place only": ("a, /", "a"),
    "another name where none can be given": ("a, /", "b"),
    "a sentinel of the same name": (
        "a=type('Sentinel', (), {'__repr__': lambda _: 'NOT_SET'})()",
        "a=type('Sentinel', (), {'__repr__': lambda _: 'NOT_SET'})()",
    ),
}


@pytest.mark.parametrize(("first", "second"), WIDER.values(), ids=WIDER)
def test_a_wider_signature_is_none(first, second, tmp_path):
    pair = [f"def enter({one}): ..." for one in (first, second)]
    assert entries_of(tmp_path, *pair) == []


MEMBERS = {
    "a method": ("def open(self): ...", "pass", ["open missing"]),
    "the signature of a method": (
        "def open(self, wide=False): ...",
        "def open(self): ...",
        ["open signature"],
    ),
    "the signature of a class method": (
        "@classmethod\n    def of(cls, wood): ...",
        "@classmethod\n    def of(cls): ...",
        ["of signature"],
    ),
    "a method that is a property": (
        "def open(self): ...",
        "@property\n    def open(self): ...",
        ["open kind"],
    ),
    "a static method that is none": (
        "@staticmethod\n    def open(): ...",
        "def open(self): ...",
        ["open kind"],
    ),
    "a property": ("@property\n    def wide(self): ...", "pass", ["wide missing"]),
    "a property that cannot be set": (
        "wide = property(lambda self: 1, lambda self, value: None)",
        "wide = property(lambda self: 1)",
        ["wide settable"],
    ),
    "an attribute of the class": ("wood = 'oak'", "pass", ["wood missing"]),
    "its value": ("wood = 'oak'", "wood = 'ash'", ["wood value"]),
    "a method with underscores": ("def __len__(self): ...", "pass", ["__len__ missing"]),
    "that it cannot be hashed": (
        "def __eq__(self, other): ...",
        "def __eq__(self, other): ...\n    def __hash__(self): ...",
        ["__hash__ kind"],
    ),
}


@pytest.mark.parametrize(("first", "second", "expected"), MEMBERS.values(), ids=MEMBERS)
def test_a_member_that_is_less_is_seen(first, second, expected, tmp_path):
    pair = [f"class Door:\n    {one}" for one in (first, second)]
    assert entries_of(tmp_path, *pair) == [f"room.Door.{one}" for one in expected]


def test_an_inherited_member_is_seen_once_and_an_overridden_one_where_it_is(tmp_path):
    first = "class A:\n    size = 1\nclass B(A):\n    pass"
    second = first.replace("size = 1", "size = 2")
    assert entries_of(tmp_path / "1", first, second) == ["room.A.size value"]
    second = first.replace("pass", "size = 2")
    assert entries_of(tmp_path / "2", first, second) == ["room.B.size value"]


def test_the_signature_of_a_constructor_is_seen(tmp_path):
    first = "class Door:\n    def __init__(self, wide=False): ..."
    assert entries_of(tmp_path, first, "class Door: ...") == ["room.Door signature"]


ABSTRACT = """
    import abc
    class Door(abc.ABC):
        @abc.abstractmethod
        def open(self): ...
"""


def test_the_constructor_of_a_class_that_is_only_mixed_in_is_free(tmp_path):
    mixin = "from collections.abc import Mapping\nclass A(Mapping):\n    def look(self): ..."
    made = f"{mixin}\n    def __init__(self, session): ..."
    assert entries_of(tmp_path / "1", mixin, made) == []
    made = f"{dedent(ABSTRACT)}    def __init__(self, session): ..."
    assert entries_of(tmp_path / "2", ABSTRACT, made) == ["room.Door signature"]


def test_what_was_concrete_and_is_abstract_is_seen_and_the_other_way_round(tmp_path):
    concrete = ABSTRACT.replace("@abc.abstractmethod", "")
    assert entries_of(tmp_path / "1", concrete, ABSTRACT) == ["room.Door.open abstract"]
    assert entries_of(tmp_path / "2", ABSTRACT, concrete) == ["room.Door.open concrete"]


RELATIONS = {
    "a base of the package": (
        "class A: ...\nclass B(A): ...",
        "class A: ...\nclass B: ...",
        ["room.B base made_up.room.A"],
    ),
    "a base of the language": (
        "class A(KeyError): ...",
        "class A(Exception): ...",
        ["room.A base builtins.KeyError", "room.A base builtins.LookupError"],
    ),
    "the order of the bases": (
        "class A: ...\nclass B: ...\nclass C(A, B): ...",
        "class A: ...\nclass B: ...\nclass C(B, A): ...",
        ["room.C order"],
    ),
    "the class of a class": (
        "import abc\nclass A(metaclass=abc.ABCMeta): ...",
        "class A: ...",
        ["room.A metaclass abc.ABCMeta"],
    ),
}


@pytest.mark.parametrize(("first", "second", "expected"), RELATIONS.values(), ids=RELATIONS)
def test_a_relation_of_classes_that_is_less_is_seen(first, second, expected, tmp_path):
    assert entries_of(tmp_path, first, second) == expected


def test_members_of_a_lost_base_of_the_library_are_seen(tmp_path):
    first = "from collections import UserList\nclass Doors(UserList): ..."
    found = entries_of(tmp_path, first, "class Doors: ...")
    assert {"room.Doors base collections.UserList", "room.Doors.append missing"} <= set(found)


ERROR = """
    class Error(Exception):
        default_message = "{wording}"
        def __init__(self, door, message=None):
            self.message, self.details = message, {details}
"""


def test_the_details_and_attributes_of_an_error_are_compared_but_not_its_wording(tmp_path):
    first = ERROR.format(wording="Locked.", details="{'door': door}")
    worded = ERROR.format(wording="The door is locked.", details="{'door': door}")
    assert entries_of(tmp_path / "1", first, worded) == []
    without = ERROR.format(wording="Locked.", details="{}")
    assert entries_of(tmp_path / "2", first, without) == ["room.Error detail door"]
    bare = "class Error(Exception):\n    default_message = ''\n    def __init__(self, door, "
    found = entries_of(tmp_path / "3", first, f"{bare}message=None): ...")
    expected = ["attribute details", "attribute message", "detail door"]
    assert found == [f"room.Error {one}" for one in expected]


def test_an_error_that_cannot_be_made_is_seen(tmp_path):
    first = "class Error(Exception):\n    def __init__(self, door): ..."
    assert entries_of(tmp_path, first, f"{first[:-3]}raise KeyError(door)") == ["room.Error raised"]


PRIVATE = "class Door:\n    def _creak(self): ...\ndef _enter(): ...\nclass _Wall:\n    high = 1"


def test_private_names_count_only_where_they_are_required(tmp_path):
    assert entries_of(tmp_path / "1", PRIVATE, "class Door: ...") == []
    required = ["made_up.room.Door._creak", "made_up.room._enter", "made_up.room._Wall.high"]
    found = entries_of(tmp_path / "2", PRIVATE, "class Door: ...", required)
    assert found == ["room.Door._creak missing", "room._Wall missing", "room._enter missing"]


def test_more_is_no_difference(tmp_path):
    first = "class Door:\n    def open(self): ..."
    second = f"import abc\n{first}\n    def close(self): ...\nclass Wall: ...\nSIZE = 1"
    assert entries_of(tmp_path, first, {"room.py": second, "hall.py": ""}) == []


def test_a_class_may_live_elsewhere_in_the_second_package(tmp_path):
    first = "class A: ...\nclass B(A): ..."
    second = {
        "_rooms.py": "class Base: ...",
        "room.py": "from made_up._rooms import Base as A\nclass B(A): ...",
    }
    assert entries_of(tmp_path, first, second) == []


def test_the_arguments_of_a_method_that_the_language_calls_have_no_names(tmp_path):
    first = "class Door:\n    def __getitem__(self, key): ...\n    def get(self, key): ..."
    second = first.replace("key", "index")
    assert entries_of(tmp_path / "1", first, second) == ["room.Door.get signature"]
    none = first.replace("self, key", "self")
    expected = ["room.Door.__getitem__ signature", "room.Door.get signature"]
    assert entries_of(tmp_path / "2", first, none) == expected


DESCRIPTOR = """
    class Field:
        def __get__(self, owner, klass=None):
            return 1
        def __set__(self, owner, value): ...
"""


def test_a_descriptor_of_any_kind_is_as_good_as_a_property(tmp_path):
    first = "class Door:\n    wide = property(lambda self: 1, lambda self, value: None)"
    second = {"room.py": f"{dedent(DESCRIPTOR)}\nclass Door:\n    wide = Field()"}
    assert entries_of(tmp_path / "1", first, second) == []
    slots = "class Door:\n    __slots__ = ('wide',)"
    assert entries_of(tmp_path / "2", first, slots) == []


def test_a_decorated_function_is_as_good_as_a_plain_one(tmp_path):
    first = (
        "def enter(door): ...\nclass Door:\n    def open(self): ...\n    def __hash__(self): ..."
    )
    second = "import functools\n" + first.replace("def enter", "@functools.cache\ndef enter")
    second = second.replace("def __hash__(self): ...", "__hash__ = object.__hash__")
    assert entries_of(tmp_path, first, second) == []


def test_a_table_may_have_more_keys_and_functions_of_any_name(tmp_path):
    first = "T = {'a': lambda door: True}"
    second = "def hidden(door): ...\nT = {'b': 2, 'a': hidden}"
    assert entries_of(tmp_path, first, second) == []


def test_the_work_of_others_is_left_out(tmp_path):
    first = "import json\nfrom json import dumps\nfrom pytest import Item\nfrom typing import Any"
    assert entries_of(tmp_path, first, "") == []


def test_the_work_of_others_may_take_the_place_of_a_name(tmp_path):
    first = "def isabs(s): ...\ndef walk(top, func, arg): ...\nclass Path: ..."
    second = "from ntpath import isabs\nfrom os import walk\nfrom pathlib import Path"
    assert entries_of(tmp_path, first, second) == ["room.walk signature"]


def test_a_description_is_the_same_in_every_run(tmp_path):
    files = {"room.py": "class A: ...\nONE = A()\nTWO = {'b', 'a', 'c', A}\ndef f(a=ONE): ..."}
    one, other = (described(tmp_path, files) for _ in range(2))
    assert one == other
    assert "0x" not in json.dumps(one)


LIVE = {
    "classes": ["made_up.room.Door", OBJECT],
    "attributes": {
        "wood": {"classes": ["builtins.str", OBJECT], "callable": False, "text": "'oak'"},
        "frame": {"classes": ["made_up.room.Frame", OBJECT], "callable": False},
        "open": {"classes": ["builtins.method", OBJECT], "callable": True},
        "_key": {"classes": ["builtins.str", OBJECT], "callable": False},
    },
}
HOMES = {name: name for name in ("made_up.room.Door", "made_up.room.Frame")}


def changed(attribute=None, **changes):
    """The description of the live object, with one attribute or the object changed."""
    attributes = dict(LIVE["attributes"])
    if attribute is None:
        return {**LIVE, **changes}
    if changes:
        attributes[attribute] = {**attributes[attribute], **changes}
    else:
        del attributes[attribute]
    return {**LIVE, "attributes": attributes}


LIVE_LESS = {
    "the object": (None, "Door missing"),
    "how it is made": ({"error": "KeyError: 'door'"}, "Door missing"),
    "its class": (changed(classes=["other.Door", OBJECT]), "Door class made_up.room.Door"),
    "an attribute": (changed("wood"), "Door.wood missing"),
    "an attribute that raises": (
        {**LIVE, "attributes": {**LIVE["attributes"], "wood": {"error": "KeyError"}}},
        "Door.wood error",
    ),
    "its type": (changed("wood", classes=["builtins.int", OBJECT]), "Door.wood type"),
    "its value": (changed("wood", text="'ash'"), "Door.wood value"),
    "a part's class": (changed("frame", classes=["other.Frame", OBJECT]), "Door.frame type"),
    "a method": (changed("open", callable=False), "Door.open callable"),
    "a private attribute that is required": (changed("_key"), "Door._key missing"),
}


@pytest.mark.parametrize(("second", "expected"), LIVE_LESS.values(), ids=LIVE_LESS)
def test_a_live_object_that_is_less_is_seen(second, expected):
    found = COMPARE["compare_live"]({"Door": LIVE}, {"Door": second}, HOMES, {"Door._key"})
    assert [one.entry for one in found] == [expected]


def test_a_live_object_may_be_more():
    more = changed("wood", classes=["made_up.Wood", "builtins.str", OBJECT])
    more["attributes"]["handle"] = {"classes": ["builtins.str", OBJECT], "callable": False}
    del more["attributes"]["_key"]
    assert COMPARE["compare_live"]({"Door": LIVE}, {"Door": more}, HOMES, ()) == []


REASON = "Nobody could use it in any way."


def faults(*groups):
    found = ["made_up.room.wall missing"]
    return EXCEPTIONS["faults_of"](list(groups), found, lambda name: name == "made_up.room.door")


def test_an_exception_that_applies_and_has_a_reason_is_no_fault():
    assert faults({"reason": REASON, "entries": ["made_up.room.wall missing"]}) == []


def test_an_exception_that_no_longer_applies_is_a_fault():
    (fault,) = faults({"reason": REASON, "entries": ["made_up.room.floor missing"]})
    assert "no longer applies" in fault


def test_an_exception_without_a_reason_is_a_fault():
    (fault,) = faults({"reason": " ", "entries": ["made_up.room.wall missing"]})
    assert "has no reason" in fault


def test_an_exception_that_is_listed_twice_is_a_fault():
    twice = ["made_up.room.wall missing"]
    assert "twice" in faults({"reason": REASON, "entries": twice * 2})[0]


def test_an_exception_for_a_name_that_must_be_there_is_a_fault():
    found = faults({"reason": REASON, "entries": ["made_up.room.door signature"]})
    assert any("must be there" in fault for fault in found)


@pytest.mark.parametrize(
    "name",
    [
        "ftrack_api.session",
        "ftrack_api.session.Session",
        "ftrack_api.session.Session._configure_locations",
        "ftrack_api._centralized_storage_scenario.register_configuration",
        "ftrack_api.exception.AuthenticationError",
        "ftrack_api.operation.Operations.push",
        "Location:ftrack.server.structure",
        "Session._local_cache",
        "Session",
    ],
)
def test_names_that_must_be_there_can_have_no_exception(name):
    assert MUST["is_must_have"](name)


def test_other_names_can():
    assert not MUST["is_must_have"]("ftrack_api.session.L")
    assert not MUST["is_must_have"]("ftrack_api._python_ntpath.splitunc")
