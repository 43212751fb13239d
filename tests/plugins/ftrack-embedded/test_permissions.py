"""Who may do what: keys and their roles, private projects, and what only administrators change."""

from __future__ import annotations

import pytest
from ftrack_core.errors import AuthenticationError, ConfigurationError, ServerError
from ftrack_embedded import Caller, EmbeddedTransport, Studio
from ftrack_embedded.engine.permissions.configuration import CONFIGURATION
from ftrack_embedded.engine.permissions.standing import Level, level_of_role
from operations import create, delete, query, update

IN_PROGRESS = "44ddd0fe-4164-11df-9218-0019bb4983d8"
USER_ROLE = "4b09040a-3783-43c2-9fb2-c9babc566720"
ADMINISTRATOR_ROLE = "b2e42ca0-ebda-4223-9361-fc3bbdcfa8a4"


@pytest.fixture
def studio():
    with Studio() as studio:
        studio.execute(
            [
                create("User", id="u-ann", username="ann"),
                create("User", id="u-bob", username="bob"),
                create("UserSecurityRole", user_id="u-ann", security_role_id=USER_ROLE),
                create("Project", id="open", name="open"),
                create("Task", id="t-open", name="open task", parent_id="open"),
                create("Project", id="secret", name="secret", is_private=True),
                create("Shot", id="sh-secret", name="secret shot", parent_id="secret"),
                create("Task", id="t-secret", name="secret task", parent_id="sh-secret"),
                create("Asset", id="as-secret", name="secret asset", context_id="sh-secret"),
                create("AssetVersion", id="v-secret", asset_id="as-secret", task_id="t-secret"),
                create("FileComponent", id="c-secret", name="secret", version_id="v-secret"),
                create("Note", id="n-secret", content="secret", parent_id="v-secret"),
                create("Timelog", id="g-secret", context_id="t-secret", user_id="u-ann"),
                create("Metadata", parent_id="sh-secret", key="k", value="secret"),
                create(
                    "Appointment", type="assignment", context_id="t-secret", resource_id="u-ann"
                ),
            ]
        )
        yield studio


@pytest.fixture
def act(studio):
    """Execute operations as somebody and return the data of their answers."""

    def execute(username, *operations, **caller):
        answers = studio.execute(operations, caller=Caller(username, **caller))
        return [answer["data"] for answer in answers]

    return execute


@pytest.fixture
def denied(studio):
    def attempt(username, *operations, **caller):
        with pytest.raises(ServerError) as caught:
            studio.execute(operations, caller=Caller(username, **caller))
        return caught.value

    return attempt


# --- keys --------------------------------------------------------------------------------------


def test_a_personal_key_is_good_for_its_owner_alone(studio):
    key = studio.create_api_key("ann")
    assert studio.authenticate("ann", key) == Caller("ann")
    with pytest.raises(AuthenticationError):
        studio.authenticate("bob", key)


def test_a_global_key_lets_every_active_user_in_and_its_role_decides(studio, act):
    key = studio.create_api_key(None, role="API")
    caller = studio.authenticate("ann", key)
    assert (caller.username, caller.key_role, caller.is_global_key) == ("ann", "API", True)
    studio.execute([create("Status", name="New", state={"id": state_of(act)})], caller=caller)
    with pytest.raises(AuthenticationError):
        studio.authenticate("nobody", key)
    act("admin", update("User", "u-bob", is_active=False))
    with pytest.raises(AuthenticationError):
        studio.authenticate("bob", key)


def state_of(act):
    return act("admin", query("State limit 1"))[0][0]["id"]


def test_a_global_key_needs_a_role_that_exists(studio):
    with pytest.raises(ConfigurationError, match="needs a role"):
        studio.create_api_key(None)
    with pytest.raises(ConfigurationError, match="Did you mean 'API'"):
        studio.create_api_key(None, role="APi")


@pytest.mark.parametrize(
    ("username", "key"), [("ann", "wrong"), ("nobody", "wrong"), ("", ""), ("ann", ""), ("ä", "ü")]
)
def test_wrong_credentials_are_refused_in_the_words_that_clients_know(studio, username, key):
    with pytest.raises(AuthenticationError) as caught:
        studio.authenticate(username, key)
    assert caught.value.error_code == "api_credentials_invalid"
    assert caught.value.content.startswith("The supplied API key is not valid.")


def test_no_key_is_kept_in_clear(studio, act):
    key = studio.create_api_key("ann")
    assert key not in str(
        act("admin", query("ApiKey"), query("select prefix, identifier from ApiKey"))
    )
    data = b"".join(path.read_bytes() for path in studio.path.parent.glob("studio.db*"))
    assert key.encode() not in data


# --- read-only keys ----------------------------------------------------------------------------

