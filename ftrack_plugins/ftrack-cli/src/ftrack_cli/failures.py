"""Errors as a person in front of a terminal gets them: one line, and one with a hint."""

from __future__ import annotations

import os
import traceback
from typing import TYPE_CHECKING

from ftrack_core.errors import (
    AuthenticationError,
    CommitRefusedError,
    ConfigurationError,
    ConnectionLostError,
    EntityError,
    FtrackError,
    PluginError,
    QuerySyntaxError,
    SchemaError,
    ServerError,
)

from .console import error_console
from .secrecy import KEYS, is_key_given, without_keys
from .texts import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "MisuseError",
    "RefusedError",
    "hint_for",
    "is_debugging",
    "is_for_want_of_key",
    "show_failure",
    "show_problem",
    "status_for",
    "told",
]

_HINTS: Mapping[type[Exception], str] = {
    AuthenticationError: "FTRACK_API_USER and FTRACK_API_KEY say who connects; a key is made in "
    "ftrack's user settings, and ftrack serve prints one",
    ConnectionLostError: "is the server running, and is this its address? ftrack doctor looks "
    "closer, ftrack serve starts one on this machine",
    QuerySyntaxError: ">>> stands before what could not be read",
    SchemaError: "ftrack types lists all entity types, ftrack types <TYPE> the attributes of one",
    EntityError: "ftrack types <TYPE> says which attributes there are and what can be set",
    PluginError: "ftrack plugins lists them all; FTRACK_PLUGINS_BLOCK=<name> leaves one out",
    ConfigurationError: "ftrack <command> --help says what may be given",
    CommitRefusedError: "nothing was changed; ftrack types <TYPE> says what an attribute takes",
    ServerError: "the server's own log may say more",
}
"""By class of error; the first that fits, so the narrower ones stand in front."""

_NO_KEY = (
    "FTRACK_API_KEY is not set: export FTRACK_API_KEY=<your key>; a key is made in ftrack's user "
    "settings, and ftrack serve prints one"
)
_QUERY_HINT = "ftrack query --help has examples, docs/queries.md describes the language"
_ANY_HINT = "--debug shows where it arose"


class RefusedError(ConfigurationError):
    """A command cannot do what was asked of it; *hint* says what can be done instead."""

    status = 1

    def __init__(self, message: str, hint: str) -> None:
        self.hint = hint
        super().__init__(message)


class MisuseError(RefusedError):
    """A command was not used as it is meant: nothing was tried."""

    status = 2


def is_debugging() -> bool:
    """Whether ``FTRACK_DEBUG``, which ``--debug`` sets, asks for tracebacks."""
    return os.environ.get("FTRACK_DEBUG", "") not in ("", "0")


def hint_for(error: BaseException) -> str:
    """Return what to do about *error*."""
    if isinstance(error, RefusedError):
        return error.hint
    if is_for_want_of_key(error):
        return _NO_KEY
    if isinstance(error, ServerError) and error.exception == "ParseError":
        return _QUERY_HINT
    fitting = (hint for kind, hint in _HINTS.items() if isinstance(error, kind))
    return next(fitting, _ANY_HINT)


def is_for_want_of_key(error: BaseException) -> bool:
    """Whether *error* would not have come about if the environment held a key."""
    if is_key_given():
        return False
    told_so = isinstance(error, ConfigurationError) and KEYS[0] in str(error)
    return told_so or isinstance(error, AuthenticationError)


def status_for(error: BaseException) -> int:
    """Return the exit status that *error* ends a command with."""
    return error.status if isinstance(error, RefusedError) else 1


def show_failure(error: BaseException) -> None:
    """Write *error* to the standard error stream; with ``FTRACK_DEBUG`` its traceback first."""
    if is_debugging():
        text = "".join(traceback.format_exception(error))
        error_console().line_of("", "", without_keys(text), end="")
    show_problem(told(error), hint_for(error))


def show_problem(message: str, hint: str = "", *, label: str = "error") -> None:
    """Write one line to the standard error stream, and one with a hint where there is one."""
    console = error_console()
    style = "bold red" if label == "error" else "bold yellow"
    console.line_of(f"{label}: ", style, without_keys(printable(message)))
    if hint:
        console.line_of("hint: ", "bold", without_keys(printable(hint)))


def told(error: BaseException) -> str:
    """Return *error* as one line."""
    if isinstance(error, CommitRefusedError):
        return f"the server refused: {_in_one_line(error.content)}"
    text = _in_one_line(error)
    if isinstance(error, FtrackError) and text:
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _in_one_line(words: object) -> str:
    return " ".join(str(words).split())
