"""The operations beside query, create, update and delete: each with its answer and its refusals."""

from __future__ import annotations

import io
import json

import pytest
from ftrack_core.errors import AuthenticationError, ServerError
from ftrack_embedded import Caller, EmbeddedTransport, Studio
from ftrack_embedded.engine import outbox
from operations import create

ADMINISTRATOR_ROLE = "b2e42ca0-ebda-4223-9361-fc3bbdcfa8a4"
USER_ROLE = "4b09040a-3783-43c2-9fb2-c9babc566720"
SERVER_LOCATION = "3a372bde-05bc-11e4-8908-20c9d081909b"


@pytest.fixture
def studio():
    with Studio() as studio:
        studio.execute(
            [
                create("Project", id="p1", name="orbit", full_name="The Orbit"),
                create("Shot", id="sh1", name="sh010", parent_id="p1"),
                create("Task", id="t1", name="animate", parent_id="sh1"),
                create(
                    "User", id="u1", username="ann", first_name="Ann", email="ann@studio.example"
                ),
            ]
        )
        yield studio


@pytest.fixture
def call(studio):
    def execute(action, *, as_user="admin", **members):
        operation = {"action": action, **members}
        return studio.execute([operation], caller=Caller(as_user))[0]

    return execute


@pytest.fixture
def rows(studio):
    def ask(expression):
        return studio.execute([{"action": "query", "expression": expression}])[0]["data"]

    return ask


@pytest.fixture
def messages(studio):
    def read():
        with studio.reading(Caller()) as tx:
            return outbox.messages(tx.connection)

    return read


# --- invitations -------------------------------------------------------------------------------


def test_an_invitation_is_put_into_the_outbox_and_nothing_is_sent(call, messages):
    assert messages() == []
    assert call("send_user_invite", user_id="u1") == {"sent": True}
    (message,) = messages()
    assert (message.kind, message.recipient) == ("user_invite", "ann@studio.example")
    assert message.content == {"user_id": "u1"}


def test_an_invitation_to_a_review_names_its_session(call, studio, messages):
    studio.execute(
        [
            create("ReviewSession", id="r1", name="dailies", project_id="p1"),
            create(
                "ReviewSessionInvitee",
                id="i1",
                name="Client",
                email="client@other.example",
                review_session_id="r1",
            ),
        ]
    )
    assert call("send_review_session_invite", review_session_invitee_id="i1") == {"sent": True}
    (message,) = messages()
    assert message.recipient == "client@other.example"
    assert message.content["review_session_id"] == "r1"


def test_an_invitation_of_a_failed_batch_is_not_recorded(studio, messages):
    batch = [{"action": "send_user_invite", "user_id": "u1"}, create("Nothing")]
    with pytest.raises(ServerError):
        studio.execute(batch)
    assert messages() == []


@pytest.mark.parametrize(
    ("action", "member"),
    [
        ("send_user_invite", "user_id"),
        ("send_review_session_invite", "review_session_invitee_id"),
    ],
)
def test_nobody_can_be_invited_who_is_not_there(call, action, member):
    with pytest.raises(ServerError, match="Could not find entity"):
        call(action, **{member: "gone"})
    with pytest.raises(ServerError, match=member):
        call(action)


# --- delayed jobs ------------------------------------------------------------------------------


def test_a_delayed_job_is_queued_with_what_it_is_to_do(call, rows):
    members = {"context_id": "p1", "include_children": True}
    answer = call("delayed_job", job_type="ICONIK_SYNC_STRUCTURE", **members)
    assert answer["action"] == "delayed_job"
    job = answer["data"]
    assert (job["__entity_type__"], job["status"]) == ("Job", "queued")
    (row,) = rows(f"select data, user.username from Job where id is {job['id']}")
    assert json.loads(row["data"]) == {"job_type": "ICONIK_SYNC_STRUCTURE", **members}
    assert row["user"]["username"] == "admin"


def test_an_unknown_job_type_is_refused_with_a_hint(call):
    with pytest.raises(ServerError, match="Did you mean 'SYNC_USERS_LDAP'"):
        call("delayed_job", job_type="SYNC_USER_LDAP")


# --- widgets -----------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark", None])
def test_a_widget_is_a_page_that_needs_no_key(call, studio, theme):
    studio.execute([create("Appointment", type="assignment", context_id="t1", resource_id="u1")])
    address = call("get_widget_url", name="tasks", theme=theme, as_user="ann")["widget_url"]
    page = EmbeddedTransport(studio, owns=False).stream("GET", address)
    assert page.status == 200
    assert page.headers["content-type"].startswith("text/html")
    assert b"animate" in b"".join(page.iter_bytes())


