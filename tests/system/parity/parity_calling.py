"""Talking to the server by hand: `call`, what goes over the wire, and what becomes of errors."""

import datetime
import decimal
import json
import uuid

import arrow
import ftrack_api
import ftrack_api.exception
import pytest
import requests


def test_unknown_actions_pass_through(session, wire):
    """79: `call` returns the decoded list, one element for each operation."""
    wire.answer_next(200, [{"action": "strange", "data": 1}, "anything"])
    answer = session.call([{"action": "strange", "value": 7}, {"action": "other"}])
    assert answer == [{"action": "strange", "data": 1}, "anything"]
    assert wire.operations == [{"action": "strange", "value": 7}, {"action": "other"}]


def test_rows_of_a_call_are_entities_that_nobody_has_merged(session, project):
    """1.6: the reply is decoded, so that rows are detached entities."""
    expression = f'select name from Project where id is "{project["id"]}"'
    (answer,) = session.call([{"action": "query", "expression": expression}])
    (row,) = answer["data"]
    assert isinstance(row, ftrack_api.entity.base.Entity)
    assert row == project
    assert row is not project
    assert row["name"] == "crooked_quarry"
    assert answer["action"] == "query"


def test_grouped_rows_are_plain_dictionaries(new_session):
    """2: aggregates go through `call` with strict_api."""
    session = new_session(strict_api=True)
    expression = "select count(id) from Task group by status_id"
    rows = session.call([{"action": "query", "expression": expression}])[0]["data"]
    assert all(type(row) is dict for row in rows)
    assert {"count_id", "status_id"} <= set(rows[0])
    assert sum(row["count_id"] for row in rows) >= 100


def test_operations_may_hold_entities(session, project, unique):
    """1.7: an entity in a payload goes as a reference through `entity_reference`."""
    folder = str(uuid.uuid4())
    session.call(
        [
            {
                "action": "create",
                "entity_type": "Folder",
                "entity_key": [folder],
                "entity_data": {
                    "__entity_type__": "Folder",
                    "id": folder,
                    "name": unique,
                    "parent": session.entity_reference(project),
                },
            }
        ]
    )
    assert session.get("Folder", folder)["parent"] is project


@pytest.mark.parametrize("strict", [True, False])
def test_what_the_server_refuses_is_a_server_error(new_session, strict):
    """1.6: with and without a status of its own; the text tells what and why."""
    session = new_session(strict_api=strict)
    with pytest.raises(ftrack_api.exception.ServerError) as caught:
        session.query("select nonsense from User").all()
    assert caught.value.message.startswith("Server reported error")
    assert "nonsense" in caught.value.message


def test_errors_name_their_class_for_those_who_search_the_text(session, new_user, unique):
    """1.6: scripts look for `DuplicateEntryError` and the like in the message."""
    session.create("User", {"username": unique})
    with pytest.raises(ftrack_api.exception.ServerError) as caught:
        session.commit()
    assert "DuplicateEntryError" in str(caught.value.message)
    session.rollback()


def test_an_answer_without_exception_under_a_bad_status_is_a_server_error(session, wire):
    """1.6: HTTP >= 400 with JSON that holds no `exception`."""
    wire.answer_next(500, {"something": "else"})
    with pytest.raises(ftrack_api.exception.ServerError):
        session.call([{"action": "query", "expression": "select id from User"}])


def test_an_answer_that_is_not_json_is_a_server_error(session, wire):
    """1.6: HTTP 200 with the page of a proxy."""
    wire.answer_next(200, "<html>sign in</html>", "text/html")
    with pytest.raises(ftrack_api.exception.ServerError):
        session.call([{"action": "query", "expression": "select id from User"}])


@pytest.mark.better("an HTML page under a bad status is a ServerError, not a JSONDecodeError")
def test_a_proxys_page_under_a_bad_status_is_a_server_error(session, wire):
    """15.3, 30: the page of a gateway."""
    wire.answer_next(404, "<html>not here</html>", "text/html")
    with pytest.raises(ftrack_api.exception.ServerError):
        session.call([{"action": "query", "expression": "select id from User"}])


def test_no_connection_is_an_error_of_requests(environment):
    """1.6: scripts catch what requests raises."""
    with pytest.raises(requests.exceptions.ConnectionError):
        ftrack_api.Session(server_url="http://127.0.0.1:9")


def test_rows_of_an_unknown_type_are_refused(session, wire):
    """1.6: `UnrecognisedEntityTypeError` from decoding."""
    wire.answer_next(200, [{"data": [{"__entity_type__": "Nope", "id": "1"}]}])
    with pytest.raises(ftrack_api.exception.UnrecognisedEntityTypeError):
        session.call([{"action": "query", "expression": "select id from User"}])