READ_ONLY = {"key_role": "Read only"}
WRITING = [
    create("Task", name="x", parent_id="open"),
    update("Task", "t-open", name="x"),
    delete("Task", "t-open"),
    {"action": "get_upload_metadata", "component_id": "c9", "file_name": "x", "file_size": 1},
    {"action": "encode_media", "component_id": "c-secret"},
    {"action": "delayed_job", "job_type": "SYNC_USERS_LDAP"},
    {"action": "send_user_invite", "user_id": "u-ann"},
    {
        "action": "reset_remote",
        "reset_type": "api_key",
        "entity_type": "User",
        "entity_key": "u-ann",
    },
]


@pytest.mark.parametrize("operation", WRITING, ids=lambda one: one["action"])
@pytest.mark.parametrize("username", ["admin", "ann"])
def test_a_read_only_key_writes_nothing_whoever_holds_it(act, denied, username, operation):
    error = denied(username, operation, **READ_ONLY)
    assert error.exception in ("PermissionError",) or username == "admin"
    assert error.exception == "PermissionError"
    assert error.content.startswith("Permission denied to ")


def test_a_default_studio_has_a_role_for_keys_that_only_read():
    with Studio() as studio:
        caller = studio.authenticate("admin", studio.create_api_key("admin", role="Read only"))
        with pytest.raises(ServerError) as caught:
            studio.execute([create("Project", name="x")], caller=caller)
        assert caught.value.exception == "PermissionError"
        assert studio.execute([query("Status")], caller=caller)[0]["data"]


def test_custom_attributes_are_read_but_not_written_by_the_role_that_only_reads(act):
    roles = {
        row["id"]: row["name"] for row in act("admin", query("select name from SecurityRole"))[0]
    }
    expression = (
        "select read_security_roles.id, write_security_roles.id "
        "from CustomAttributeConfiguration where key is fstart"
    )
    (configuration,) = act("admin", query(expression))[0]
    readers = {roles[role["id"]] for role in configuration["read_security_roles"]}
    writers = {roles[role["id"]] for role in configuration["write_security_roles"]}
    assert readers - writers == {"Read only"}


def test_a_read_only_key_reads_and_may_show_a_page(act, studio):
    assert act("ann", query("Task"), **READ_ONLY)[0]
    widget = {"action": "get_widget_url", "name": "tasks"}
    assert "widget_url" in studio.execute([widget], caller=Caller("ann", **READ_ONLY))[0]


def test_a_read_only_key_removes_no_files(studio):
    studio.register_api_key("ann", "a key that reads", role="Read only")
    studio.execute([create("FileComponent", id="c1", name="x")])
    caller = studio.authenticate("ann", "a key that reads")
    transport = EmbeddedTransport(studio, owns=False)
    transport._caller = caller
    assert transport.stream("GET", "/component/remove?id=c1").status == 403


def test_a_key_with_a_role_gives_no_more_than_its_user_has(denied):
    error = denied("ann", create("Scope", name="x"), create("Location", name="x"), key_role="API")
    assert error.content == (
        "Permission denied to create Location: that is for administrators of the studio. "
        "Ask one of them."
    )
    assert error.operation == 1


def test_nothing_of_a_denied_batch_remains(act, denied):
    denied("ann", update("Task", "t-open", name="changed"), create("Location", name="x"))
    assert (
        act("admin", query("select name from Task where id is t-open"))[0][0]["name"] == "open task"
    )


def test_permission_is_checked_before_anything_else(denied):
    assert denied("ann", update("Location", "gone", nmae=3)).exception == "PermissionError"


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("Administrator", Level.ADMINISTER),
        ("API", Level.ADMINISTER),
        ("Project Manager", Level.WRITE),
        ("User", Level.WRITE),
        ("Anything else", Level.WRITE),
        ("Read only", Level.READ),
        ("reader", Level.READ),
        (None, Level.WRITE),
    ],
)
def test_what_a_role_allows_follows_from_its_name(name, level):
    assert level_of_role(name) is level


# --- what only administrators change -----------------------------------------------------------


@pytest.mark.parametrize("entity_type", ["Location", "Status", "Setting", "SecurityRole", "Group"])
@pytest.mark.parametrize("username", ["ann", "bob"])
def test_the_configuration_is_for_administrators(denied, username, entity_type):
    error = denied(username, create(entity_type, name="x"))
    assert error.exception == "PermissionError"


@pytest.mark.parametrize("entity_type", sorted(CONFIGURATION))
def test_no_part_of_the_configuration_is_written_by_others(studio, denied, entity_type):
    parts = studio.catalogue.types[entity_type].primary_key
    error = denied("ann", delete(entity_type, *["x"] * len(parts)))
    assert error.exception == "PermissionError"
    assert error.content.endswith("administrators of the studio. Ask one of them.")


