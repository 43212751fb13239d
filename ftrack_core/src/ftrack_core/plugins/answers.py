"""What the answers of each hook have to be, and what is said of one that is something else."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ftrack_core.entity import Entity
from ftrack_core.ports import (
    CachePolicy,
    Command,
    Credentials,
    Finding,
    LocationBinding,
    RetryPolicy,
    Subscription,
)

from .codecs import guarded_codec

if TYPE_CHECKING:
    from .record import Implementation, Record

__all__ = ["ANSWERS", "ITEMS", "Answer", "checked", "item_fault", "shown_kind"]

_TEXTS = (str, bytes, bytearray)


@dataclass(frozen=True)
class Answer:
    """What a hook is to be answered with, besides None where that is *optional*.

    *wanted* says it in words; *fault* returns what is wrong with an answer, "" where nothing is;
    *adapt* makes of a good answer of a plugin what is used. There have to be *as_many_as* the
    argument of that name holds.
    """

    wanted: str
    fault: Callable[[Any], str]
    optional: bool = True
    adapt: Callable[[Any, Record], Any] | None = None
    as_many_as: str = ""

    def problem(self, answer: Any, asked: Sequence[Any] | None = None) -> str:
        """Return what is wrong with *answer* in words, "" where nothing is.

        *asked* is the argument of which it holds as many.
        """
        if answer is None:
            return "" if self.optional else f"it answers None; {self.wanted} is due"
        fault = self.fault(answer)
        if not fault and asked is not None and len(answer) != len(asked):
            fault = f"{shown_kind(answer)} of {len(answer)} for a {self.as_many_as} of {len(asked)}"
        return f"it answers {fault}; {self.wanted} is due" if fault else ""

    def asked_in(self, one: Implementation, values: Sequence[Any]) -> Sequence[Any] | None:
        """Return the argument of which the answer holds as many, where the plugin takes it."""
        if not self.as_many_as:
            return None
        names = list(inspect.signature(one.function).parameters)
        return values[names.index(self.as_many_as)] if self.as_many_as in names else None


def _instance(*kinds: type) -> Callable[[Any], str]:
    return lambda answer: "" if isinstance(answer, kinds) else shown_kind(answer)


def _able(*methods: str) -> Callable[[Any], str]:
    def fault(answer: Any) -> str:
        missing = [one for one in methods if not callable(getattr(answer, one, None))]
        if isinstance(answer, type):
            return f"the class {answer.__name__} and not an instance of it"
        return f"{shown_kind(answer)}, which lacks {', '.join(missing)}" if missing else ""

    return fault


def _headers_fault(answer: Any) -> str:
    if not isinstance(answer, Mapping):
        return shown_kind(answer)
    for name, value in answer.items():
        if not isinstance(name, str) or not isinstance(value, str):
            # The value may be secret and is not told.
            return f"{shown_kind(value)} for the header {name!r}"
    return ""


def _names_fault(answer: Any) -> str:
    if isinstance(answer, _TEXTS) or not isinstance(answer, Sequence):
        return shown_kind(answer)
    wrong = next((one for one in answer if not isinstance(one, str)), None)
    return "" if wrong is None else f"a list with {shown_kind(wrong)} in it"


def _place_fault(answer: Any) -> str:
    if isinstance(answer, str) or getattr(answer, "entity_type", None) == "Location":
        return ""
    return shown_kind(answer)


def _base_fault(answer: Any) -> str:
    if isinstance(answer, type) and issubclass(answer, Entity):
        added = answer.__mro__[: answer.__mro__.index(Entity)]
        slotted = [one.__name__ for one in added if vars(one).get("__slots__")]
        return f"the class {slotted[0]}, which has slots of its own" if slotted else ""
    name = f"the class {answer.__name__}" if isinstance(answer, type) else shown_kind(answer)
    return f"{name}, which is no kind of Entity"


def _hub_fault(answer: Any) -> str:
    return _able("connect", "subscribe", "unsubscribe", "send", "close")(answer) or (
        "" if hasattr(answer, "connected") else f"{shown_kind(answer)}, which lacks connected"
    )


def _anything_fault(answer: Any) -> str:
    return f"{shown_kind(answer)}, which nobody reads"


_ACCESSOR = (
    *("list", "exists", "is_file", "is_container", "is_sequence", "open", "remove"),
    *("make_container", "get_container", "get_filesystem_path", "get_url"),
)

ANSWERS: Mapping[str, Answer] = {
    "ftrack_attribute_codec": Answer(
        "an object with decode and encode", _able("decode", "encode"), adapt=guarded_codec
    ),
    "ftrack_before_commit": Answer("None (raise to refuse the commit)", _anything_fault),
    "ftrack_cache_policy": Answer("a CachePolicy", _instance(CachePolicy)),
    "ftrack_clean_name": Answer("a text", _instance(str)),
    "ftrack_create_accessor": Answer("an accessor", _able(*_ACCESSOR)),
    "ftrack_create_cache": Answer(
        "a cache", _able("get_many", "put_page", "drop", "clear", "close")
    ),
    "ftrack_create_event_hub": Answer("an event hub", _hub_fault),
    "ftrack_create_structure": Answer("a structure", _able("get_resource_identifier")),
    "ftrack_create_transport": Answer("a transport", _able("execute", "stream", "close")),
    "ftrack_credentials": Answer("Credentials", _instance(Credentials)),
    "ftrack_default_projections": Answer("a list of attribute names", _names_fault),
    "ftrack_entity_base": Answer("a class derived from Entity, without slots,", _base_fault),
    "ftrack_execute_batch": Answer(
        "the list of answers (a wrapper has to return what its yield gave)",
        _instance(list),
        optional=False,
        as_many_as="batch",
    ),
    "ftrack_file_type": Answer("a text such as '.exr'", _instance(str)),
    "ftrack_identifier_transformer": Answer(
        "an object with encode and decode", _able("encode", "decode")
    ),
    "ftrack_pick_location": Answer("a location or its name", _place_fault),
    "ftrack_request_headers": Answer("a mapping of texts to texts", _headers_fault),
    "ftrack_resource_identifier": Answer("a text", _instance(str)),
    "ftrack_retry_policy": Answer("a RetryPolicy", _instance(RetryPolicy)),
    "ftrack_transfer": Answer("True, or None where it is left to others", _instance(bool)),
}
"""The hooks whose one answer is used, with what it has to be.

