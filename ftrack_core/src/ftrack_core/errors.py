"""Every error the client raises, in one tree.

An error carries what it knows as attributes (operation, entity type, attribute, plugin), so that a
program can act on it, and one line of text with a hint, so that a person can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "AccessorError",
    "AuthenticationError",
    "CommitError",
    "CommitRefusedError",
    "ComponentInLocationError",
    "ComponentNotInLocationError",
    "ComputedAttributeError",
    "ConfigurationError",
    "ConflictError",
    "ConnectionLostError",
    "EncodingError",
    "EntityError",
    "EventError",
    "EventsClosedError",
    "FtrackError",
    "ImmutableAttributeError",
    "IncompatibleServerError",
    "LocationError",
    "MultipleResultsError",
    "NoResultError",
    "OutcomeUnknownError",
    "PluginConflictError",
    "PluginError",
    "QuerySyntaxError",
    "ResourceExistsError",
    "ResourceNotFoundError",
    "SchemaError",
    "ServerError",
    "SessionClosedError",
    "StructureError",
    "TransferError",
    "TransportError",
    "TransportTimeoutError",
    "UnknownAttributeError",
    "UnknownCustomAttributeError",
    "UnknownEntityTypeError",
    "UnsupportedOperationError",
    "did_you_mean",
]

_SHOWN = 30
"""How many characters of an expression are quoted on either side of a fault."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a sentence that offers the names nearest to *name*, or an empty text."""
    from difflib import get_close_matches

    near = get_close_matches(str(name), list(known), n=3, cutoff=0.6)
    if not near:
        return ""
    return " Did you mean " + " or ".join(repr(one) for one in near) + "?"


class FtrackError(Exception):
    """The root of all errors of this library."""


class ConfigurationError(FtrackError):
    """A setting is missing or cannot be used: a URL, a key, a scheme that nobody claims."""


class SessionClosedError(FtrackError):
    """The session was closed; make a new one."""

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message
            or "this session is closed: make a new one, and let its `with` block last as long as "
            "its entities are used"
        )


# --- plugins -----------------------------------------------------------------------------------


class PluginError(FtrackError):
    """A plugin could not be loaded, or raised in one of its hooks.

    Attributes: *plugin* its name, *distribution* and *version* where it was installed from one,
    *hook* the hook it failed in, *path* and *line* where it is a local file.
    """

    def __init__(
        self,
        message: str,
        *,
        plugin: str = "",
        distribution: str = "",
        version: str = "",
        hook: str = "",
        path: str = "",
        line: int | None = None,
    ) -> None:
        self.plugin = plugin
        self.distribution = distribution
        self.version = version
        self.hook = hook
        self.path = path
        self.line = line
        super().__init__(": ".join(part for part in (self._origin(), message) if part))

    def _origin(self) -> str:
        parts = [f"plugin {self.plugin!r}"] if self.plugin else []
        if self.distribution:
            parts.append(f"from {self.distribution} {self.version}".rstrip())
        if self.hook:
            parts.append(f"in {self.hook}")
        if self.path:
            parts.append(f"at {self.path}" + (f":{self.line}" if self.line else ""))
        return " ".join(parts)


class PluginConflictError(PluginError):
    """Two plugins of one tier provide the same thing; the text names both."""


# --- the connection ----------------------------------------------------------------------------


class TransportError(FtrackError):
    """The server could not be asked, or its answer could not be read."""


class ConnectionLostError(TransportError):
    """No connection, or one that broke.

    *sent* is False when the request surely never reached the server.
    """

    def __init__(self, message: str, *, sent: bool = True) -> None:
        self.sent = sent
        super().__init__(message)


class TransportTimeoutError(ConnectionLostError):
    """The server did not answer in time."""