def test_users_change_themselves_and_nobody_else(act, denied):
    act("ann", update("User", "u-ann", first_name="Ann"))
    assert denied("ann", update("User", "u-bob", first_name="B")).exception == "PermissionError"
    assert denied("ann", delete("User", "u-ann")).exception == "PermissionError"
    assert denied("ann", create("User", username="eve")).exception == "PermissionError"


def test_nobody_promotes_himself(denied):
    for operation in (
        create("UserSecurityRole", user_id="u-ann", security_role_id=ADMINISTRATOR_ROLE),
        {"action": "add_user_security_role", "user_id": "u-ann", "role_id": ADMINISTRATOR_ROLE},
        {"action": "reset_remote", "reset_type": "api_key", "entity_key": "u-bob"},
    ):
        assert denied("ann", operation).exception == "PermissionError"


def test_a_role_holds_from_the_next_request_on(act, denied):
    denied("bob", create("Location", name="x"))
    give = {"action": "grant_user_security_role_project", "all_open_projects": True}
    act("admin", {**give, "user_id": "u-bob", "role_id": ADMINISTRATOR_ROLE})
    act("bob", create("Location", name="x"))


def test_an_administrator_of_one_project_administers_no_more(act, denied):
    give = {"action": "grant_user_security_role_project", "project_id": "open"}
    act("admin", {**give, "user_id": "u-bob", "role_id": ADMINISTRATOR_ROLE})
    assert denied("bob", create("Location", name="x")).exception == "PermissionError"


def test_the_user_admin_cannot_be_locked_out(act):
    for role in act("admin", query("UserSecurityRole"))[0]:
        act("admin", delete("UserSecurityRole", role["id"]))
    act("admin", create("Location", name="x"))


def test_a_studio_without_roles_asks_nobody():
    with Studio(seed="empty") as studio:
        studio.execute([create("User", username="ann")])
        studio.execute([create("Location", name="x")], caller=Caller("ann"))


def test_the_server_information_tells_what_the_caller_is(studio):
    def told(**caller):
        answer = studio.execute([{"action": "query_server_information"}], caller=Caller(**caller))
        return answer[0]["user_information"]

    assert told(username="admin")["permissions"]
    assert told(username="ann")["permissions"] == []
    assert told(username="ann", key_role="API", is_global_key=True)["is_global_access_key"] is True


# --- private projects --------------------------------------------------------------------------

HIDDEN = (
    "Context Project TypedContext Task Asset AssetVersion Component Note Timelog Metadata "
    "Recipient ContextCustomAttributeValue"
)


@pytest.mark.parametrize("entity_type", HIDDEN.split())
def test_what_is_in_a_private_project_is_not_there_for_others(act, entity_type):
    everything, visible = (act(user, query(entity_type))[0] for user in ("admin", "ann"))
    assert "secret" in str(everything)
    assert "secret" not in str(visible)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Task where id is t-secret", []),
        ("Task where parent.name is 'secret shot'", []),
        ("User where assignments any (context.name is 'secret task')", []),
        ("User where timelogs any ()", []),
        ("Appointment", []),
        ("select assignments.context.name from User where username is ann", [{"assignments": []}]),
        ("select timelogs from User where username is ann", [{"timelogs": []}]),
        ("Project where descendants any (name is 'secret task')", []),
        ("Task where id in (select id from Task where name like 'secret%')", []),
    ],
)
def test_no_criterion_and_no_projection_leads_into_it(act, expression, expected):
    rows = act("ann", query(expression))[0]
    shown = [{name: row[name] for name in want} for row, want in zip(rows, expected, strict=True)]
    assert shown == expected


def test_a_reference_into_it_reads_as_null(act):
    act("admin", create("Asset", id="as1", name="a", context_id="open"))
    act("admin", create("AssetVersion", id="v1", asset_id="as1", task_id="t-secret"))
    (version,) = act("ann", query("select task.name from AssetVersion where id is v1"))[0]
    assert version["task"] is None


def test_counts_leave_it_out(studio):
    caller = Caller("ann", strict=True)
    grouped = query("select count(id), project_id from Task group by project_id")
    (answer,) = studio.execute([grouped], caller=caller)
    assert [row["project_id"] for row in answer["data"]] == ["open"]


def test_a_search_does_not_find_it(studio):
    search = {"action": "search", "entity_type": "Task", "terms": ["secret"]}
    assert studio.execute([search], caller=Caller("ann"))[0]["data"] == []
    assert studio.execute([search])[0]["data"]


