"""The errors of the client.

Each is one of the kernel's too, where the kernel has one of its meaning: what an older accessor
raises is understood by new transfers, and ``except ftrack_core.errors.FtrackError`` catches all.
"""

from __future__ import annotations

import builtins
import traceback
from typing import TYPE_CHECKING, Any

from ftrack_core import errors as kernel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "AccessorContainerNotEmptyError",
    "AccessorError",
    "AccessorFilesystemPathError",
    "AccessorOperationFailedError",
    "AccessorParentResourceNotFoundError",
    "AccessorPermissionDeniedError",
    "AccessorResourceError",
    "AccessorResourceIdentifierError",
    "AccessorResourceInvalidError",
    "AccessorResourceNotFoundError",
    "AccessorUnsupportedOperationError",
    "AttributeError",
    "AuthenticationError",
    "CollectionError",
    "ComponentInLocationError",
    "ComponentNotInAnyLocationError",
    "ComponentNotInLocationError",
    "ConnectionClosedError",
    "DuplicateItemInCollectionError",
    "EntityTypeError",
    "Error",
    "EventHubConnectionError",
    "EventHubError",
    "EventHubPacketError",
    "ImmutableAttributeError",
    "ImmutableCollectionError",
    "IncorrectResultError",
    "InvalidStateError",
    "InvalidStateTransitionError",
    "LocationError",
    "MultipleResultsFoundError",
    "NoResultFoundError",
    "NotFoundError",
    "NotUniqueError",
    "OperationError",
    "ParseError",
    "PermissionDeniedError",
    "ServerCompatibilityError",
    "ServerError",
    "StructureError",
    "UnrecognisedEntityTypeError",
]


class Error(kernel.FtrackError):
    """The root of all errors.

    *message* may hold ``{names}`` of *details*; without one it is the class's `default_message`.
    *traceback* is the text of the error that was being handled when this one was made.
    """

    default_message = "Something went wrong."

    def __init__(
        self, message: str | None = None, details: Mapping[str, Any] | None = None
    ) -> None:
        Exception.__init__(self, message, details)  # past the kernel's, which takes other arguments
        self.message = self.default_message if message is None else message
        self.details: Any = dict(details or {})
        self.traceback = traceback.format_exc()

    def __str__(self) -> str:
        if not self.details:
            return str(self.message)
        try:
            return str(self.message).format(**self.details)
        except (LookupError, ValueError, TypeError, builtins.AttributeError):
            return str(self.message)  # the braces in it are somebody's text and name no detail


class AuthenticationError(Error):
    """The server does not accept the user or the key."""

    default_message = "The server does not accept this user and key."


class ServerError(Error):
    """The server answered with an error."""

    default_message = "The server reported an error."


class ServerCompatibilityError(ServerError):
    """The server is too old for what was asked."""

    default_message = "The server does not support this."


class NotFoundError(Error):
    """There is no such thing."""

    default_message = "There is no such thing."


class NotUniqueError(Error):
    """There is one of its kind already."""

    default_message = "The value is taken already."


class IncorrectResultError(Error):
    """An answer is not what was asked for."""

    default_message = "The answer is not what was asked for."


class NoResultFoundError(IncorrectResultError):
    """One row was asked for and none matches."""

    default_message = "One result was asked for and none matches."


class MultipleResultsFoundError(IncorrectResultError):
    """One row was asked for and several match."""

    default_message = "One result was asked for and several match."


class EntityTypeError(Error):
    """Something is wrong with an entity type."""

    default_message = "Something is wrong with the entity type."


class UnrecognisedEntityTypeError(EntityTypeError):
    """No entity type has this name."""

    default_message = "There is no entity type {entity_type!r}."

    def __init__(self, entity_type: str, **kw: Any) -> None:
        super().__init__(**_with(kw, entity_type=entity_type))


class OperationError(Error):
    """Something is wrong with an operation."""

    default_message = "Something is wrong with the operation."


class InvalidStateError(Error):
    """An entity is in a state in which this cannot be done."""

    default_message = "This cannot be done in this state."


class InvalidStateTransitionError(InvalidStateError):
    """An entity cannot go from one state to the other."""

    default_message = "{entity!r} cannot go from {current_state!r} to {target_state!r}."

    def __init__(self, current_state: Any, target_state: Any, entity: Any, **kw: Any) -> None:
        details = {"current_state": current_state, "target_state": target_state}
        super().__init__(**_with(kw, **details, entity=entity))


class AttributeError(Error):  # noqa: A001 -- the name it has always had
    """Something is wrong with an attribute of an entity."""

    default_message = "Something is wrong with the attribute."


class ImmutableAttributeError(AttributeError):
    """An attribute that never changes was assigned to."""

    default_message = "{attribute.name!r} is immutable: it is set when created, if ever."

    def __init__(self, attribute: Any, **kw: Any) -> None:
        super().__init__(**_with(kw, attribute=attribute))


class CollectionError(Error):
    """Something is wrong with a collection."""

    default_message = "Something is wrong with the collection."

    def __init__(self, collection: Any, **kw: Any) -> None:
        super().__init__(**_with(kw, collection=collection))


class ImmutableCollectionError(CollectionError):
    """A collection that never changes was changed."""

    default_message = "{collection!r} is immutable."