def test_a_widget_about_an_entity_shows_it_and_cannot_be_made_to_run_anything(call, studio):
    evil = "<script>alert(1)</script>"
    studio.execute([create("Task", id="t2", name=evil, parent_id="sh1")])
    told = call("get_widget_url", name="info", entity_type="Task", entity_key=["t2"])
    page = EmbeddedTransport(studio, owns=False).stream("GET", told["widget_url"])
    body = b"".join(page.iter_bytes()).decode()
    assert "&lt;script&gt;" in body
    assert "<script" not in body
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_widget_address_cannot_be_guessed_or_used_for_another_page(call, studio):
    transport = EmbeddedTransport(studio, owns=False)
    address = call("get_widget_url", name="tasks")["widget_url"]
    assert transport.stream("GET", "/widget/tasks?token=guessed").status == 403
    assert transport.stream("GET", address.replace("/tasks", "/info")).status == 403


def test_an_unknown_widget_is_refused(call):
    with pytest.raises(ServerError, match="there are info, tasks, tasks_browser"):
        call("get_widget_url", name="clock")


# --- credentials -------------------------------------------------------------------------------


def test_a_new_key_replaces_all_former_ones_of_the_user(call, studio, rows):
    old = studio.create_api_key("ann")
    answer = call("reset_remote", reset_type="api_key", entity_type="User", entity_key="u1")
    new = answer["data"]["api_key"]
    assert studio.authenticate("ann", new).username == "ann"
    with pytest.raises(AuthenticationError):
        studio.authenticate("ann", old)
    (key,) = rows("ApiKey where resource_id is u1")
    assert new not in json.dumps(key)


def test_a_key_can_be_reset_by_its_own_id_and_is_revoked_by_deleting_it(call, studio, rows):
    studio.create_api_key("ann")
    (key,) = rows("ApiKey where resource_id is u1")
    answer = call("reset_remote", reset_type="api_key", entity_type="ApiKey", entity_key=key["id"])
    assert studio.authenticate("ann", answer["data"]["api_key"])
    (key,) = rows("ApiKey where resource_id is u1")
    studio.execute([{"action": "delete", "entity_type": "ApiKey", "entity_key": [key["id"]]}])
    with pytest.raises(AuthenticationError):
        studio.authenticate("ann", answer["data"]["api_key"])


def test_a_new_password_is_a_message_to_the_user(call, messages):
    data = {"generate_password": True}
    answer = call(
        "reset_remote", reset_type="password", entity_type="User", entity_key="u1", entity_data=data
    )
    assert answer == {"action": "reset_remote", "data": {"sent": True}}
    assert [message.kind for message in messages()] == ["password_reset"]


def test_an_unknown_reset_type_is_an_error(call):
    with pytest.raises(ServerError, match="There is no reset type"):
        call("reset_remote", reset_type="nonsense", entity_type="User", entity_key="u1")


# --- search ------------------------------------------------------------------------------------


def names(answer, name="name"):
    return [row[name] for row in answer["data"]]


def test_equal_names_come_first_then_beginnings_then_the_rest_by_name(call, studio):
    for name in ("relight", "lighting", "light", "zlight", "light_b", "comp"):
        studio.execute([create("Task", name=name, parent_id="sh1")])
    expression = "select name from Task"
    found = call("search", expression=expression, terms=["LIGHT"])
    assert names(found) == ["light", "light_b", "lighting", "relight", "zlight"]
    limited = call("search", expression=f"{expression} limit 2 offset 1", terms=["light"])
    assert names(limited) == ["light_b", "lighting"]


def test_all_terms_must_occur_and_none_at_all_means_everything(call):
    assert names(call("search", expression="select name from Task", terms=["ani", "mate"])) == [
        "animate"
    ]
    assert names(call("search", expression="select name from Task", terms=["ani", "light"])) == []
    assert names(call("search", expression="select name from Task", terms=[])) == ["animate"]
    assert len(call("search", entity_type="Task")["data"]) == 1


@pytest.mark.parametrize("term", ["ann", "Ann", "studio.example", "ANN@"])
def test_people_are_found_by_any_of_their_names(call, term):
    found = call("search", expression="select username from User", terms=[term])
    assert names(found, "username") == ["ann"]


def test_projects_are_found_by_their_title(call):
    found = call("search", expression="select name from Project", terms=["the"])
    assert names(found) == ["orbit"]


@pytest.mark.parametrize("term", ["%", "_", '"', "\\", "' or 1"])
def test_a_term_is_text_and_never_a_pattern(call, term):
    assert call("search", expression="select name from Task", terms=[term])["data"] == []