Observers' answers are ignored, and a handler's reply (``ftrack_handle_event``) may be anything.
"""

ITEMS: Mapping[str, tuple[type, ...]] = {
    "ftrack_commands": (Command,),
    "ftrack_entity_mixins": (type,),
    "ftrack_event_handlers": (Subscription,),
    "ftrack_examine": (Finding,),
    "ftrack_locations": (LocationBinding,),
    "ftrack_watch_paths": (str, Path),
}
"""The hooks that are answered with several things, and what these have to be."""


def checked(one: Implementation, record: Record) -> Implementation:
    """Return *one* so that an answer of the wrong kind is an error that names its plugin."""
    answer = ANSWERS.get(one.hook)
    if answer is None:
        return one
    wrap = _checked_wrapper if one.is_wrapper else _checked_function
    # A pluggy manager lives until the collector comes; the plugin leaves with its generation.
    return replace(one, function=wrap(one, record.named(), answer))


def _refuse(one: Implementation, record: Record, problem: str) -> NoReturn:
    raise record.error(problem, hook=one.hook, line=one.line if record.path else None)


def _checked_function(one: Implementation, record: Record, answer: Answer) -> Callable[..., Any]:
    @functools.wraps(one.function)
    def call(*values: Any) -> Any:
        given = one.function(*values)
        if given is None:
            return None  # not ours: the next one answers
        problem = answer.problem(given, answer.asked_in(one, values))
        if problem:
            _refuse(one, record, problem)
        return given if answer.adapt is None else answer.adapt(given, record)

    return call


def _checked_wrapper(one: Implementation, record: Record, answer: Answer) -> Callable[..., Any]:
    @functools.wraps(one.function)
    def call(*values: Any) -> Generator[Any, Any, Any]:
        given = yield from one.function(*values)
        problem = answer.problem(given, answer.asked_in(one, values))
        if problem:
            _refuse(one, record, problem)
        return given if answer.adapt is None else answer.adapt(given, record)

    return call


def item_fault(hook: str, answer: Any) -> str:
    """Return what is wrong with an answer that is to hold several things, before it is read."""
    if isinstance(answer, (*_TEXTS, Mapping)) or not hasattr(type(answer), "__iter__"):
        return f"it answers {shown_kind(answer)}; a list of {_names(ITEMS[hook])} is due"
    return ""


def shown_kind(value: object) -> str:
    """Return what kind of thing *value* is, in words; the value itself may be secret."""
    if value is None:
        return "None"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def _names(kinds: tuple[type, ...]) -> str:
    return " or ".join(one.__name__ for one in kinds)
