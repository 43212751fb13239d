"""What a package offers, as plain data: modules, names, signatures, values, class relations.

Run by the interpreter of any environment, it needs nothing but the standard library::

    python describe.py ftrack_api ftrack_

The second argument says which top-level packages count as the package's own work (it begins
their names); what comes from elsewhere is left out. The answer is one JSON object on standard
output, without anything that changes from run to run: no addresses, no order of sets.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import logging
import re
import sys
import types
from functools import cached_property
from pathlib import Path
from typing import Any

NOISE = {
    "__abstractmethods__",
    "__all__",
    "__annotations__",
    "__builtins__",
    "__cached__",
    "__dict__",
    "__doc__",
    "__file__",
    "__firstlineno__",
    "__loader__",
    "__module__",
    "__name__",
    "__package__",
    "__parameters__",
    "__path__",
    "__qualname__",
    "__slots__",
    "__spec__",
    "__static_attributes__",
    "__weakref__",
    "_abc_impl",
}
"""What Python itself writes into modules and classes, and the list of names compared anyway."""

NOTES = ("__future__", "typing")
"""Modules whose objects are there for compilers and type checkers."""

Described = dict[str, Any]


class Describer:
    """Describes one package; *own* begins the names of the packages that count as its work."""

    def __init__(self, package: str, own: str) -> None:
        self.package = package
        self.own = own

    def package_described(self) -> Described:
        """Return all modules of the package by name, private ones too."""
        names = module_names(self.package)
        # Before anything else is imported: what a lone import of the package makes reachable.
        reachable = reachable_after_import(self.package, names)
        return {name: {**self.module(name), "reachable": name in reachable} for name in names}

    def module(self, name: str) -> Described:
        """Return the names of one module, or the error with which it cannot be imported."""
        try:
            module = importlib.import_module(name)
        except Exception as error:  # noqa: BLE001 - the description says what is the matter
            return {"error": f"{type(error).__name__}: {error}", "names": {}}
        described = {name: self.name(value) for name, value in sorted(vars(module).items())}
        kept = {name: value for name, value in described.items() if value and name not in NOISE}
        return {"error": None, "names": kept}

    def name(self, value: Any) -> Described | None:
        """Return what the module's name stands for, None for modules and notes for type checkers.

        What others have made is marked ``foreign``: no package has to have it.
        """
        if isinstance(value, types.ModuleType) or type(value).__module__ in NOTES:
            return None
        if inspect.isclass(value):
            return {**self.klass(value), "foreign": not self.is_own(value.__module__)}
        if is_function(value):
            foreign = not self.is_own(value.__module__ or "")
            return {"kind": "function", "signature": signature(value), "foreign": foreign}
        foreign = not self.is_own(type(value).__module__) and not is_standard(type(value))
        return {"kind": "value", **plain(value), "foreign": foreign}

    def is_own(self, module: str) -> bool:
        return module.startswith(self.own)

    def klass(self, klass: type) -> Described:
        """Return what a class derives from, is made with and has."""
        return {
            "kind": "class",
            "home": full_name(klass),
            "metaclass": [full_name(base) for base in inspect.getmro(type(klass))],
            "bases": [full_name(base) for base in klass.__bases__],
            "mro": [full_name(base) for base in klass.__mro__],
            "abstract": sorted(getattr(klass, "__abstractmethods__", ())),
            "signature": signature(klass),
            "members": self.members(klass),
            "raised": raised(klass) if issubclass(klass, BaseException) else None,
        }

    def members(self, klass: type) -> Described:
        """Return the members by name: the package's own described, the library's as inherited."""
        members: Described = {}
        for base in klass.__mro__[:-1]:
            origin = full_name(base)
            for name, value in vars(base).items():
                if name in NOISE or name in members:
                    continue
                if self.is_own(base.__module__):
                    members[name] = {**member(value), "origin": origin}
                elif is_standard(base):
                    members[name] = {"kind": "inherited", "origin": origin}
        return dict(sorted(members.items()))


def module_names(package: str) -> list[str]:
    """Return the names of the package and its modules, found without importing any of them."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"There is no package {package} here.")
    folder = Path(next(iter(spec.submodule_search_locations)))
    parts = [path.relative_to(folder).with_suffix("").parts for path in folder.rglob("*.py")]
    names = [".".join([package, *one]).removesuffix(".__init__") for one in parts]
    return sorted(name for name in names if not name.endswith("__main__"))


def reachable_after_import(package: str, names: list[str]) -> set[str]:
    """Return which of the modules *names* a mere import of the package makes reachable."""
    try:
        root = importlib.import_module(package)
    except Exception:  # noqa: BLE001 - the description of the module says what is the matter
        return set()
    return {name for name in names if is_reachable(root, name)}


