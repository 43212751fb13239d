"""The errors: the classes that scripts catch, their texts and details, and the kernel's as them."""

from __future__ import annotations

import copy
import pickle

import ftrack_api.exception as exception
import ftrack_api.symbol as symbol
import pytest
import requests.exceptions
from ftrack_api._translation import known_errors, raising_known, translated, translating

from ftrack_core import errors as kernel

NAMES = exception.__all__
PARENTS = {
    "ServerCompatibilityError": "ServerError",
    "NoResultFoundError": "IncorrectResultError",
    "MultipleResultsFoundError": "IncorrectResultError",
    "UnrecognisedEntityTypeError": "EntityTypeError",
    "InvalidStateTransitionError": "InvalidStateError",
    "ImmutableAttributeError": "AttributeError",
    "ImmutableCollectionError": "CollectionError",
    "DuplicateItemInCollectionError": "CollectionError",
    "EventHubConnectionError": "EventHubError",
    "EventHubPacketError": "EventHubError",
    "ComponentNotInAnyLocationError": "LocationError",
    "ComponentNotInLocationError": "LocationError",
    "ComponentInLocationError": "LocationError",
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
}


class Component(dict):
    """As an entity: a mapping that names its type, so that one of it is not several."""

    entity_type = "FileComponent"

    def __str__(self):
        return self["name"]


def made(name):
    """Make an error of the class *name* as its users do."""
    arguments = {
        "UnrecognisedEntityTypeError": ("Sequense",),
        "InvalidStateTransitionError": ("created", "deleted", "entity"),
        "ImmutableAttributeError": (type("Attribute", (), {"name": "id"})(),),
        "CollectionError": ([],),
        "ImmutableCollectionError": ([],),
        "DuplicateItemInCollectionError": ("item", []),
        "ComponentNotInLocationError": ([Component(name="plate")], "studio"),
        "ComponentInLocationError": ([Component(name="plate")], "studio"),
        "AccessorResourceIdentifierError": ("a/b",),
        "AccessorFilesystemPathError": ("a/b",),
    }
    return getattr(exception, name)(*arguments.get(name, ()))


# --- the classes -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_each_has_its_parent_and_is_an_error(name):
    kind = getattr(exception, name)
    parent = getattr(exception, PARENTS.get(name, "Error"))
    assert issubclass(kind, parent)
    assert issubclass(kind, Exception)
    assert kind is exception.Error or kind.__mro__[1] is parent or parent in kind.__mro__[:4]


@pytest.mark.parametrize("name", NAMES)
def test_each_has_a_text_that_is_filled_in(name):
    error = made(name)
    assert isinstance(error.message, str)
    assert isinstance(error.details, dict)
    assert error.message
    assert str(error)
    assert "{" not in str(error)
    assert "b'" not in str(error)


def test_the_text_is_the_message_filled_with_the_details():
    error = exception.Error("{who} of {what}", details={"who": "Ada", "what": 7})
    assert str(error) == "Ada of 7"
    assert error.message == "{who} of {what}"
    assert error.details == {"who": "Ada", "what": 7}


@pytest.mark.parametrize(
    "text", ["{", "}", '{"exception": "x"}', "{0}", "{missing}", "a { b } c", "{who.nothing}"]
)
def test_braces_that_name_no_detail_are_text(text):
    assert str(exception.Error(text)) == text
    assert str(exception.Error(text, details={"who": "Ada"})) == text


def test_texts_in_details_stay_text():
    error = exception.AccessorResourceNotFoundError("read", "a/b")
    assert error.details["resource_identifier"] == "a/b"
    assert "a/b" in str(error)


def test_one_positional_text_is_the_message():
    assert str(exception.NoResultFoundError("nothing there")) == "nothing there"
    assert str(exception.MultipleResultsFoundError("too many")) == "too many"


def test_what_was_being_handled_is_kept_as_text():
    try:
        raise ValueError("the first")
    except ValueError:
        error = exception.Error("the second")
    assert "ValueError: the first" in error.traceback


@pytest.mark.parametrize(
    ("error", "details"),
    [
        (
            exception.AccessorOperationFailedError("open", "a", "full"),
            {"operation": "open", "resource_identifier": "a", "error": "full"},
        ),
        (
            exception.AccessorResourceNotFoundError("open", "a", "full"),
            {"operation": "open", "resource_identifier": "a"},
        ),
        (exception.UnrecognisedEntityTypeError("Tusk"), {"entity_type": "Tusk"}),
        (
            exception.InvalidStateTransitionError("a", "b", "e"),
            {"current_state": "a", "target_state": "b", "entity": "e"},
        ),
        (exception.DuplicateItemInCollectionError(1, [1]), {"item": 1, "collection": [1]}),
    ],
)
def test_arguments_are_found_in_the_details(error, details):
    assert error.details == details


