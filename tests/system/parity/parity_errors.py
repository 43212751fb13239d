"""The classes of errors: who descends from whom, what they take, what they say."""

import ftrack_api
import ftrack_api.exception as exception
import pytest

PARENTS = {
    "Error": Exception,
    "AuthenticationError": "Error",
    "ServerError": "Error",
    "ServerCompatibilityError": "ServerError",
    "NotFoundError": "Error",
    "NotUniqueError": "Error",
    "IncorrectResultError": "Error",
    "NoResultFoundError": "IncorrectResultError",
    "MultipleResultsFoundError": "IncorrectResultError",
    "EntityTypeError": "Error",
    "UnrecognisedEntityTypeError": "EntityTypeError",
    "OperationError": "Error",
    "InvalidStateError": "Error",
    "InvalidStateTransitionError": "InvalidStateError",
    "AttributeError": "Error",
    "ImmutableAttributeError": "AttributeError",
    "CollectionError": "Error",
    "ImmutableCollectionError": "CollectionError",
    "DuplicateItemInCollectionError": "CollectionError",
    "ParseError": "Error",
    "EventHubError": "Error",
    "EventHubConnectionError": "EventHubError",
    "EventHubPacketError": "EventHubError",
    "PermissionDeniedError": "Error",
    "LocationError": "Error",
    "ComponentNotInAnyLocationError": "LocationError",
    "ComponentNotInLocationError": "LocationError",
    "ComponentInLocationError": "LocationError",
    "AccessorError": "Error",
    "AccessorOperationFailedError": "AccessorError",
    "AccessorUnsupportedOperationError": "AccessorOperationFailedError",
    "AccessorPermissionDeniedError": "AccessorOperationFailedError",
    "AccessorResourceIdentifierError": "AccessorError",
    "AccessorFilesystemPathError": "AccessorResourceIdentifierError",
    "AccessorResourceError": "AccessorError",
    "AccessorResourceNotFoundError": "AccessorResourceError",
    "AccessorParentResourceNotFoundError": "AccessorResourceError",
    "AccessorResourceInvalidError": "AccessorResourceError",
    "AccessorContainerNotEmptyError": "AccessorResourceError",
    "StructureError": "Error",
    "ConnectionClosedError": "Error",
}


@pytest.mark.parametrize("name", PARENTS)
def test_each_class_has_its_parent(name):
    """12: except clauses of scripts catch what they caught."""
    parent = PARENTS[name]
    parent = getattr(exception, parent) if isinstance(parent, str) else parent
    assert issubclass(getattr(exception, name), parent)


@pytest.mark.parametrize(
    "name",
    ["Error", "ServerError", "NotFoundError", "NoResultFoundError", "MultipleResultsFoundError",
     "LocationError", "StructureError", "ParseError", "EventHubError", "AccessorError"],
)  # fmt: skip
def test_a_message_may_be_given_by_position(name):
    """12: `Error(message, details)`."""
    error = getattr(exception, name)("it is {what}", details={"what": 5})
    assert error.message == "it is {what}"
    assert error.details["what"] == 5
    assert str(error) == "it is 5"


def test_a_class_has_its_own_default_message():
    """12: without arguments there is a text."""
    assert str(exception.Error())
    assert exception.Error.default_message


def test_scripts_have_classes_of_their_own():
    """12: a subclass with a default message, or with a constructor that hands on its text."""

    class Mine(exception.Error):
        default_message = "mine"

    class Other(ftrack_api.exception.Error):
        def __init__(self, message):
            super().__init__(message)

    assert str(Mine()) == "mine"
    assert str(Other("theirs")) == "theirs"


def test_an_error_keeps_the_trace_of_what_was_being_handled():
    """12: the attribute `traceback` is text."""
    try:
        raise ValueError("the reason")
    except ValueError:
        error = exception.Error("wrapped")
    assert "the reason" in error.traceback


def test_details_of_the_special_classes():
    """12: constructors with arguments of their own fill `details`."""
    error = exception.UnrecognisedEntityTypeError("Nope")
    assert error.details["entity_type"] == "Nope"
    error = exception.InvalidStateTransitionError("a", "b", "entity")
    assert error.details["current_state"] == "a"
    assert error.details["target_state"] == "b"
    error = exception.AccessorOperationFailedError(
        operation="open", resource_identifier="a/b", error="why"
    )
    assert {"operation": "open", "resource_identifier": "a/b", "error": "why"}.items() <= (
        error.details.items()
    )
    error = exception.AccessorResourceNotFoundError("remove", "a/b")
    assert error.details["resource_identifier"] == "a/b"
    error = exception.AccessorFilesystemPathError("a/b")
    assert error.details["resource_identifier"] == "a/b"


def test_unknown_keywords_are_refused():
    """12: keyword names are as written in the interface."""
    with pytest.raises(TypeError):
        exception.AccessorOperationFailedError(operation="x", resourceIdentifier="y")


@pytest.mark.better("texts in messages are texts, not b'...'")
def test_texts_are_shown_as_texts():
    """15.3, 29: details are not encoded."""
    assert "b'" not in str(exception.UnrecognisedEntityTypeError("Nope"))


@pytest.mark.better("braces in a message do not make str() raise")
def test_braces_in_a_message_can_be_shown():
    """15.3, 29: server errors quote JSON."""
    assert str(exception.ServerError('bad {"key": 1}')) == 'bad {"key": 1}'