def is_reachable(root: types.ModuleType, name: str) -> bool:
    """Whether the module of this full name is found from *root*, attribute by attribute."""
    found: Any = root
    for part in name.split(".")[1:]:
        found = getattr(found, part, None)
    return isinstance(found, types.ModuleType)


FUNCTIONS = (
    types.BuiltinFunctionType,
    types.FunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
)


def is_function(value: Any) -> bool:
    """Whether it is a function, a decorated one too: by `inspect.isroutine` descriptors are."""
    return isinstance(value, FUNCTIONS) or (callable(value) and hasattr(value, "__wrapped__"))


def member(value: Any) -> Described:
    """Return what the raw value in the dictionary of a class is to those who use the class."""
    if isinstance(value, staticmethod):
        return {"kind": "static method", "signature": signature(value.__func__)}
    if isinstance(value, classmethod):
        return {"kind": "class method", "signature": without_first(signature(value.__func__))}
    if is_function(value):
        return {"kind": "method", "signature": without_first(signature(value))}
    if isinstance(value, property):
        return {"kind": "property", "settable": value.fset is not None}
    if isinstance(value, cached_property | types.MemberDescriptorType):
        return {"kind": "property", "settable": True}
    if inspect.isclass(value):
        return {"kind": "class"}
    if hasattr(type(value), "__get__"):
        settable = hasattr(type(value), "__set__")
        return {"kind": "property", "settable": settable}
    return {"kind": "value", **plain(value)}


def signature(callable_: Any) -> list[Described] | None:
    """Return the parameters in order, None where Python knows none."""
    try:
        parameters = inspect.signature(callable_).parameters.values()
    except (TypeError, ValueError):
        return None
    return [parameter_described(one) for one in parameters]


def parameter_described(parameter: inspect.Parameter) -> Described:
    """Return name and kind of a parameter, and the default as text where it has one."""
    described = {"name": parameter.name, "kind": parameter.kind.description}
    if parameter.default is not parameter.empty:
        described["default"] = plain(parameter.default)["text"]
    return described


def without_first(parameters: list[Described] | None) -> list[Described] | None:
    """Return the parameters without the instance or class, which the caller does not write."""
    if parameters and not parameters[0]["kind"].startswith("variadic"):
        return parameters[1:]
    return parameters


def plain(value: Any) -> Described:
    """Return type and text of a value; the text is the same in every run and every package."""
    described = {"type": type(value).__qualname__, "text": text(value)}
    if isinstance(value, dict):
        return {**described, "items": {text(key): part(one) for key, one in value.items()}}
    return described


def text(value: Any) -> str:
    """Return a value as text that is the same in every run: no addresses, no order of sets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{text(key)}: {part(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        brackets = "[]" if isinstance(value, list) else "()"
        return brackets[0] + ", ".join(map(part, value)) + brackets[1]
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(map(part, value))) + "}"
    if inspect.isclass(value) or is_function(value):
        return f"<{value.__qualname__}>"
    if isinstance(value, re.Pattern):
        return f"<pattern {value.pattern!r} {value.flags}>"
    if isinstance(value, logging.Logger):
        return "<Logger>"
    return without_address(value)


def part(value: Any) -> str:
    """Return the text of what a collection holds, where the name of a function is nobody's."""
    return "<function>" if is_function(value) else text(value)


def without_address(value: Any) -> str:
    shown = repr(value)
    return f"<{type(value).__qualname__}>" if re.search("0x[0-9a-f]{6,}|^<", shown) else shown


def full_name(klass: type) -> str:
    return f"{klass.__module__}.{klass.__qualname__}"


def is_standard(klass: type) -> bool:
    return klass.__module__.partition(".")[0] in sys.stdlib_module_names


class StandIn:
    """An argument that is whatever an exception asks of it: entity, attribute, collection."""

    name = "name"

    def __getitem__(self, key: str) -> str:
        return key


def raised(klass: type) -> Described:
    """Return what an instance carries that is made of nothing but its required arguments."""
    arguments = [
        [StandIn()] if one["name"] == "components" else StandIn()
        for one in signature(klass) or ()
        if "default" not in one and not one["kind"].startswith("variadic")
    ]
    try:
        error = klass(*arguments)
    except Exception as problem:  # noqa: BLE001 - the description says what is the matter
        return {"attributes": [], "details": [], "error": f"{type(problem).__name__}: {problem}"}
    details = getattr(error, "details", None)
    return {
        "attributes": sorted(vars(error)),
        "details": sorted(details) if isinstance(details, dict) else [],
        "error": None,
    }


def main(package: str, own: str | None = None) -> None:
    described = Describer(package, own or package).package_described()
    json.dump(described, sys.stdout, indent=1, sort_keys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