def test_a_search_stays_below_a_context_and_among_object_types(call, studio):
    studio.execute(
        [
            create("Project", id="p2", name="comet"),
            create("Task", id="t2", name="animate", parent_id="p2"),
            create("Asset", id="as1", name="animated", context_id="sh1"),
            create("AssetVersion", id="v1", asset_id="as1"),
        ]
    )
    task_type = "11c137c0-ee7e-4f9c-91c5-8c77cec22b2c"
    shot_type = "bad911de-3bd6-47b9-8b46-3476e237cb36"
    for scope in ("p1", "sh1"):
        found = call("search", expression="Context", terms=["animate"], context_id=scope)
        assert names(found, "id") == ["t1"]
    typed = call("search", entity_type="TypedContext", terms=["a"], object_type_ids=[task_type])
    assert {row["id"] for row in typed["data"]} == {"t1", "t2"}
    other = call("search", entity_type="TypedContext", terms=["a"], object_type_ids=[shot_type])
    assert other["data"] == []
    for scope, expected in (("sh1", ["v1"]), ("p1", ["v1"]), ("p2", [])):
        found = call("search", entity_type="AssetVersion", terms=["anim"], context_id=scope)
        assert names(found, "id") == expected


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"entity_type": "Task", "terms": "light"},
        {"entity_type": "Task", "terms": [3]},
        {"entity_type": "Task", "object_type_ids": "x"},
        {"entity_type": "Tsak"},
        {"expression": "select nmae from Task"},
        {"expression": 3},
    ],
)
def test_a_search_that_makes_no_sense_is_refused(call, members):
    with pytest.raises(ServerError):
        call("search", **members)


# --- media -------------------------------------------------------------------------------------


@pytest.fixture
def uploaded(studio):
    """Upload bytes and create their component and its place."""

    def send(component_id, data, file_type):
        transport = EmbeddedTransport(studio, owns=False)
        asked = {"component_id": component_id, "file_name": "x", "file_size": len(data)}
        (told,) = studio.execute([{"action": "get_upload_metadata", "checksum": None, **asked}])
        assert transport.stream("PUT", told["url"], body=data).status == 200
        place = {"component_id": component_id, "location_id": SERVER_LOCATION}
        studio.execute(
            [
                create("FileComponent", id=component_id, name="main", file_type=file_type),
                create("ComponentLocation", resource_identifier=component_id, **place),
            ]
        )

    return send


def picture(width=3000, height=1500, mode="RGB", encoding="PNG"):
    image = pytest.importorskip("PIL.Image")
    stored = io.BytesIO()
    image.new(mode, (width, height), 128 if mode == "L" else (10, 80, 160, 90)[: len(mode)]).save(
        stored, encoding
    )
    return stored.getvalue()


def test_a_picture_becomes_a_smaller_one_and_the_thumbnail_of_its_version(
    call, studio, rows, uploaded
):
    studio.execute(
        [
            create("Asset", id="as1", name="plate", context_id="sh1"),
            create("AssetVersion", id="v1", asset_id="as1"),
        ]
    )
    uploaded("c1", picture(), ".png")
    answer = call("encode_media", component_id="c1", version_id="v1", keep_original=True)
    (job,) = rows(
        "select status, data, finished_at, job_components.component.name from Job "
        f"where id is {answer['job_id']}"
    )
    assert job["status"] == "done"
    data = json.loads(job["data"])
    assert (data["source_component_id"], data["keep_original"]) == ("c1", True)
    assert [one["format"] for one in data["output"]] == ["image/jpeg", "image/jpeg"]
    assert len(job["job_components"]) == 2
    (version,) = rows("select thumbnail_id, components.name, components.metadata from AssetVersion")
    (review,) = version["components"]
    assert review["name"] == "ftrackreview-image"
    shown = {one["key"]: one["value"] for one in review["metadata"]}
    assert json.loads(shown["ftr_meta"]) == {"format": "image", "width": 1920, "height": 960}
    assert version["thumbnail_id"] == data["output"][1]["component_id"]
    assert all(studio.files.has(one["component_id"]) for one in data["output"])


def test_the_original_goes_where_it_is_not_to_be_kept(call, studio, rows, uploaded):
    uploaded("c1", picture(40, 20), ".png")
    call("encode_media", component_id="c1", version_id=None, keep_original=False)
    assert rows("Component where id is c1") == []
    assert not studio.files.has("c1")


@pytest.mark.parametrize("mode", ["RGBA", "L", "P", "CMYK"])
def test_every_kind_of_picture_can_be_encoded(call, studio, uploaded, mode):
    if mode == "P":
        data, file_type = picture(20, 20, "L", "GIF"), ".gif"
    elif mode == "CMYK":
        data, file_type = picture(20, 20, mode, "TIFF"), ".tif"
    else:
        data, file_type = picture(20, 20, mode), ".png"
    uploaded("c1", data, file_type)
    job = call("encode_media", component_id="c1", keep_original=True)["job_id"]
    expression = f"select data from Job where id is {job}"
    (row,) = studio.execute([{"action": "query", "expression": expression}])[0]["data"]
    formats = {one["format"] for one in json.loads(row["data"])["output"]}
    assert formats == {"image/png" if mode == "RGBA" else "image/jpeg"}