def test_an_error_of_an_accessor_takes_a_message_of_its_own():
    error = exception.AccessorResourceInvalidError(
        resource_identifier="a", message="{resource_identifier} is a bucket"
    )
    assert str(error) == "a is a bucket"


def test_an_unknown_argument_is_refused():
    with pytest.raises(TypeError):
        exception.AccessorOperationFailedError(resourceIdentifier="a")


def test_components_are_one_or_several():
    plate, matte = Component(name="plate"), Component(name="matte")
    one = exception.ComponentInLocationError(plate, "studio")
    several = exception.ComponentInLocationError([plate, matte], "studio")
    assert one.details["components"] == [plate]
    assert several.details["formatted_components"] == "plate, matte"
    assert several.details["location"] == "studio"


# --- the kernel's ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raised", "caught"),
    [
        (kernel.NoResultError("none"), exception.NoResultFoundError),
        (kernel.MultipleResultsError("two"), exception.MultipleResultsFoundError),
        (kernel.SessionClosedError(), exception.ConnectionClosedError),
        (kernel.ServerError("Oops", "broken"), exception.ServerError),
        (kernel.ServerError("Oops", "{broken}"), exception.ServerError),
        (kernel.AuthenticationError("Who", "nobody"), exception.AuthenticationError),
        (kernel.AuthenticationError("Who", "nobody"), exception.ServerError),
        (kernel.IncompatibleServerError("3", "4"), exception.ServerCompatibilityError),
        (kernel.ConnectionLostError("gone"), requests.exceptions.ConnectionError),
        (kernel.TransportTimeoutError("slow"), requests.exceptions.ReadTimeout),
        (kernel.UnknownEntityTypeError("Tusk"), exception.UnrecognisedEntityTypeError),
        (kernel.UnknownEntityTypeError("Tusk"), KeyError),
        (kernel.UnknownAttributeError("Task", "nmae"), KeyError),
        (kernel.QuerySyntaxError("a", 0, "what"), exception.ParseError),
        (kernel.ImmutableAttributeError("Task", "id"), exception.ImmutableAttributeError),
        (kernel.ComputedAttributeError("Task", "link"), exception.AttributeError),
        (kernel.EntityError("no"), ValueError),
        (kernel.ConfigurationError("no"), TypeError),
        (kernel.LocationError("no"), exception.LocationError),
        (
            kernel.ComponentInLocationError("in", components=[], location="x"),
            exception.ComponentInLocationError,
        ),
        (
            kernel.ComponentNotInLocationError("out", components=[], location="x"),
            exception.ComponentNotInLocationError,
        ),
        (kernel.StructureError("no"), exception.StructureError),
        (kernel.AccessorError("no"), exception.AccessorOperationFailedError),
        (kernel.ResourceNotFoundError("no"), exception.AccessorResourceNotFoundError),
        (kernel.ResourceExistsError("no"), exception.LocationError),
        (kernel.UnsupportedOperationError("no"), exception.AccessorUnsupportedOperationError),
        (kernel.EventError("no"), exception.EventHubError),
        (kernel.EventsClosedError("no"), exception.EventHubConnectionError),
        (kernel.PluginError("no", plugin="x"), exception.Error),
        (kernel.OutcomeUnknownError("no", []), exception.ServerError),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_an_error_of_the_kernel_is_caught_by_the_class_that_scripts_know(raised, caught):
    with pytest.raises(caught) as found, known_errors():
        raise raised
    error = found.value
    assert isinstance(error, type(raised))
    assert isinstance(raised, kernel.ServerError) or str(error) == str(raised)
    assert error.__cause__ is raised
    assert vars(raised).items() <= vars(error).items() or "details" in vars(raised)


def test_the_servers_own_words_are_found_in_the_text():
    """Scripts look for them; the client that they were written for shows them in this form."""
    refusal = kernel.ServerError("ValidationError", 'no {such} "thing"')
    with pytest.raises(exception.ServerError) as found, known_errors():
        raise refusal
    assert str(found.value) == 'Server reported error: ValidationError(no {such} "thing")'
    with pytest.raises(exception.ServerError) as found, known_errors():
        raise kernel.CommitRefusedError(refusal)
    assert str(found.value).startswith(
        'Server reported error: ValidationError(no {such} "thing"); the commit was refused'
    )


def test_every_error_of_the_kernel_has_a_counterpart():
    for name in kernel.__all__:
        kind = getattr(kernel, name)
        if isinstance(kind, type):
            bare = kind.__new__(kind)
            bare.__dict__.update(details={}, _text="x", exception="Oops", content="broken")
            assert isinstance(translated(bare), Exception), name
            # What scripts know is in front of the kernel's name in tracebacks.
            assert isinstance(translated(bare), kind)


def test_the_details_say_what_the_kernel_knows():
    with pytest.raises(exception.UnrecognisedEntityTypeError) as found, known_errors():
        raise kernel.UnknownEntityTypeError("Tusk", ["Task"])
    assert found.value.details["entity_type"] == "Tusk"
    assert "Did you mean 'Task'?" in str(found.value)


def test_what_scripts_know_already_is_left_as_it_is():
    for error in (exception.NotUniqueError("taken"), translated(kernel.NoResultError("none"))):
        with pytest.raises(type(error)) as found, known_errors():
            raise error
        assert found.value is error


def test_other_errors_pass():
    error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError) as found, known_errors():
        raise error
    assert found.value is error


