"""The kernel's errors as those that existing scripts catch.

A translated error is of both classes: the one that scripts know and the kernel's, with its text and
its attributes. What is raised through several of our methods is translated once.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from ftrack_core import errors as kernel

from . import exception

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "is_known",
    "known_errors",
    "location_errors",
    "raising_known",
    "translated",
    "translating",
]

_Class = TypeVar("_Class", bound=type)
_Function = TypeVar("_Function", bound=Callable[..., Any])


@contextmanager
def known_errors() -> Iterator[None]:
    """Raise the errors of the kernel as those that scripts know, for the length of a block."""
    try:
        yield
    except kernel.FtrackError as error:
        if is_known(error):
            raise
        raise translated(error) from error


@contextmanager
def location_errors(**details: Any) -> Iterator[None]:
    """Raise what goes wrong with files as `LocationError`, which scripts catch.

    *details* go to the error, with the `error` itself. What is wrong with the connection or the
    arguments is raised as it is.
    """
    try:
        with known_errors():
            yield
    except _OF_FILES as error:
        if isinstance(error, (exception.LocationError, kernel.OutcomeUnknownError)):
            raise
        said = {"error": error, "transferred": [], **details}
        raise exception.LocationError(str(error), said) from error


_OF_FILES = (
    kernel.AccessorError,
    kernel.CommitError,
    kernel.ConfigurationError,
    kernel.StructureError,
)


def is_known(error: BaseException) -> bool:
    """Whether scripts know the class of *error* as it is."""
    return isinstance(error, (exception.Error, _Translated))


class _Translated:
    """Marks an error that was translated."""


def translated(error: kernel.FtrackError) -> Exception:
    """Return the error to raise in the place of one of the kernel's."""
    twin = _twin(type(error))  # type: ignore[arg-type]  # every class can be hashed
    made: Exception = twin.__new__(twin)
    made.__dict__.update(error.__dict__)
    made.args = error.args
    if isinstance(made, exception.Error):
        made.message, made.traceback = _text(error), ""
        made.details = _details(error)
    return made


def _text(error: kernel.FtrackError) -> str:
    """Return what the error says; scripts look for the server's own words for it in the text."""
    if not isinstance(error, kernel.ServerError):
        return str(error)
    said = f"Server reported error: {error.exception}({error.content})"
    return f"{said}; {error}" if isinstance(error, kernel.CommitError) else said


def _details(error: kernel.FtrackError) -> dict[str, Any]:
    """Return what the error knows, by the names that scripts look for."""
    known: dict[str, Any] = getattr(error, "details", None) or {}
    names = ("components", "location", "entity_type", "attribute", "resource_identifier")
    said = {name: getattr(error, name) for name in names if hasattr(error, name)}
    return {**known, **said}


@cache
def _twin(kind: type[kernel.FtrackError]) -> type[Exception]:
    """Return the class of *kind* for scripts; the cache is a memo, it always comes out the same."""
    known = _counterparts()
    counterparts = next(known[base] for base in kind.__mro__ if base in known)
    named = counterparts[0]  # tracebacks show the name that scripts know
    namespace: dict[str, Any] = {"__module__": named.__module__, "__doc__": kind.__doc__}
    if not issubclass(named, exception.Error):
        namespace["__str__"] = kind.__str__
    bases = (*(one for one in counterparts if not issubclass(kind, one)), kind, _Translated)
    return type(named.__name__, bases, namespace)


@cache
def _counterparts() -> Mapping[type, tuple[type, ...]]:
    """Return which classes scripts catch for each of the kernel's."""
    import requests.exceptions as http
    from ftrack_transport_requests.errors import UnreadableAnswerError

    return {
        kernel.FtrackError: (exception.Error,),
        kernel.ConfigurationError: (exception.Error, TypeError),
        kernel.SessionClosedError: (exception.ConnectionClosedError,),
        kernel.TransportError: (exception.ServerError,),
        kernel.ServerError: (exception.ServerError,),
        kernel.AuthenticationError: (exception.AuthenticationError, exception.ServerError),
        kernel.IncompatibleServerError: (exception.ServerCompatibilityError,),
        kernel.ConnectionLostError: (http.ConnectionError,),
        kernel.TransportTimeoutError: (http.ReadTimeout, http.ConnectTimeout),
        UnreadableAnswerError: (exception.ServerError, http.ConnectionError),
        kernel.OutcomeUnknownError: (exception.ServerError, http.ConnectionError),
        kernel.UnknownEntityTypeError: (exception.UnrecognisedEntityTypeError,),
        kernel.UnknownCustomAttributeError: (exception.Error, ValueError),
        kernel.QuerySyntaxError: (exception.ParseError,),
        kernel.NoResultError: (exception.NoResultFoundError,),
        kernel.MultipleResultsError: (exception.MultipleResultsFoundError,),
        kernel.EntityError: (exception.Error, ValueError),
        kernel.ImmutableAttributeError: (exception.ImmutableAttributeError,),
        kernel.ComputedAttributeError: (exception.AttributeError,),
        kernel.LocationError: (exception.LocationError,),
        kernel.ComponentInLocationError: (exception.ComponentInLocationError,),
        kernel.ComponentNotInLocationError: (exception.ComponentNotInLocationError,),
        kernel.StructureError: (exception.StructureError,),
        kernel.AccessorError: (exception.AccessorOperationFailedError,),
        kernel.ResourceNotFoundError: (exception.AccessorResourceNotFoundError,),
        kernel.ResourceExistsError: (
            exception.AccessorOperationFailedError,
            exception.LocationError,
        ),
        kernel.UnsupportedOperationError: (exception.AccessorUnsupportedOperationError,),
        kernel.EventError: (exception.EventHubError,),
        kernel.EventsClosedError: (
            exception.EventHubConnectionError,
            exception.ConnectionClosedError,
        ),
    }


def translating(*names: str) -> Callable[[_Class], _Class]:
    """Return a decorator that lets the methods called *names* of a class raise known errors."""

    def decorate(cls: _Class) -> _Class:
        for name in names:
            setattr(cls, name, raising_known(getattr(cls, name)))
        return cls

    return decorate


def raising_known(function: _Function) -> _Function:
    """Return *function* such that the kernel's errors come out of it as known ones."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except kernel.FtrackError as error:
            if is_known(error):
                raise
            raise translated(error) from error

    return call  # type: ignore[return-value]  # of the same signature