@pytest.mark.parametrize(
    "operation",
    [
        update("Task", "t-secret", name="x"),
        delete("Task", "t-secret"),
        update("Note", "n-secret", content="x"),
        delete("AssetVersion", "v-secret"),
        update("Metadata", "sh-secret", "k", value="x"),
    ],
)
def test_what_cannot_be_seen_is_not_found(denied, operation):
    error = denied("ann", operation)
    assert error.exception == "ValueError"
    assert error.content.startswith("Could not find entity")


@pytest.mark.parametrize(
    "operation",
    [
        create("Task", name="x", parent_id="secret"),
        create("Note", content="x", parent_id="t-secret"),
        create("AssetVersion", asset_id="as-secret"),
        update("Task", "t-open", parent_id="secret"),
        update("Project", "open", is_private=True),
    ],
)
def test_nothing_can_be_put_where_it_cannot_be_seen(denied, operation):
    assert denied("ann", operation).exception == "PermissionError"


def test_bytes_of_a_private_project_are_not_served(studio):
    transport = EmbeddedTransport(studio, "ann", owns=False)
    assert transport.stream("GET", "/component/get?id=c-secret").status == 404
    upload = {"action": "get_upload_metadata", "component_id": "c-secret", "file_name": "x"}
    with pytest.raises(ServerError, match="Permission denied"):
        studio.execute([upload], caller=Caller("ann"))


def test_a_role_on_the_project_opens_it_and_nothing_else_does(act):
    give = {"action": "grant_user_security_role_project", "user_id": "u-ann", "role_id": USER_ROLE}
    act("admin", {**give, "all_open_projects": True})
    assert act("ann", query("Task where id is t-secret"))[0] == []
    act("admin", {**give, "project_id": "secret"})
    assert len(act("ann", query("Task where id is t-secret"))[0]) == 1
    act("ann", update("Task", "t-secret", name="x"))


def test_who_makes_a_private_project_sees_it(act):
    act("ann", create("Project", id="mine", name="mine", is_private=True))
    assert act("ann", query("Project where id is mine"))[0]
    assert act("bob", query("Project where id is mine"))[0] == []


# --- custom attributes -------------------------------------------------------------------------


def test_an_attribute_is_written_by_the_roles_it_names(act, denied):
    (fps,) = act(
        "admin", query('CustomAttributeConfiguration where key is "fps" and entity_type is "show"')
    )[0]
    value = update("ContextCustomAttributeValue", fps["id"], "open", value=24)
    act("ann", value)
    only = {"write_security_roles": [{"id": ADMINISTRATOR_ROLE}]}
    act("admin", update("CustomAttributeConfiguration", fps["id"], **only))
    assert denied("ann", value).exception == "PermissionError"
    act("admin", value)


def test_an_attribute_is_read_by_the_roles_it_names(act):
    (fps,) = act(
        "admin", query('CustomAttributeConfiguration where key is "fps" and entity_type is "show"')
    )[0]
    act("admin", update("ContextCustomAttributeValue", fps["id"], "open", value=24))
    only = {"read_security_roles": [{"id": ADMINISTRATOR_ROLE}]}
    act("admin", update("CustomAttributeConfiguration", fps["id"], **only))

    def keys(username):
        (row,) = act(username, query("select custom_attributes from Project where id is open"))[0]
        return [one["key"] for one in row["custom_attributes"]]

    assert "fps" in keys("admin")
    assert "fps" not in keys("ann")
    assert "colorspace" in keys("ann")
    assert act("ann", query("CustomAttributeValue"))[0] == []


# --- another database --------------------------------------------------------------------------


def test_all_this_holds_in_postgresql_too(postgresql, tmp_path):
    with Studio(database_url=postgresql.empty_database(), files=tmp_path) as studio:
        studio.execute(
            [
                create("User", id="u-ann", username="ann"),
                create("Project", id="secret", name="secret", is_private=True),
                create("Task", id="t-secret", name="secret task", parent_id="secret"),
                create("Metadata", parent_id="t-secret", key="k", value="secret"),
            ]
        )
        ann = studio.authenticate("ann", studio.create_api_key("ann"))
        for entity_type in ("Project", "Task", "Metadata", "ContextCustomAttributeValue"):
            assert studio.execute([query(entity_type)], caller=ann)[0]["data"] == []
        for operation in (create("Location", name="x"), create("Task", parent_id="secret")):
            with pytest.raises(ServerError, match="Permission denied"):
                studio.execute([operation], caller=ann)
        upload = {"action": "get_upload_metadata", "component_id": "c1", "file_name": "x"}
        transport = EmbeddedTransport(studio, "ann", owns=False)
        (told,) = transport.execute([upload])
        assert transport.stream("PUT", told["url"], body=b"data").status == 200
        assert studio.files.has("c1")