def test_encoded_text_has_sorted_keys(session):
    """47: key-sorted JSON with `", "` and `": "` separators, ASCII."""
    text = session.encode({"b": 1, "a": [True, None], "ä": "ö"})
    assert text == '{"a": [true, null], "b": 1, "\\u00e4": "\\u00f6"}'


def test_times_are_tagged(session):
    """1.7: Arrow, datetime and date alike; microseconds and offset are kept."""
    moment = datetime.datetime(2031, 5, 6, 7, 8, 9, 10, tzinfo=datetime.timezone.utc)
    tagged = '{"__type__": "datetime", "value": "2031-05-06T07:08:09.000010+00:00"}'
    assert session.encode(moment) == tagged
    assert session.encode(arrow.get(moment)) == tagged
    assert session.encode(datetime.datetime(2031, 5, 6)) == (
        '{"__type__": "datetime", "value": "2031-05-06T00:00:00"}'
    )


def test_a_date_is_tagged_with_its_day(session):
    """1.7: the value of a pure date is the day alone."""
    assert json.loads(session.encode(datetime.date(2031, 5, 6)))["value"] == "2031-05-06"


@pytest.mark.parametrize("value", [{1, 2}, b"x", ftrack_api.symbol.CREATED, object()])
def test_what_json_does_not_know_is_a_type_error(session, value):
    """1.7: set, bytes, Symbol and the like."""
    with pytest.raises(TypeError):
        session.encode({"value": value})


@pytest.mark.better("identifiers and decimal numbers are encoded")
def test_identifiers_and_decimal_numbers_are_encoded(session):
    """1.7: a UUID is text, a Decimal a number."""
    value = uuid.uuid4()
    assert session.encode([value, decimal.Decimal("1.5")]) == f'["{value}", 1.5]'


def test_an_unknown_strategy_is_a_value_error(session):
    """48: `encode` of an unknown strategy."""
    with pytest.raises(ValueError):
        session.encode({}, entity_attribute_strategy="some_of_them")


def test_strategies_choose_the_attributes(session, new_user):
    """1.7: set_only, modified_only, persisted_only."""
    session.populate(new_user, "username, first_name, email")
    new_user["first_name"] = "Changed"
    texts = {
        strategy: json.loads(session.encode(new_user, entity_attribute_strategy=strategy))
        for strategy in ("set_only", "modified_only", "persisted_only")
    }
    for encoded in texts.values():
        assert encoded["__entity_type__"] == "User"
        assert encoded["id"] == new_user["id"]
    assert texts["set_only"]["first_name"] == "Changed"
    assert texts["set_only"]["username"] == new_user["username"]
    assert texts["modified_only"]["first_name"] == "Changed"
    assert "username" not in texts["modified_only"]
    assert texts["persisted_only"]["first_name"] == "Some"


def test_the_strategy_all_loads_what_is_missing(session, project, wire):
    """1.7: `all` asks the server."""
    wire.clear()
    status = session.query("select name from Status").first()
    encoded = json.loads(session.encode(status, entity_attribute_strategy="all"))
    assert set(encoded) >= {"id", "name", "color", "sort", "state"}
    assert encoded["state"]["__entity_type__"] == "State"


def test_persisted_only_leaves_computed_attributes_out(session):
    """49: what the server computes is not kept."""
    computed = next(one for one in session.schemas if one["id"] == "Task")["computed"]
    assert "time_logged" in computed
    task = session.query("select name, time_logged from Task").first()
    encoded = json.loads(session.encode(task, entity_attribute_strategy="persisted_only"))
    assert "name" in encoded
    assert "time_logged" not in encoded


def test_entities_within_go_as_references(session):
    """1.7: references, and collections as lists of references in order."""
    shot = session.query("select name, parent.name, children.name from Shot").first()
    encoded = json.loads(session.encode(shot))
    assert encoded["parent"] == {"__entity_type__": "Sequence", "id": shot["parent"]["id"]}
    assert encoded["children"] == [
        {"__entity_type__": "Task", "id": one["id"]} for one in shot["children"]
    ]


def test_a_reference_holds_type_and_key(session):
    """1.7: `entity_reference`, also of a key of several parts, without a request."""
    metadata = session.query("select value from Metadata").first()
    assert session.entity_reference(metadata) == {
        "__entity_type__": "Metadata",
        "key": metadata["key"],
        "parent_id": metadata["parent_id"],
    }


def test_decoded_times_are_arrow(session):
    """50: `datetime` and `date` give Arrow; offsets are kept, naive ones are UTC."""
    text = '{"__type__": "datetime", "value": "2031-05-06T07:08:09.000010+02:00"}'
    moment = session.decode(text)
    assert isinstance(moment, arrow.arrow.Arrow)
    assert moment.isoformat() == "2031-05-06T07:08:09.000010+02:00"
    naive = session.decode('{"__type__": "datetime", "value": "2031-05-06T07:08:09"}')
    assert naive == arrow.get(2031, 5, 6, 7, 8, 9)
    day = session.decode('{"__type__": "date", "value": "2031-05-06"}')
    assert isinstance(day, arrow.arrow.Arrow)
    assert day == arrow.get(2031, 5, 6)


