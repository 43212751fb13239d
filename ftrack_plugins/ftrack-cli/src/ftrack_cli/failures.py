"""Errors as a person in front of a terminal gets them: one line, and one with a hint."""

from __future__ import annotations

import os
import traceback
from typing import TYPE_CHECKING

from ftrack_core.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectionLostError,
    FtrackError,
    PluginError,
    QuerySyntaxError,
    ServerError,
)

from .console import error_console

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RefusedError", "hint_for", "is_debugging", "show_failure", "show_problem"]

_HINTS: Mapping[type[Exception], str] = {
    AuthenticationError: "FTRACK_API_USER and FTRACK_API_KEY say who connects; a key is made in "
    "ftrack's user settings, and ftrack serve prints one",
    ConnectionLostError: "is the server running, and is this its address? "
    "ftrack serve starts one on this machine",
    QuerySyntaxError: ">>> stands before what could not be read",
    PluginError: "ftrack plugins lists them all; FTRACK_PLUGINS_BLOCK=<name> leaves one out",
    ConfigurationError: "ftrack <command> --help says what may be given",
    ServerError: "the server's own log may say more",
}
"""By class of error; the first that fits, so the narrower ones stand in front."""

_ANY_HINT = "FTRACK_DEBUG=1 shows where it arose"


class RefusedError(ConfigurationError):
    """A command cannot do what was asked of it; *hint* says what can be done instead."""

    def __init__(self, message: str, hint: str) -> None:
        self.hint = hint
        super().__init__(message)


def is_debugging() -> bool:
    """Whether ``FTRACK_DEBUG`` asks for tracebacks."""
    return os.environ.get("FTRACK_DEBUG", "") not in ("", "0")


def hint_for(error: BaseException) -> str:
    """Return what to do about *error*."""
    if isinstance(error, RefusedError):
        return error.hint
    fitting = (hint for kind, hint in _HINTS.items() if isinstance(error, kind))
    return next(fitting, _ANY_HINT)


def show_failure(error: BaseException) -> None:
    """Write *error* to the standard error stream; with ``FTRACK_DEBUG`` its traceback first."""
    if is_debugging():
        traceback.print_exception(error)
    show_problem(_told(error), hint_for(error))


def show_problem(message: str, hint: str = "", *, label: str = "error") -> None:
    """Write one line to the standard error stream, and one with a hint where there is one."""
    console = error_console()
    console.line_of(f"{label}: ", "bold red" if label == "error" else "bold yellow", message)
    if hint:
        console.line_of("hint: ", "bold", hint)


def _told(error: BaseException) -> str:
    text = " ".join(str(error).split())
    if isinstance(error, FtrackError) and text:
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