def test_methods_and_functions_are_translated_by_name():
    class Kernel:
        def get(self, name):
            raise kernel.NoResultError(name)

        def other(self):
            raise kernel.NoResultError("raw")

    @translating("get")
    class Skin(Kernel):
        pass

    with pytest.raises(exception.NoResultFoundError, match="task"):
        Skin().get("task")
    with pytest.raises(kernel.NoResultError) as raw:
        Skin().other()
    assert not isinstance(raw.value, exception.Error)
    with pytest.raises(kernel.NoResultError) as untouched:
        Kernel().get("task")
    assert not isinstance(untouched.value, exception.Error)
    assert Skin.get.__name__ == "get"
    with pytest.raises(exception.NoResultFoundError):
        raising_known(Kernel().get)("task")


def test_older_accessors_raise_what_new_transfers_understand():
    assert issubclass(exception.AccessorResourceNotFoundError, kernel.ResourceNotFoundError)
    assert issubclass(exception.AccessorError, kernel.AccessorError)
    assert exception.AccessorResourceNotFoundError("open", "a").resource_identifier == "a"


# --- symbols -----------------------------------------------------------------------------------


def test_symbols_have_a_name_a_text_and_a_truth():
    assert (str(symbol.NOT_SET), repr(symbol.NOT_SET)) == ("NOT_SET", "Symbol(NOT_SET)")
    assert not symbol.NOT_SET
    assert symbol.CREATED
    assert symbol.MODIFIED
    assert symbol.DELETED
    other = symbol.Symbol("OTHER", value=False)
    assert (other.name, other.value, bool(other)) == ("OTHER", False, False)


def test_copies_of_not_set_are_not_set():
    held = {"a": [symbol.NOT_SET]}
    assert copy.deepcopy(held)["a"][0] is symbol.NOT_SET
    assert copy.copy(symbol.CREATED) is symbol.CREATED
    assert pickle.loads(pickle.dumps(held))["a"][0] is symbol.NOT_SET


def test_constants_are_those_of_every_server():
    assert symbol.COMPONENT_ADDED_TO_LOCATION_TOPIC == "ftrack.location.component-added"
    assert symbol.COMPONENT_REMOVED_FROM_LOCATION_TOPIC == "ftrack.location.component-removed"
    assert symbol.ORIGIN_LOCATION_ID == "ce9b348f-8809-11e3-821c-20c9d081909b"
    assert symbol.UNMANAGED_LOCATION_ID == "cb268ecc-8809-11e3-a7e2-20c9d081909b"
    assert symbol.REVIEW_LOCATION_ID == "cd41be70-8809-11e3-b98a-20c9d081909b"
    assert symbol.CONNECT_LOCATION_ID == "07b82a97-8cf9-11e3-9383-20c9d081909b"
    assert symbol.SERVER_LOCATION_ID == "3a372bde-05bc-11e4-8908-20c9d081909b"


@pytest.mark.parametrize(
    ("said", "bytes_"),
    [(None, 1048576), ("", 1048576), ("0", 1048576), ("4096", 4096), ("many", 1048576)],
)
def test_the_environment_says_how_much_is_copied_at_a_time(monkeypatch, said, bytes_):
    monkeypatch.delenv("FTRACK_API_FILE_CHUNK_SIZE", raising=False)
    if said is not None:
        monkeypatch.setenv("FTRACK_API_FILE_CHUNK_SIZE", said)
    assert symbol._chunk_size() == bytes_