class ServerError(TransportError):
    """The server answered with an error.

    Attributes: *exception* its class-like name, *content* its text, *error_code* or None,
    *operation* the position of the refused operation in the batch where the server tells it,
    *details* whatever else it said.
    """

    def __init__(
        self,
        exception: str,
        content: str,
        *,
        error_code: str | None = None,
        operation: int | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.exception = exception
        self.content = content
        self.error_code = error_code
        self.operation: Any = operation
        self.details = dict(details or {})
        super().__init__(f"the server reported {exception}: {content}")


class AuthenticationError(ServerError):
    """The server does not accept the user or the key."""


class IncompatibleServerError(TransportError):
    """The server is too old, or does not tell its *version*, which is None then."""

    def __init__(self, version: str | None, required: str) -> None:
        self.version = version
        self.required = required
        found = f"is version {version}" if version else "does not tell its version"
        hint = "let it be updated" if version else "is its address that of an ftrack server?"
        super().__init__(f"the server {found}, and at least {required} is needed: {hint}")


# --- names and queries -------------------------------------------------------------------------


class SchemaError(FtrackError):
    """The server's schema has no such name."""


class _UnknownNameError(SchemaError, KeyError):
    """The name is no key of what it was looked up in."""

    def __init__(self, text: str) -> None:
        self._text = text
        super().__init__(text)

    def __str__(self) -> str:
        return self._text  # KeyError would show the repr of the text


class UnknownEntityTypeError(_UnknownNameError):
    """No entity type has this name."""

    def __init__(self, entity_type: str, known: Iterable[str] = ()) -> None:
        self.entity_type = entity_type
        super().__init__(
            f"there is no entity type {entity_type!r}.{did_you_mean(entity_type, known)}"
        )


class UnknownAttributeError(_UnknownNameError):
    """An entity type has no attribute of this name."""

    def __init__(self, entity_type: str, attribute: str, known: Iterable[str] = ()) -> None:
        self.entity_type = entity_type
        self.attribute = attribute
        hint = did_you_mean(attribute, known)
        super().__init__(f"{entity_type} has no attribute {attribute!r}.{hint}")


class UnknownCustomAttributeError(UnknownAttributeError):
    """An entity type has no custom attribute of this key."""

    def __init__(self, entity_type: str, key: str, known: Iterable[str] = ()) -> None:
        super().__init__(entity_type, key)
        hint = did_you_mean(key, known)
        self._text = f"{entity_type} has no custom attribute {key!r}.{hint}"


class QuerySyntaxError(FtrackError):
    """A query or an event expression does not parse.

    Attributes: *text* the whole expression, *position* the offset of the fault in it, counted in
    characters from 0, *reason* what was expected there, *excerpt* the text around the fault (at
    most 60 characters of it) with ``>>>`` before the fault.
    """

    def __init__(self, text: str, position: int, reason: str) -> None:
        self.text = text
        self.position = position
        self.reason = reason
        self.excerpt = _excerpt(text, position)
        super().__init__(f"{reason} at position {position}: {self.excerpt}")


def _excerpt(text: str, position: int) -> str:
    start, end = max(0, position - _SHOWN), position + _SHOWN
    before = ("..." if start else "") + text[start:position]
    return before + ">>>" + text[position:end] + ("..." if end < len(text) else "")


class NoResultError(FtrackError):
    """One row was asked for and none matches."""


class MultipleResultsError(FtrackError):
    """One row was asked for and several match."""


# --- entities and changes ----------------------------------------------------------------------


class EntityError(FtrackError):
    """An entity cannot be used in this way."""


class EncodingError(EntityError, ValueError):
    """A value cannot be written as JSON text or read from it, or not in the way that was asked."""


class ImmutableAttributeError(EntityError):
    """An attribute that the server never lets change was assigned to."""

    def __init__(self, entity_type: str, attribute: str) -> None:
        self.entity_type = entity_type
        self.attribute = attribute
        super().__init__(f"{entity_type}.{attribute} is immutable: it is set when created, if ever")


class ComputedAttributeError(EntityError):
    """An attribute that the server works out was assigned to."""

    def __init__(self, entity_type: str, attribute: str) -> None:
        self.entity_type = entity_type
        self.attribute = attribute
        super().__init__(
            f"{entity_type}.{attribute} is computed by the server and cannot be set; leave it out"
        )


class ConflictError(EntityError):
    """Another open transaction has changed this attribute."""


class CommitError(FtrackError):
    """A commit was refused; every value and every pending change is as it was.

    *operation* is the refused change where the server names it, else None.
    """

    def __init__(self, message: str, *, operation: Any = None) -> None:
        self.operation = operation
        super().__init__(message)


class CommitRefusedError(CommitError, ServerError):
    """The server refused a commit; the attributes of `ServerError` say why.

    *operation* is the refused payload where the server names it (its *action*, *entity_type*,
    *key*, *data*), else None; the text names it too.
    """

    def __init__(self, refusal: ServerError, operation: Any = None, *, place: str = "") -> None:
        named = f" at {place}" if place else ""
        FtrackError.__init__(
            self,
            f"the commit was refused{named}: {_sentence(refusal.content)} Nothing was stored, and "
            "what was pending still is: correct it and try again, or call session.rollback",
        )
        self.operation = operation
        self.exception = refusal.exception
        self.content = refusal.content
        self.error_code = refusal.error_code
        self.details = refusal.details


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


class OutcomeUnknownError(CommitError):
    """The answer to a commit was lost and nothing tells whether the server has carried it out.

    *batch* is what was sent; look on the server, then commit again or roll back.
    """

    def __init__(self, message: str, batch: Sequence[Mapping[str, Any]]) -> None:
        self.batch = tuple(batch)
        super().__init__(message)


# --- files -------------------------------------------------------------------------------------


class LocationError(FtrackError):
    """A location cannot do what was asked: no accessor, no structure, already there."""


class _ComponentsError(LocationError):
    """Says where *components* are or are not: in *location*."""

    def __init__(self, message: str, *, components: Sequence[Any], location: Any) -> None:
        self.components = list(components)
        self.location = location
        super().__init__(message)


class ComponentInLocationError(_ComponentsError):
    """Components are in a location already; *components* lists them."""


class ComponentNotInLocationError(_ComponentsError):
    """Components are not in a location; *components* lists them."""


class StructureError(FtrackError):
    """A structure cannot name this component."""


class TransferError(LocationError):
    """Moving data failed; *transferred* lists the identifiers that were already moved."""

    def __init__(self, message: str, *, transferred: Sequence[str] = ()) -> None:
        self.transferred = tuple(transferred)
        super().__init__(message)


class AccessorError(FtrackError):
    """A storage operation failed; *resource_identifier* says on what."""

    def __init__(self, message: str, *, resource_identifier: str = "") -> None:
        self.resource_identifier = resource_identifier
        super().__init__(message)


class ResourceNotFoundError(AccessorError):
    """The storage holds nothing under this identifier."""


class ResourceExistsError(AccessorError):
    """The storage holds something under this identifier already."""


class UnsupportedOperationError(AccessorError):
    """This accessor cannot do that."""


# --- events ------------------------------------------------------------------------------------


class EventError(FtrackError):
    """An event or a subscription cannot be handled."""


class EventsClosedError(EventError, SessionClosedError):
    """Events are used whose session was closed."""
