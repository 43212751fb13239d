"""Messages for logs."""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LazyLogMessage", "deprecation_warning"]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def deprecation_warning(
    message: str,
) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Return a decorator by which calling a function warns with *message*."""

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @functools.wraps(function)
        def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            warnings.warn(message, PendingDeprecationWarning, stacklevel=2)
            return function(*args, **kwargs)

        return call

    return decorate


class LazyLogMessage:
    """A message that `str.format` fills in when it is written, and not where nobody reads it."""

    def __init__(self, message: str, *args: Any, **kwargs: Any) -> None:
        self.message = message
        self.args = args
        self.kwargs = kwargs

    def __str__(self) -> str:
        return self.message.format(*self.args, **self.kwargs)