def test_other_tags_are_left_alone(session):
    """1.8: an unknown `__type__` stays a dict."""
    assert session.decode('{"__type__": "colour", "value": 1}') == {
        "__type__": "colour",
        "value": 1,
    }


@pytest.mark.better("a null time is None, not the time of the machine")
def test_no_time_is_no_time(session):
    """15.1, 11: `{"__type__": "datetime", "value": null}`."""
    assert session.decode('{"__type__": "datetime", "value": null}') is None


def test_a_decoded_entity_is_equal_and_another(session, new_user):
    """1.8: `decode(encode(e)) == e`, a different instance; the cache is not touched."""
    again = session.decode(session.encode(new_user))
    assert again == new_user
    assert again is not new_user
    assert again["username"] == new_user["username"]
    assert session.get("User", new_user["id"]) is new_user


def test_decoding_records_nothing(session):
    """1.8: what is decoded is no change."""
    entity = session.decode('{"__entity_type__": "User", "id": "u-1", "username": "someone"}')
    assert entity["username"] == "someone"
    assert not session.recorded_operations
    assert entity.attributes.get("username").get_remote_value(entity) == "someone"


def test_a_payload_is_a_mapping(session):
    """1.13: `OperationPayload` wraps a dict."""
    payload = ftrack_api.session.OperationPayload({"action": "create", "entity_type": "User"})
    assert payload["action"] == "create"
    assert dict(payload) == {"action": "create", "entity_type": "User"}
    payload["more"] = 1
    assert len(payload) == 3
    assert json.loads(session.encode([payload])) == [dict(payload)]


def test_entities_in_a_payload_become_references(session, project):
    """1.7: direct values of `entity_data`."""
    payload = ftrack_api.session.OperationPayload(
        {"action": "create", "entity_data": {"parent": project, "name": "x"}}
    )
    encoded = json.loads(session.encode([payload]))[0]
    assert encoded["entity_data"]["parent"] == {"__entity_type__": "Project", "id": project["id"]}


def test_a_widgets_address_is_had(session, project, wire):
    """1.14: `get_widget_url`."""
    address = session.get_widget_url("info", entity=project, theme="light")
    assert address.startswith("http")
    (sent,) = [one for one in wire.operations if one["action"] == "get_widget_url"]
    assert sent["entity_key"] == [project["id"]]
    assert (sent["entity_type"], sent["name"], sent["theme"]) == ("Project", "info", "light")


def test_invitations_are_sent(session, new_user, wire):
    """1.14: one request for all of them; None comes back."""
    admin = session.query("User where username is admin").one()
    wire.clear()
    assert session.send_user_invites([admin, new_user]) is None
    assert wire.batches == [
        [
            {"action": "send_user_invite", "user_id": admin["id"]},
            {"action": "send_user_invite", "user_id": new_user["id"]},
        ]
    ]
    assert session.send_user_invite(admin) is None


def test_invitations_to_a_review_are_sent(session, wire):
    """1.14: the same for guests of a review."""
    invitee = session.query("ReviewSessionInvitee").first()
    if invitee is None:
        review = session.query("ReviewSession").first()
        data = {"name": "Guest", "email": "guest@studio.example", "review_session": review}
        invitee = session.create("ReviewSessionInvitee", data)
        session.commit()
    wire.clear()
    assert session.send_review_session_invite(invitee) is None
    assert session.send_review_session_invites([invitee]) is None
    assert [one["review_session_invitee_id"] for one in wire.operations] == 2 * [invitee["id"]]


def test_a_new_key_is_had(session, new_user, wire):
    """1.9: `reset_remote` of a user's key; the bare identifier travels."""
    answer = session.reset_remote("api_key", entity=new_user)
    assert answer["api_key"]
    assert wire.operations[-1] == {
        "action": "reset_remote",
        "entity_key": new_user["id"],
        "entity_type": "User",
        "reset_type": "api_key",
    }


def test_upload_metadata_is_had(session, wire):
    """1.14: `get_upload_metadata` gives address and headers."""
    component = session.create("FileComponent", {"name": "x", "file_type": ".txt", "size": 5})
    session.commit()
    metadata = session.get_upload_metadata(component["id"], "x.txt", 5, "XUFAKrxLKna5cZ2REBfFkg==")
    assert metadata["url"].startswith("http")
    assert isinstance(metadata["headers"], dict)
    sent = wire.operations[-1]
    assert sent["checksum"] == "XUFAKrxLKna5cZ2REBfFkg=="
    assert (sent["component_id"], sent["file_name"], sent["file_size"]) == (
        component["id"], "x.txt", 5,
    )  # fmt: skip