class DuplicateItemInCollectionError(CollectionError):
    """An item was put into a collection that holds it already."""

    default_message = "{item!r} is in the collection already."

    def __init__(self, item: Any, collection: Any, **kw: Any) -> None:
        super().__init__(collection, **_with(kw, item=item))


class ParseError(Error):
    """A text does not parse."""

    default_message = "The text does not parse."


class EventHubError(Error):
    """Something is wrong with the event hub."""

    default_message = "Something is wrong with the event hub."


class EventHubConnectionError(EventHubError):
    """The event hub is not connected, or cannot be."""

    default_message = "The event hub is not connected; call connect() on it first."


class EventHubPacketError(EventHubError):
    """A packet is none of the protocol's."""

    default_message = "The packet is none of the protocol's."


class PermissionDeniedError(Error):
    """The user may not do that."""

    default_message = "The user may not do that."


# --- files -------------------------------------------------------------------------------------


class LocationError(Error, kernel.LocationError):
    """A location cannot do what was asked."""

    default_message = "The location cannot do that."


class ComponentNotInAnyLocationError(LocationError):
    """A component is in no location."""

    default_message = "The component is in no location."


class _ComponentsError(LocationError):
    """Says where *components*, one or several, are or are not."""

    def __init__(self, components: Any, location: Any, **kw: Any) -> None:
        several = _several(components)
        details = {
            "components": several,
            "formatted_components": ", ".join(str(one) for one in several),
            "location": location,
        }
        super().__init__(**_with(kw, **details))


class ComponentNotInLocationError(_ComponentsError, kernel.ComponentNotInLocationError):
    """Components are not in a location."""

    default_message = "Not in {location}: {formatted_components}."


class ComponentInLocationError(_ComponentsError, kernel.ComponentInLocationError):
    """Components are in a location already."""

    default_message = "In {location} already: {formatted_components}."


class AccessorError(Error, kernel.AccessorError):
    """A storage operation failed."""

    default_message = "The storage operation failed."

    @property
    def resource_identifier(self) -> str:  # type: ignore[override]  # the kernel's is assigned
        """On what the operation failed."""
        return str(self.details.get("resource_identifier") or "")


class AccessorOperationFailedError(AccessorError):
    """*operation* on *resource_identifier* failed because of *error*."""

    default_message = "{operation} failed: {error}"

    def __init__(
        self, operation: str = "", resource_identifier: Any = None, error: Any = None, **kw: Any
    ) -> None:
        details = {"operation": operation, "resource_identifier": resource_identifier}
        super().__init__(**_with(kw, **details, error=error))


class AccessorUnsupportedOperationError(
    AccessorOperationFailedError, kernel.UnsupportedOperationError
):
    """This accessor cannot do that."""

    default_message = "{operation} is not supported by this accessor."


class AccessorPermissionDeniedError(AccessorOperationFailedError):
    """The storage does not let this user do that."""

    default_message = "{operation} of {resource_identifier} is not permitted."


class AccessorResourceIdentifierError(AccessorError):
    """A resource identifier cannot be used."""

    default_message = "{resource_identifier} is no identifier that can be used here."

    def __init__(self, resource_identifier: Any, **kw: Any) -> None:
        super().__init__(**_with(kw, resource_identifier=resource_identifier))


class AccessorFilesystemPathError(AccessorResourceIdentifierError):
    """A resource identifier leads to no path."""

    default_message = "{resource_identifier} leads to no path of this accessor."


class AccessorResourceError(AccessorError):
    """Something is wrong with a resource. *error* is taken and not kept, as it always was."""

    default_message = "Something is wrong with {resource_identifier}."

    def __init__(
        self, operation: str = "", resource_identifier: Any = None, error: Any = None, **kw: Any
    ) -> None:
        del error
        details = {"operation": operation, "resource_identifier": resource_identifier}
        super().__init__(**_with(kw, **details))


class AccessorResourceNotFoundError(AccessorResourceError, kernel.ResourceNotFoundError):
    """The storage holds nothing under this identifier."""

    default_message = "There is nothing at {resource_identifier}."


class AccessorParentResourceNotFoundError(AccessorResourceError):
    """The container of a resource does not exist."""

    default_message = "The container of {resource_identifier} does not exist."


class AccessorResourceInvalidError(AccessorResourceError):
    """A resource is of another kind than the operation takes."""

    default_message = "{resource_identifier} is of another kind."


class AccessorContainerNotEmptyError(AccessorResourceError):
    """A container that holds something was to be removed."""

    default_message = "{resource_identifier} is not empty."


class StructureError(Error, kernel.StructureError):
    """A structure cannot name this."""

    default_message = "The structure cannot name this."


class ConnectionClosedError(Error):
    """The session was closed."""

    default_message = "The session is closed; make a new one."


def _with(keywords: Mapping[str, Any], **details: Any) -> dict[str, Any]:
    """Return *keywords* for `Error` with *details* among those that they hold."""
    return {**keywords, "details": {**(keywords.get("details") or {}), **details}}


def _several(components: Any) -> list[Any]:
    """One component is a mapping, several are any other iterable."""
    is_one = isinstance(components, (str, bytes)) or hasattr(components, "entity_type")
    several: Iterable[Any] = [components] if is_one else components
    return list(several)
