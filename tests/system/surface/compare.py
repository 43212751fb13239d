"""Two descriptions of one package, and what the second lacks of the first.

The second may have more: names, classes, parameters with a default behind the others. It may not
have less, and what it has may not be other. Pure functions over what `describe` and `live` print.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

Described = dict[str, Any]

SIGNED_BY_THE_CLASS = {"__init__", "__new__"}
"""Compared as the signature of the class that they construct."""

ANSWERED_BY_PYTHON = {"__ne__", "__getnewargs__", "__match_args__"}
"""What the interpreter derives by itself may be spelled out or not."""


@dataclass(frozen=True)
class Difference:
    """One difference: *entry* is how a list of exceptions names it, *sentence* is for people."""

    module: str
    name: str
    aspect: str
    sentence: str

    @property
    def entry(self) -> str:
        return f"{self.name} {self.aspect}"


def compare(expected: Described, actual: Described, required: Collection[str]) -> list[Difference]:
    """Return the differences of two descriptions of a package, module by module.

    Private names count only where *required* holds them, in full (``package.module.Class._name``).
    """
    comparison = _Comparison(expected, actual, frozenset(required))
    return [one for module in expected for one in comparison.module(module)]


def compare_live(
    expected: Described, actual: Described, homes: dict[str, str], required: Collection[str]
) -> list[Difference]:
    """Return the differences of two descriptions of live objects; *homes* as `homes_of` says."""
    comparison = _LiveComparison(homes, frozenset(required))
    return [
        one
        for name in expected
        for one in comparison.objects(name, expected[name], actual.get(name))
    ]


def homes_of(expected: Described, actual: Described) -> dict[str, str]:
    """Return where each class of the first package is defined in the second, by its full name."""
    homes = {}
    for module, name, klass in _classes(expected):
        found = actual.get(module, {"names": {}})["names"].get(name, {})
        if klass["home"] == f"{module}.{name}" and found.get("kind") == "class":
            homes[klass["home"]] = found["home"]
    return homes


def find(described: Described, name: str) -> Described | None:
    """Return what the full *name* of a module, of its name or of a member is, None if absent."""
    head, _, tail = name.rpartition(".")
    module, _, owner = head.rpartition(".")
    klass = described.get(module, {"names": {}})["names"].get(owner, {})
    found: Described | None = klass.get("members", {}).get(tail)
    if name in described:
        found = described[name]
    elif head in described:
        found = described[head]["names"].get(tail)
    return found


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def _classes(described: Described) -> Iterator[tuple[str, str, Described]]:
    for module, content in described.items():
        for name, value in content["names"].items():
            if value["kind"] == "class":
                yield module, name, value


class _Comparison:
    def __init__(self, expected: Described, actual: Described, required: frozenset[str]) -> None:
        self.package = min(expected)
        self.expected = expected
        self.actual = actual
        self.homes = homes_of(expected, actual)
        self.required = required

    def module(self, module: str) -> Iterator[Difference]:
        expected, actual = self.expected[module], self.actual.get(module)
        if actual is None:
            yield Difference(module, module, "missing", f"There is no module {module}.")
            return
        if actual["error"]:
            sentence = f"The module {module} cannot be imported: {actual['error']}."
            yield Difference(module, module, "import", sentence)
            return
        if expected["reachable"] and not actual["reachable"]:
            package = module.partition(".")[0]
            sentence = f"{module} cannot be reached after a mere `import {package}`."
            yield Difference(module, module, "reachable", sentence)
        for name, value in expected["names"].items():
            if self._counts(f"{module}.{name}") and not value["foreign"]:
                yield from self._name(module, name, value, actual["names"].get(name))

    def _counts(self, name: str) -> bool:
        within = any(one.startswith(f"{name}.") for one in self.required)
        return not is_private(name.rpartition(".")[2]) or name in self.required or within

    def _name(
        self, module: str, name: str, expected: Described, actual: Described | None
    ) -> Iterator[Difference]:
        full = f"{module}.{name}"
        if actual is None:
            sentence = f"{module} has no {name}, which is {_kind(expected)}."
            yield Difference(module, full, "missing", sentence)
        elif actual["kind"] != expected["kind"]:
            yield _other_kind(module, full, expected, actual)
        elif expected["kind"] == "class":
            yield from self._class(module, full, expected, actual)
        elif expected["kind"] == "function":
            yield from _signatures(module, full, expected, actual)
        else:
            yield from _values(module, full, expected, actual)

    def _class(
        self, module: str, full: str, expected: Described, actual: Described
    ) -> Iterator[Difference]:
        if expected["home"] != full:
            yield from self._alias(module, full, expected, actual)
            return
        yield from self._relations(module, full, expected, actual)
        yield from _abstractness(module, full, expected, actual)
        if not _is_only_mixed_in(expected):
            yield from _signatures(module, full, expected, actual)
        if expected["raised"]:
            yield from _raised(module, full, expected["raised"], actual["raised"])
        for name, member in expected["members"].items():
            if self._counts(f"{full}.{name}") and name not in ANSWERED_BY_PYTHON:
                yield from self._member(module, f"{full}.{name}", member, actual)

    def _alias(
        self, module: str, full: str, expected: Described, actual: Described
    ) -> Iterator[Difference]:
        if self.homes.get(expected["home"], actual["home"]) != actual["home"]:
            sentence = f"{full} is {actual['home']}, not the same class as {expected['home']}."
            yield Difference(module, full, "identity", sentence)

    def _relations(
        self, module: str, full: str, expected: Described, actual: Described
    ) -> Iterator[Difference]:
        bases = [self.homes.get(one, one) for one in expected["mro"][1:] if self._is_known(one)]
        for base in bases:
            if base not in actual["mro"]:
                sentence = f"{full} does not derive from {base}."
                yield Difference(module, full, f"base {base}", sentence)
        common = [base for base in bases if base in actual["mro"]]
        if common != sorted(common, key=actual["mro"].index):
            sentence = f"{full} derives from its bases in another order than {', '.join(common)}."
            yield Difference(module, full, "order", sentence)
        for metaclass in filter(self._is_known, expected["metaclass"]):
            if self.homes.get(metaclass, metaclass) not in actual["metaclass"]:
                sentence = f"The class of the class {full} is no {metaclass}."
                yield Difference(module, full, f"metaclass {metaclass}", sentence)

    def _is_known(self, klass: str) -> bool:
        """Whether a base is of the package, the language or its library, and so must be there."""
        return is_standard(klass) or klass.startswith(f"{self.package}.")

    def _member(
        self, module: str, full: str, expected: Described, klass: Described
    ) -> Iterator[Difference]:
        name = full.rpartition(".")[2]
        inherited = expected["kind"] == "inherited"
        if inherited and (expected["origin"] in klass["mro"] or is_private(name)):
            return
        actual = klass["members"].get(name)
        if actual and self._compared_elsewhere(expected, actual, klass):
            return
        if actual is None:
            # Every class has a constructor, and its signature is compared already.
            if name not in SIGNED_BY_THE_CLASS:
                owner = full.rpartition(".")[0]
                sentence = f"{owner} has no {name}, which is {_kind(expected)}."
                yield Difference(module, full, "missing", sentence)
        elif not inherited and actual["kind"] != "inherited":
            yield from self._members(module, full, expected, actual)

    def _compared_elsewhere(self, expected: Described, actual: Described, klass: Described) -> bool:
        """Whether both classes inherit the member from one class that is compared itself."""
        origin = self.homes.get(expected["origin"])
        same: bool = origin == actual["origin"] != klass["home"]
        return same

    def _members(
        self, module: str, full: str, expected: Described, actual: Described
    ) -> Iterator[Difference]:
        name = full.rpartition(".")[2]
        if actual["kind"] != expected["kind"]:
            yield _other_kind(module, full, expected, actual)
        elif expected["kind"] == "property":
            if expected["settable"] and not actual["settable"]:
                yield Difference(module, full, "settable", f"{full} cannot be set.")
        elif expected["kind"] == "value":
            # The wording of a message is the package's own.
            if name != "default_message":
                yield from _values(module, full, expected, actual)
        elif name not in SIGNED_BY_THE_CLASS and "signature" in expected:
            wanted = _by_place_only(expected) if name.endswith("__") else expected
            yield from _signatures(module, full, wanted, actual)


def is_standard(klass: str) -> bool:
    return klass.partition(".")[0] in sys.stdlib_module_names


def _kind(described: Described) -> str:
    article = "an" if described["kind"][0] in "aeiou" else "a"
    text = f" {described['text']}" if described["kind"] == "value" else ""
    return f"{article} {described['kind']}{text}"


def _other_kind(module: str, full: str, expected: Described, actual: Described) -> Difference:
    sentence = f"{full} is {_kind(actual)}, expected {_kind(expected)}."
    return Difference(module, full, "kind", sentence)


def _values(module: str, full: str, expected: Described, actual: Described) -> Iterator[Difference]:
    shown, wanted = ((one["type"], one["text"]) for one in (actual, expected))
    kept = actual.get("items", {}).items() >= expected.get("items", {"": ""}).items()
    if shown != wanted and not (kept and shown[0] == wanted[0]):
        sentence = f"{full} is {' '.join(shown)}, expected {' '.join(wanted)}."
        yield Difference(module, full, "value", sentence)


def _abstractness(
    module: str, full: str, expected: Described, actual: Described
) -> Iterator[Difference]:
    for name in sorted(set(actual["abstract"]) - set(expected["abstract"])):
        sentence = f"{full}.{name} is abstract, so that subclasses without it cannot be made."
        yield Difference(module, f"{full}.{name}", "abstract", sentence)
    for name in sorted(set(expected["abstract"]) - set(actual["abstract"])):
        sentence = f"{full}.{name} is not abstract, so that nothing asks subclasses for it."
        yield Difference(module, f"{full}.{name}", "concrete", sentence)


def _raised(
    module: str, full: str, expected: Described, actual: Described | None
) -> Iterator[Difference]:
    if actual is None or actual["error"]:
        problem = actual["error"] if actual else "it is no exception"
        sentence = f"{full} cannot be made from its required arguments: {problem}."
        yield Difference(module, full, "raised", sentence)
        return
    for kind, noun in (("attributes", "attribute"), ("details", "detail")):
        for name in sorted(set(expected[kind]) - set(actual[kind])):
            sentence = f"An error {full} carries no {noun} {name}."
            yield Difference(module, full, f"{noun} {name}", sentence)


def _signatures(
    module: str, full: str, expected: Described, actual: Described
) -> Iterator[Difference]:
    wanted, had = expected["signature"], actual["signature"]
    if wanted is None or had == wanted:
        return
    reasons = ["none is known"] if had is None else list(_narrower(wanted, had))
    if reasons:
        sentence = f"{full}{_shown(had)} is called otherwise than {full.rpartition('.')[2]}"
        sentence += f"{_shown(wanted)}: {'; '.join(reasons)}."
        yield Difference(module, full, "signature", sentence)


def _by_place_only(described: Described) -> Described:
    """Return the method as the language calls it, ``door[key]``: nobody names the arguments."""
    kinds = {"positional or keyword": "positional-only"}
    signature = [
        {**one, "kind": kinds.get(one["kind"], one["kind"])} for one in described["signature"] or ()
    ]
    return {**described, "signature": signature}


def _is_only_mixed_in(klass: Described) -> bool:
    """Whether nobody calls it: abstract as the library left it, and without a constructor."""
    members = klass["members"]
    left = [name for name in klass["abstract"] if members[name]["kind"] == "inherited"]
    return bool(left) and "__init__" not in members


BY_PLACE = ("positional-only", "positional or keyword")


def _narrower(wanted: list[Described], had: list[Described]) -> Iterator[str]:
    """Yield why a call that the wanted signature takes could fail or mean something else."""
    placed = [one for one in had if one["kind"] in BY_PLACE]
    places = [one for one in wanted if one["kind"] in BY_PLACE]
    for index, parameter in enumerate(places):
        yield from _narrower_at(index, parameter, placed)
    kinds = {one["kind"] for one in had}
    for parameter in wanted:
        if parameter["kind"].startswith("variadic") and parameter["kind"] not in kinds:
            yield f"it takes no {_starred(parameter)}"
        if parameter["kind"] == "keyword-only":
            yield from _narrower_by_name(parameter, had)
    yield from _additional(wanted, had, places, placed)


def _narrower_at(index: int, parameter: Described, placed: list[Described]) -> Iterator[str]:
    if index >= len(placed):
        yield f"it takes no {parameter['name']} as argument {index + 1}"
        return
    found = placed[index]
    if parameter["kind"] != "positional-only" and found["name"] != parameter["name"]:
        yield f"argument {index + 1} is {found['name']}, expected {parameter['name']}"
    elif found["kind"] != parameter["kind"] and found["kind"] == "positional-only":
        yield f"{found['name']} cannot be given by name"
    else:
        yield from _other_default(parameter, found)


def _narrower_by_name(parameter: Described, had: list[Described]) -> Iterator[str]:
    by_name = ("keyword-only", "positional or keyword")
    found = next((one for one in had if one["name"] == parameter["name"]), None)
    if found is None or found["kind"] not in by_name:
        yield f"it takes no {parameter['name']}"
    else:
        yield from _other_default(parameter, found)


def _other_default(wanted: Described, had: Described) -> Iterator[str]:
    # A default for what was required takes nothing away.
    if "default" in wanted and had.get("default") != wanted["default"]:
        yield f"{wanted['name']} is {had.get('default', 'required')}, expected {wanted['default']}"


def _additional(
    wanted: list[Described],
    had: list[Described],
    places: list[Described],
    placed: list[Described],
) -> Iterator[str]:
    known = {one["name"] for one in wanted}
    for one in had:
        extra = one["name"] not in known and not one["kind"].startswith("variadic")
        if extra and "default" not in one and one not in placed[: len(places)]:
            yield f"it requires {one['name']}"
    variadic = any(one["kind"] == "variadic positional" for one in wanted)
    if variadic and len(placed) > len(places):
        yield f"{placed[len(places)]['name']} takes what belongs to the variadic arguments"


def _starred(parameter: Described) -> str:
    stars = "*" if parameter["kind"] == "variadic positional" else "**"
    return f"{stars}{parameter['name']}"


def _shown(parameters: list[Described] | None) -> str:
    if parameters is None:
        return "(?)"
    shown = []
    for one in parameters:
        name = _starred(one) if one["kind"].startswith("variadic") else one["name"]
        shown.append(f"{name}={one['default']}" if "default" in one else name)
    return f"({', '.join(shown)})"


class _LiveComparison:
    def __init__(self, homes: dict[str, str], required: frozenset[str]) -> None:
        self.homes = homes
        self.required = required

    def objects(
        self, name: str, expected: Described, actual: Described | None
    ) -> Iterator[Difference]:
        if actual is None or "error" in actual or "error" in expected:
            problem = (actual or {}).get("error") or expected.get("error") or "nobody made it"
            sentence = f"The live object {name} cannot be described: {problem}."
            yield Difference(name, name, "missing", sentence)
            return
        yield from self._classes(name, expected["classes"], actual["classes"])
        for attribute, value in expected["attributes"].items():
            full = f"{name}.{attribute}"
            if not is_private(attribute) or full in self.required:
                found = actual["attributes"].get(attribute)
                yield from self._attribute(name, full, value, found)

    def _classes(self, name: str, expected: list[str], actual: list[str]) -> Iterator[Difference]:
        for klass in expected:
            home = self.homes.get(klass)
            # The classes of entity types are made while running, in no module to speak of.
            if home is None and (not is_standard(klass) or klass.startswith("abc.")):
                continue
            if (home or klass) not in actual:
                sentence = f"A live {name} is no {klass}."
                yield Difference(name, name, f"class {klass}", sentence)

    def _attribute(
        self, name: str, full: str, expected: Described, actual: Described | None
    ) -> Iterator[Difference]:
        if actual is None:
            yield Difference(name, full, "missing", f"A live {name} has no {full}.")
        elif "error" in actual and "error" not in expected:
            sentence = f"{full} of a live {name} raises {actual['error']}."
            yield Difference(name, full, "error", sentence)
        elif "error" not in expected:
            yield from self._values(name, full, expected, actual)

    def _values(
        self, name: str, full: str, expected: Described, actual: Described
    ) -> Iterator[Difference]:
        if expected["callable"] != actual["callable"]:
            sentence = f"{full} of a live {name} is {'not ' * expected['callable']}to be called."
            yield Difference(name, full, "callable", sentence)
        elif is_private(full.rpartition(".")[2]) or expected["callable"]:
            return
        elif not self._is_instance(expected["classes"][0], actual["classes"]):
            classes = (expected["classes"][0], actual["classes"][0])
            sentence = "{} of a live {} is no {} but a {}.".format(full, name, *classes)
            yield Difference(name, full, "type", sentence)
        elif expected.get("text") != actual.get("text"):
            sentence = f"{full} of a live {name} is {actual.get('text')}, "
            yield Difference(name, full, "value", f"{sentence}expected {expected.get('text')}.")

    def _is_instance(self, klass: str, actual: list[str]) -> bool:
        if klass in self.homes:
            return self.homes[klass] in actual
        free = not is_standard(klass) or klass.startswith("abc.") or klass.endswith(".NoneType")
        return free or klass in actual
