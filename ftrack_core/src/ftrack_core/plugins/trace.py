"""Showing each call of a hook while one looks for what plugins do.

Each implementation is wrapped when a generation is built; without tracing nothing is wrapped, and
nothing costs anything.
"""

from __future__ import annotations

import functools
import inspect
import re
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftrack_core.ports import AccessorSpec, Event, Subscription

if TYPE_CHECKING:
    from .record import Implementation

__all__ = ["short_form", "traced"]

_LIMIT = 80
_SECRETS = re.compile(
    r"(?i)((?:key|token|secret|password|passwd|signature)[\w.-]*\s*[=:]\s*)[^&\s,;]+"
)
_USER_INFORMATION = re.compile(r"//[^/@\s]*@")


def traced(one: Implementation, plugin: str) -> Implementation:
    """Return *one* so that each call writes a line to the standard error stream.

    The line has hook, plugin, arguments and result in short form; of what may hold secrets it says
    only what kind of thing it is.
    """
    wrap = _generator if one.is_wrapper else _function
    return replace(one, function=wrap(one, f"{one.hook} {plugin}"))


def short_form(value: object) -> str:
    """Return a text of at most 80 characters that says what *value* is and tells no secret.

    Texts are shown without what reads as a key or password, numbers as they are, operations by
    their action, entities and events by name; of anything else only the type is told.
    """
    text = _described(value)
    return text if len(text) <= _LIMIT else f"{text[: _LIMIT - 3]}..."


def _function(one: Implementation, label: str) -> Callable[..., Any]:
    @functools.wraps(one.function)
    def call(*values: Any) -> Any:
        shown = _call_text(one, label, values)
        try:
            answer = one.function(*values)
        except BaseException as error:
            _write(f"{shown} raised {_error_text(error)}")
            raise
        if inspect.isgenerator(answer):
            answer = list(answer)  # a hook of lists may yield them; whoever asked iterates
        _write(f"{shown} -> {short_form(answer)}")
        return answer

    return call


def _generator(one: Implementation, label: str) -> Callable[..., Any]:
    @functools.wraps(one.function)
    def call(*values: Any) -> Generator[Any, Any, Any]:
        shown = _call_text(one, label, values)
        _write(f"{shown} begins")
        try:
            answer = yield from one.function(*values)
        except BaseException as error:
            _write(f"{label} raised {_error_text(error)}")
            raise
        _write(f"{label} ends -> {short_form(answer)}")
        return answer

    return call


def _call_text(one: Implementation, label: str, values: Sequence[Any]) -> str:
    names = list(inspect.signature(one.function).parameters)
    listed = ", ".join(
        f"{name}={short_form(value)}" for name, value in zip(names, values, strict=False)
    )
    return f"{label}({listed})"


def _error_text(error: BaseException) -> str:
    return f"{type(error).__name__}: {_masked(str(error))}"


def _write(line: str) -> None:
    sys.stderr.write(f"[ftrack hooks] {line}\n")


def _described(value: object) -> str:
    if value is None or isinstance(value, (bool, int, float, Enum)):
        return str(value)
    if isinstance(value, (str, Path)):
        return repr(_masked(str(value)))
    if isinstance(value, Mapping):
        return _described_mapping(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return _described_items(list(value))
    if isinstance(value, type):
        return value.__name__
    return f"<{_name_of(value)}>"


def _described_mapping(value: Mapping[Any, Any]) -> str:
    if hasattr(value, "entity_type"):
        return repr(value)  # an entity: its type, its name, its key
    if "action" in value:
        what = value.get("expression") or value.get("entity_type") or ""
        return f"{value['action']} {_masked(str(what))}".rstrip()
    return f"{{{', '.join(map(str, value))}}}"  # the values may be secret


def _described_items(values: list[Any]) -> str:
    shown = ", ".join(_described(one) for one in values[:3])
    return f"[{shown}{f', ... {len(values)}' if len(values) > 3 else ''}]"


def _name_of(value: object) -> str:
    name = type(value).__name__
    if isinstance(value, Event):
        return f"{name} {value.topic}"
    if isinstance(value, Subscription):
        return f"{name} {value.expression}"
    return f"{name} {value.scheme}:" if isinstance(value, AccessorSpec) else name


def _masked(text: str) -> str:
    return _USER_INFORMATION.sub("//***@", _SECRETS.sub(r"\1***", text))