@pytest.mark.parametrize(
    ("file_type", "data", "reason"),
    [
        (".png", b"no picture", "cannot be read as a picture"),
        (".jpg", b"", "cannot be read as a picture"),
        (".txt", b"a letter", "No media can be made of .txt"),
        ("", b"anything", "No media can be made of a file without type"),
    ],
)
def test_what_cannot_be_encoded_is_kept_and_its_job_says_why(
    call, rows, studio, uploaded, file_type, data, reason
):
    uploaded("c1", data, file_type)
    job = call("encode_media", component_id="c1", keep_original=False)["job_id"]
    (row,) = rows(f"select status, data from Job where id is {job}")
    told = json.loads(row["data"])
    assert (row["status"], told["output"]) == ("failed", [])
    assert reason in told["description"]
    assert studio.files.has("c1")


def test_only_what_is_there_can_be_encoded(call, studio):
    with pytest.raises(ServerError, match="Could not find entity Component"):
        call("encode_media", component_id="gone")
    studio.execute([create("FileComponent", id="c1", name="x", file_type=".png")])
    with pytest.raises(ServerError, match="Could not find entity AssetVersion"):
        call("encode_media", component_id="c1", version_id="gone")


# --- uploads -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"component_id": 3},
        {"component_id": "c1", "file_size": -1},
        {"component_id": "c1", "file_size": "many"},
        {"component_id": "c1", "file_size": True},
        {"component_id": "c1", "checksum": 3},
        {"component_id": "c1", "file_name": ["x"]},
        {"component_id": "c1", "parts": 10_001},
        {"component_id": "c1", "parts": 1.5},
    ],
)
def test_an_upload_that_makes_no_sense_is_refused(call, members):
    with pytest.raises(ServerError) as caught:
        call("get_upload_metadata", **members)
    assert caught.value.exception == "ValidationError"


# --- security roles ----------------------------------------------------------------------------


def roles(rows):
    found = rows(
        "select security_role.name, is_all_open_projects, "
        "user_security_role_projects.project_id from UserSecurityRole where user_id is u1"
    )
    return [
        (
            row["security_role"]["name"],
            row["is_all_open_projects"],
            [one["project_id"] for one in row["user_security_role_projects"]],
        )
        for row in found
    ]


def test_roles_are_given_changed_and_taken(call, rows):
    user = {"user_id": "u1"}
    answer = call("add_user_security_role", role_id=USER_ROLE, **user)
    assert answer == {"action": "add_user_security_role", "data": True}
    call("add_user_security_role", role_id=USER_ROLE, **user)
    assert roles(rows) == [("User", False, [])]
    call("update_user_security_role", role_id=USER_ROLE, new_role_id=ADMINISTRATOR_ROLE, **user)
    assert roles(rows) == [("Administrator", False, [])]
    call("remove_user_security_role", role_id=ADMINISTRATOR_ROLE, **user)
    assert roles(rows) == []


def test_a_role_holds_on_a_project_or_on_all_open_ones(call, rows):
    role = {"user_id": "u1", "role_id": USER_ROLE}
    for _ in range(2):
        call("grant_user_security_role_project", project_id="p1", **role)
    assert roles(rows) == [("User", False, ["p1"])]
    call("grant_user_security_role_project", all_open_projects=True, **role)
    assert roles(rows) == [("User", True, ["p1"])]
    call("revoke_user_security_role_project", project_id="p1", **role)
    call("revoke_user_security_role_project", all_open_projects=True, **role)
    assert roles(rows) == [("User", False, [])]


@pytest.mark.parametrize(
    "members",
    [
        {"user_id": "gone", "role_id": USER_ROLE},
        {"user_id": "u1", "role_id": "gone"},
        {"user_id": "u1"},
        {"user_id": "u1", "role_id": USER_ROLE, "project_id": "t1"},
    ],
)
def test_roles_of_nobody_and_for_nothing_are_refused(call, members):
    with pytest.raises(ServerError):
        call("grant_user_security_role_project", **members)


def test_only_a_role_that_somebody_has_can_be_taken(call):
    with pytest.raises(ServerError, match="does not have the role"):
        call("remove_user_security_role", user_id="u1", role_id=USER_ROLE)


# --- what is not offered -----------------------------------------------------------------------


@pytest.mark.parametrize("action", ["compute_rollups", "assume_user", "__init__", "", 3])
def test_an_unknown_action_is_told_in_the_words_that_clients_search_for(call, action):
    with pytest.raises(ServerError) as caught:
        call(action)
    assert caught.value.content == f"Invalid action u'{action}'"
