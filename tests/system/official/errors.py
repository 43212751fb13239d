"""Which error the client raises for what the server refuses, and with which words."""

import logging
import re
from functools import partial

import ftrack_api
from ftrack_api.exception import ServerError

# The client logs each refusal with its traceback; here they are expected.
logging.disable(logging.CRITICAL)


def told(call, kind=ServerError):
    """The words of the error that *call* raises; it is of the very *kind*."""
    try:
        call()
    except kind as error:
        if type(error) is kind:
            return str(error)
        raise
    raise AssertionError("not refused")


def operation(action, entity_type, key=None, **data):
    sent = {"action": action, "entity_type": entity_type}
    if key is not None:
        sent["entity_key"] = key
    if action != "delete":
        sent["entity_data"] = {"__entity_type__": entity_type, **data}
    return sent


def refusals(session):
    """What is sent, and the words of the server about it."""
    task = session.query("Task").first()["id"]
    user = session.query("User").first()["id"]
    status = session.query("Status").first()["id"]

    def query(expression):
        return {"action": "query", "expression": expression}

    return [
        (
            query("select nmae from Task"),
            r"ParseError\(No attribute 'nmae' exists for schema 'Task'\..*\)",
        ),
        (
            query("Task where parent.nmae is x"),
            r"ParseError\(No attribute 'nmae' exists for schema 'Context'\..*\)",
        ),
        (query("Task where name is"), r"ParseError\(Failed to parse: Task where name is.*\)"),
        (
            query("Task where (name is x"),
            r"ParseError\(Failed to parse: Task where \(name is x.*\)",
        ),
        (
            query("Task where name is 'x"),
            r"ParseError\(Failed to parse: Task where name is (>>>)?'x.*\)",
        ),
        (query("Task where bid > many"), r"ParseError\(.*bid.*\)"),
        (query("Task order by children"), r"ParseError\(.*children.*\)"),
        (query("Tsak"), r'ParseError\(Entity type "Tsak" does not exist\..*\)'),
        (query(""), r"ParseError\(Failed to parse: .*\)"),
        (
            operation("create", "Tsak", name="x"),
            r'ValidationError\(Entity type "Tsak" does not exist\..*\)',
        ),
        (operation("create", "Folder", nmae="x"), r"ValidationError\(.*nmae.*Folder.*\)"),
        (operation("create", "Folder", name="x"), r"ValidationError\(.*parent.*\)"),
        (operation("create", "Context", name="x"), r"ValidationError\(.*Context.*\)"),
        (operation("update", "Task", [task], bid="a lot"), r"ValidationError\(.*bid.*number.*\)"),
        (
            operation("update", "Task", [task], start_date="soon"),
            r"ValidationError\(.*start_date.*\)",
        ),
        (operation("update", "Task", [task], time_logged=5), r"ValidationError\(.*time_logged.*\)"),
        (
            operation("update", "Task", ["nothing"], name="x"),
            r"ValueError\(Could not find entity Task with entity_key \['nothing'\]\..*\)",
        ),
        (
            operation("delete", "Task", ["nothing"]),
            r"ValueError\(Could not find entity Task with entity_key \['nothing'\]\..*\)",
        ),
        (
            operation("update", "Metadata", [task, "nothing"], value="x"),
            r"ValueError\(Could not find entity Metadata with entity_key \[.*'nothing'\]\..*\)",
        ),
        (
            operation("update", "Task", [task], status_id="nothing"),
            r"IntegrityError\(.*status.*nothing.*\)",
        ),
        (operation("create", "User", id=user, username="x"), rf"IntegrityError\(.*{user}.*\)"),
        (operation("delete", "Status", [status]), r"IntegrityError\(.*Status.*\)"),
        ({"action": "frobnicate"}, r"ServerError\(Invalid action u'frobnicate'.*\)"),
        ({"action": "reset_remote", "reset_type": "x"}, r"ValidationError\(.*x.*\)"),
        (
            {"action": "encode_media", "component_id": "nothing"},
            r"ValueError\(Could not find entity Component with entity_key \['nothing'\]\..*\)",
        ),
        ({"action": "get_widget_url", "name": "clock"}, r"ValidationError\(.*clock.*\)"),
        (
            {"action": "complete_multipart_upload", "component_id": "x", "upload_id": "x"},
            r"ValidationError\(There is no such upload.*\)",
        ),
    ]


for strict in (False, True):
    with ftrack_api.Session(strict_api=strict) as session:
        for sent, words in refusals(session):
            text = told(partial(session.call, [sent]))
            print(text)
            assert re.fullmatch(f"Server reported error: {words}", text), (sent, words, text)

    # Who is let in.
    for wrong in ({"api_key": "wrong"}, {"api_user": "nobody"}, {"api_key": "räk"}):
        text = told(partial(ftrack_api.Session, strict_api=strict, **wrong))
        begin = "Server reported error: InvalidCredentialsError(The supplied API key is not valid."
        assert text.startswith(begin), text

# What the client itself makes of an answer.
with ftrack_api.Session() as session:
    several = session.query("Task")
    none = session.query("Task where name is nothing")
    task = several.first()
    for call, kind in (
        (several.one, ftrack_api.exception.MultipleResultsFoundError),
        (none.one, ftrack_api.exception.NoResultFoundError),
        (partial(session.create, "Tsak"), ftrack_api.exception.UnrecognisedEntityTypeError),
        (partial(task.__setitem__, "id", "x"), ftrack_api.exception.ImmutableAttributeError),
    ):
        print(kind.__name__, told(call, kind))
    me = session.query(f'User where username is "{session.api_user}"').one()
    me.start_timer(task)
    assert "timer" in told(lambda: me.start_timer(task), ftrack_api.exception.NotUniqueError)
    session.rollback()
    me.stop_timer()
    shot = session.query("Shot").first()
    shot["custom_attributes"]["handles"] = "many"
    text = told(session.commit)
    print(text)
    begin = (
        'ValidationError(Custom attribute value for "handles" must be of type number. Got "many"'
    )
    assert text.startswith(f"Server reported error: {begin} of type "), text
    session.rollback()
