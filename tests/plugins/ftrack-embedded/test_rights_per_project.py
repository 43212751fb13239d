"""What somebody may do follows from the roles that hold on the project a row is in."""

from __future__ import annotations

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Caller, EmbeddedTransport
from ftrack_embedded.engine.compile import statement as compiling
from ftrack_embedded.engine.permissions.leads import LEADS
from operations import create, delete, query, update

USER = "4b09040a-3783-43c2-9fb2-c9babc566720"
READ_ONLY = "e2f0a7f4-6d0b-4c0e-9f0a-5f6c1d3b8a27"
ADMINISTRATOR = "b2e42ca0-ebda-4223-9361-fc3bbdcfa8a4"
MANAGER = "5494042a-f3d4-4b10-88fc-e32258be2431"
DAILIES = "77b9ab82-07c2-11e4-ba66-04011030cf01"
NUMBER = "92009b00-381c-11e0-acff-0019bb49847a"
SHOW = ("a", "b", "c", "d")


def show(name, **more):
    """Return a project with one of everything in it, whose ids begin with its name."""
    return [
        create("Project", id=name, name=name, **more),
        create("Shot", id=f"{name}-shot", name=f"shot of {name}", parent_id=name),
        create("Task", id=f"{name}-task", name=f"task of {name}", parent_id=f"{name}-shot", bid=1),
        create("Asset", id=f"{name}-asset", name=f"asset of {name}", context_id=f"{name}-shot"),
        create("AssetVersion", id=f"{name}-version", asset_id=f"{name}-asset"),
        create("FileComponent", id=f"{name}-file", name="main", version_id=f"{name}-version"),
        create("Note", id=f"{name}-note", content=f"note of {name}", parent_id=f"{name}-version"),
        create(
            "TypedContextList",
            id=f"{name}-list",
            name=f"list of {name}",
            project_id=name,
            category_id=DAILIES,
        ),
        create("Timelog", id=f"{name}-log", context_id=f"{name}-task", user_id="u-ann"),
        create("Metadata", parent_id=f"{name}-task", key="k", value=f"value of {name}"),
        create(
            "Appointment",
            id=f"{name}-work",
            type="assignment",
            context_id=f"{name}-task",
            resource_id="u-ann",
        ),
        create("ReviewSession", id=f"{name}-session", name=f"review of {name}", project_id=name),
        create(
            "ReviewSessionInvitee",
            id=f"{name}-invitee",
            name="x",
            email="x@y.z",
            review_session_id=f"{name}-session",
        ),
    ]


def held(role, *projects, on_open=None, user="u-ann"):
    """Return what gives a user a role, on all open projects or on those that are named."""
    identifier = f"{user[-3:]}-{role[:8]}"
    given = {"user_id": user, "security_role_id": role, "is_all_open_projects": on_open}
    named = [
        create("UserSecurityRoleProject", user_security_role_id=identifier, project_id=one)
        for one in projects
    ]
    return [create("UserSecurityRole", id=identifier, **given), *named]


@pytest.fixture
def studio(new_studio):
    """Three open projects, of which a fourth one is private."""
    with new_studio() as studio:
        studio.execute(
            [
                create("User", id="u-ann", username="ann"),
                create("User", id="u-bob", username="bob"),
                *(one for name in "abc" for one in show(name)),
                *show("d", is_private=True),
            ]
        )
        yield studio


@pytest.fixture
def act(studio):
    def execute(*operations, as_user="ann", **caller):
        answers = studio.execute(list(operations), caller=Caller(as_user, **caller))
        return [answer["data"] for answer in answers]

    return execute


@pytest.fixture
def refused(studio):
    def attempt(*operations, as_user="ann", **caller):
        with pytest.raises(ServerError) as caught:
            studio.execute(list(operations), caller=Caller(as_user, **caller))
        return caught.value

    return attempt


@pytest.fixture
def give(studio):
    """Give ann roles."""

    def execute(*operations):
        studio.execute([one for some in operations for one in some])

    return execute


@pytest.fixture
def seen(act):
    """Return the ids of the projects that somebody sees."""

    def projects(**caller):
        return [row["id"] for row in act(query("Project order by id"), **caller)[0]]

    return projects


def is_denied(error, *words):
    assert error.exception == "PermissionError", error.content
    assert error.content.startswith("Permission denied to ")
    assert all(word in error.content for word in words), error.content
    return True


# --- which projects are seen -------------------------------------------------------------------


def test_who_has_no_role_is_a_user_of_all_open_projects(act, seen):
    assert seen() == ["a", "b", "c"]
    act(update("Task", "c-task", name="x"))


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (held(USER), ["a", "b", "c"]),
        (held(USER, on_open=True), ["a", "b", "c"]),
        (held(USER, "d", on_open=True), ["a", "b", "c", "d"]),
        (held(USER, "a"), ["a"]),
        (held(USER, "a", "d"), ["a", "d"]),
        (held(READ_ONLY, "b") + held(USER, "a"), ["a", "b"]),
        (held(READ_ONLY, on_open=True) + held(USER, "d"), ["a", "b", "c", "d"]),
        (held(USER, on_open=False), []),
        (held(ADMINISTRATOR), ["a", "b", "c", "d"]),
        (held(ADMINISTRATOR, on_open=True), ["a", "b", "c", "d"]),
        (held(ADMINISTRATOR, "a"), ["a"]),
    ],
)
def test_a_project_is_seen_by_those_with_a_role_on_it(give, seen, roles, expected):
    give(roles)
    assert seen() == expected


def test_who_made_a_project_sees_it_whatever_the_roles_name(act, give, seen):
    act(create("Project", id="mine", name="mine", is_private=True))
    act(create("Project", id="open", name="open"))
    give(held(USER, "a"))
    assert seen() == ["a", "mine", "open"]
    act(create("Task", name="x", parent_id="mine"), create("Task", name="x", parent_id="open"))


OF_A_PROJECT = (
    "Context Shot Task Asset AssetVersion Component Note List Timelog Metadata Appointment "
    "ReviewSession ReviewSessionInvitee ContextCustomAttributeValue AssetCustomAttributeValue "
    "AssetVersionCustomAttributeValue Recipient"
)


@pytest.mark.parametrize("entity_type", OF_A_PROJECT.split())
def test_rows_of_a_project_without_a_role_are_missing(act, give, entity_type):
    give(held(USER, "a"))

    def told(**caller):
        return {
            name
            for name in SHOW
            for row in act(query(entity_type), **caller)[0]
            if any(str(value).startswith(f"{name}-") for value in row.values())
        }

    assert told(as_user="admin") == set(SHOW)
    assert told() == {"a"}


def test_references_collections_and_counts_leave_them_out(act, give, studio):
    act(update("AssetVersion", "a-version", task_id="b-task"), as_user="admin")
    give(held(USER, "a"))
    (version,) = act(query("select task.name from AssetVersion"))[0]
    assert version["task"] is None
    (ann,) = act(query("select timelogs, assignments from User where username is ann"))[0]
    assert [row["id"] for row in ann["timelogs"]] == ["a-log"]
    assert [row["id"] for row in ann["assignments"]] == ["a-work"]
    assert act(query("User where timelogs.context.name is 'task of b'")) == [[]]
    grouped = "select count(id), sum(bid), project_id from Task group by project_id"
    strict = Caller("ann", strict=True)
    (answer,) = studio.execute([query(grouped)], caller=strict)
    assert answer["data"] == [{"count_id": 1, "sum_bid": 1.0, "project_id": "a"}]
    assert act(query("Task limit 1 offset 1")) == [[]]


def test_a_search_finds_what_is_seen(studio, give):
    give(held(USER, "a"))
    search = {"action": "search", "entity_type": "Task", "terms": ["task"]}
    (answer,) = studio.execute([search], caller=Caller("ann"))
    assert [row["id"] for row in answer["data"]] == ["a-task"]


def test_what_is_in_no_project_is_seen_and_written_as_ever(act, give):
    give(held(USER, "a"))
    assert len(act(query("User"))[0]) == 3
    act(
        update("User", "u-ann", first_name="Ann"),
        create("Job", id="j1", type="api_job"),
        create("FileComponent", id="free", name="free"),
    )


def test_who_only_reads_on_named_projects_writes_nothing_at_all(give, refused):
    give(held(READ_ONLY, "a"))
    is_denied(refused(create("Job", type="api_job")), "you may only read", "Ask")


# --- where may be written ----------------------------------------------------------------------

WRITING = [
    update("Task", "a-task", name="x"),
    delete("Task", "a-task"),
    create("Task", name="x", parent_id="a"),
    create("Task", name="x", parent={"__entity_type__": "Shot", "id": "a-shot"}),
    create("Task", name="x", project_id="a"),
    create("Task", name="x", project={"id": "a"}),
    update("Project", "a", full_name="x"),
    delete("Project", "a"),
    create("Asset", name="x", context_id="a-shot"),
    create("AssetVersion", asset_id="a-asset"),
    update("AssetVersion", "a-version", comment="x"),
    create("FileComponent", name="x", version_id="a-version"),
    update("FileComponent", "a-file", name="x"),
    create("ComponentLocation", component_id="a-file", location_id="x"),
    create("Note", content="x", parent_id="a-task"),
    create("Note", content="x", parent_id="a-version"),
    create("Note", content="x", in_reply_to_id="a-note"),
    update("Note", "a-note", content="x"),
    create("Recipient", note_id="a-note", resource_id="u-bob"),
    create("Metadata", parent_id="a-shot", key="x", value="x"),
    update("Metadata", "a-task", "k", value="x"),
    update("Task", "a-task", metadata=[]),
    delete("Metadata", "a-task", "k"),
    create("Timelog", context_id="a-task", duration=1),
    create("Timer", context_id="a-task"),
    delete("Appointment", "a-work"),
    create("TypedContextList", name="x", project_id="a"),
    update("TypedContextList", "a-list", items=[]),
    create("ListObject", list_id="a-list", entity_id="b-task"),
    create("ReviewSession", name="x", project_id="a"),
    create("ReviewSessionObject", review_session_id="a-session", version_id="b-version"),
    create("CalendarEvent", name="x", project_id="a"),
    create("TypedContextLink", from_id="a-task", to_id="a-shot"),
    {"action": "get_upload_metadata", "component_id": "a-file", "file_name": "x"},
    {"action": "encode_media", "component_id": "a-file"},
    {"action": "encode_media", "component_id": "b-file", "version_id": "a-version"},
    {"action": "send_review_session_invite", "review_session_invitee_id": "a-invitee"},
]


@pytest.mark.parametrize("operation", WRITING, ids=lambda one: str(list(one.values())[:3]))
def test_nothing_is_written_where_all_roles_only_read(give, refused, operation):
    give(held(READ_ONLY, "a"), held(USER, "b"))
    error = refused(operation)
    is_denied(error, 'in the project "a"', "your roles let you read, not write", "such as User")
    assert error.operation == 0


@pytest.mark.parametrize(
    "operation",
    [
        update("Task", "a-task", nmae="x"),
        create("Task", nmae="x", parent_id="a"),
        create("Task", parent_id="a", name=3),
        create("Note", parent_id="a-task", content="x", parent_type=3),
        update("Task", "a-task", parent_id=3, project_id="c"),
    ],
)
def test_rights_come_before_everything_else_about_an_operation(give, refused, operation):
    give(held(READ_ONLY, "a"), held(USER, "b"))
    is_denied(refused(operation), 'in the project "a"')


@pytest.mark.parametrize("roles", [held(USER, "a"), held(USER, on_open=True), held(MANAGER, "a")])
def test_all_that_is_written_where_a_role_writes(give, act, roles):
    give(held(READ_ONLY, "a"), roles)
    act(
        update("Task", "a-task", name="x", metadata=[{"key": "k", "value": "y"}]),
        create("Task", id="new", name="new", parent_id="a-shot"),
        create("Note", id="said", content="x", parent_id="new"),
        create("Note", content="y", in_reply_to_id="said"),
        create("AssetVersion", id="v2", asset_id="a-asset", task_id="new"),
        create("FileComponent", id="f2", name="x", version_id="v2"),
        update("TypedContextList", "a-list", items=[{"id": "new"}]),
        delete("Task", "new"),
        update("Project", "a", full_name="x"),
    )


def test_the_most_that_any_role_allows_counts(give, act):
    give(held(READ_ONLY, on_open=True), held(USER, "a"))
    act(update("Task", "a-task", name="x"))
    assert len(act(query("Task"))[0]) == 3


def test_a_role_on_open_projects_does_not_hold_on_a_private_one(give, refused, act):
    give(held(USER, on_open=True), held(READ_ONLY, "d"))
    act(update("Task", "a-task", name="x"))
    is_denied(refused(update("Task", "d-task", name="x")), 'in the project "d"')


@pytest.mark.parametrize(
    "operation",
    [
        update("Task", "b-task", parent_id="a"),
        update("Task", "b-task", project_id="a"),
        update("Task", "a-task", parent_id="b"),
        update("Asset", "b-asset", context_id="a-shot"),
        update("Project", "b", children=[{"id": "a-task"}]),
        update("Project", "a", children=[{"id": "b-task"}]),
        update("FileComponent", "b-file", version_id="a-version"),
        update("Note", "b-note", parent_id="a-task"),
        update("AssetVersion", "b-version", components=[{"id": "a-file"}]),
        update("User", "u-ann", timelogs=[{"id": "b-log"}]),
        update("User", "u-ann", assignments=[]),
    ],
)
def test_nothing_is_moved_into_or_out_of_a_project_that_is_only_read(give, refused, operation):
    give(held(READ_ONLY, "a"), held(USER, "b"))
    is_denied(refused(operation), 'in the project "a"')


def test_a_link_is_written_from_one_end_and_leads_to_what_is_seen(give, act, refused):
    give(held(READ_ONLY, "a"), held(USER, "b"))
    act(
        create("AssetVersionLink", from_id="a-version", to_id="b-version"),
        create("TypedContextLink", id="l1", from_id="b-task", to_id="a-task"),
        delete("TypedContextLink", "l1"),
        update("AssetVersion", "b-version", uses_versions=[]),
    )
    is_denied(refused(create("TypedContextLink", from_id="b-task", to_id="c-task")), "no role")


def test_what_the_server_does_besides_asks_for_no_right(give, act):
    """A task goes although a version elsewhere was made for it."""
    act(update("AssetVersion", "a-version", task_id="b-task"), as_user="admin")
    act(update("AssetVersion", "c-version", task_id="b-task"), as_user="admin")
    give(held(READ_ONLY, "a"), held(USER, "b"))
    act(delete("Task", "b-task"))
    expression = "select task_id from AssetVersion where id in (a-version, c-version)"
    rows = act(query(expression), as_user="admin")[0]
    assert [row["task_id"] for row in rows] == [None, None]


# --- what is not seen --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "operation",
    [
        update("Task", "c-task", name="x"),
        delete("Task", "c-task"),
        update("Note", "c-note", content="x"),
        delete("AssetVersion", "c-version"),
        update("Metadata", "c-task", "k", value="x"),
        delete("Metadata", "c-task", "k"),
        delete("Appointment", "c-work"),
        delete("Project", "c"),
        update("Project", "b", children=[{"id": "b-shot"}, {"id": "c-task"}]),
        update("User", "u-ann", timelogs=[{"id": "b-log"}, {"id": "c-log"}]),
        {"action": "encode_media", "component_id": "c-file"},
        {"action": "encode_media", "component_id": "b-file", "version_id": "c-version"},
        {"action": "send_review_session_invite", "review_session_invitee_id": "c-invitee"},
    ],
)
def test_what_is_in_a_project_without_a_role_is_not_found(give, refused, operation):
    give(held(USER, "b"))
    error = refused(operation)
    assert error.exception == "ValueError"
    assert error.content.startswith("Could not find entity")


@pytest.mark.parametrize(
    "operation",
    [
        create("Task", name="x", parent_id="c"),
        create("Note", content="x", parent_id="c-task"),
        create("AssetVersion", asset_id="c-asset"),
        update("Task", "b-task", parent_id="c"),
        update("Task", "b-task", project_id="c"),
        {"action": "get_upload_metadata", "component_id": "c-file", "file_name": "x"},
    ],
)
def test_nothing_is_put_into_a_project_without_a_role(give, refused, operation):
    give(held(USER, "b"))
    error = refused(operation)
    is_denied(error, "in a project on which you have no role", "Ask an administrator")
    assert "project c" not in error.content


def test_a_list_leaves_alone_what_its_writer_does_not_see(give, act):
    """Who sees half of a collection and writes it, has not taken the other half away."""
    give(held(USER, "b"))
    act(update("User", "u-ann", timelogs=[]))
    found = act(query("select user_id from Timelog order by id"), as_user="admin")[0]
    assert [row["user_id"] for row in found] == ["u-ann", None, "u-ann", "u-ann"]
    mixed = [{"id": "b-task"}, {"id": "c-task"}]
    act(update("TypedContextList", "b-list", items=mixed), as_user="admin")
    act(update("TypedContextList", "b-list", items=[]))
    (row,) = act(query("select items from TypedContextList where id is b-list"), as_user="admin")[0]
    assert [one["id"] for one in row["items"]] == ["c-task"]


def test_bytes_are_served_and_taken_by_the_project_of_their_component(studio, give):
    give(held(READ_ONLY, "a"), held(USER, "b"))
    ann = EmbeddedTransport(studio, "ann", owns=False)
    assert ann.stream("GET", "/component/getPutMetadata?id=b-file").status == 200
    assert ann.stream("GET", "/component/getPutMetadata?id=a-file").status == 403
    assert ann.stream("GET", "/component/remove?id=a-file").status == 403
    assert ann.stream("GET", "/component/get?id=c-file").status == 404


# --- projects ----------------------------------------------------------------------------------


def test_a_new_project_needs_a_role_on_all_open_ones(give, refused):
    give(held(USER, "a"))
    is_denied(refused(create("Project", name="x")), "create Project", "all open projects", "Ask")


def test_a_new_project_is_not_made_by_who_only_reads_elsewhere(give, refused):
    give(held(USER, "a"), held(READ_ONLY, on_open=True))
    is_denied(refused(create("Project", name="x")), "create Project")


def test_a_project_is_not_closed_by_who_would_lose_it(give, refused, act):
    give(held(USER, "a", on_open=True))
    act(update("Project", "a", is_private=True))
    is_denied(refused(update("Project", "b", is_private=True)), "could not see it any more")


def test_a_project_may_be_closed_and_deleted_at_once(give, act):
    give(held(USER, "a"))
    act(update("Project", "a", is_private=True), delete("Project", "a"))


def test_a_project_cannot_be_made_for_somebody_else_and_closed(give, refused):
    give(held(USER, on_open=True))
    operation = create("Project", name="x", is_private=True, created_by_id="u-bob")
    is_denied(refused(operation), "could not see it any more")


# --- configuration -----------------------------------------------------------------------------


def attribute(key, **more):
    data = {"key": key, "label": key, "type_id": NUMBER, "entity_type": "show"}
    return create(
        "CustomAttributeConfiguration", id=f"c-{key}", is_hierarchical=True, **data, **more
    )


def test_an_administrator_of_a_project_configures_that_project_alone(give, refused, act):
    give(held(ADMINISTRATOR, "a"), held(USER, "b"))
    act(attribute("own", project_id="a"))
    act(update("CustomAttributeConfiguration", "c-own", label="Own"))
    error = refused(attribute("x", project_id="b"))
    is_denied(error, 'in the project "b"', "let you read and write, not configure")
    for general in (
        attribute("x"),
        update("CustomAttributeConfiguration", "c-own", project_id=None),
        create("Location", name="x"),
        create("Status", name="x"),
        create("UserSecurityRoleProject", project_id="a", user_security_role_id=f"ann-{USER[:8]}"),
    ):
        is_denied(refused(general), "administrators of the studio")
    act(delete("CustomAttributeConfiguration", "c-own"))


def test_who_writes_in_a_project_does_not_configure_it(give, refused):
    give(held(USER, "a"))
    error = refused(attribute("x", project_id="a"))
    is_denied(error, "let you read and write, not configure", "Administrator")


# --- keys --------------------------------------------------------------------------------------


def test_a_personal_key_allows_no_more_in_any_project(give, refused, act):
    give(held(USER, "a"))
    reading = {"key_role": "Read only"}
    is_denied(refused(update("Task", "a-task", name="x"), **reading))
    assert len(act(query("Task"), **reading)[0]) == 1


def test_an_administrator_with_a_key_that_reads_sees_everything(seen, refused):
    assert seen(as_user="admin", key_role="Read only") == ["a", "b", "c", "d"]
    is_denied(refused(create("Task", parent_id="a"), as_user="admin", key_role="Read only"))


def test_the_role_of_a_global_key_holds_on_all_open_projects(give, seen, refused, act):
    give(held(READ_ONLY, "a"))
    for name in ("User", "Read only"):
        caller = {"key_role": name, "is_global_key": True}
        assert seen(**caller) == ["a", "b", "c"]
    act(update("Task", "b-task", name="x"), key_role="User", is_global_key=True)
    error = refused(update("Task", "b-task", name="x"), key_role="Read only", is_global_key=True)
    is_denied(error, "you may only read")


def test_a_global_key_shows_the_private_projects_of_who_uses_it(give, seen):
    give(held(READ_ONLY, "d"))
    caller = {"key_role": "User", "is_global_key": True}
    assert seen(**caller) == ["a", "b", "c", "d"]
    assert seen(as_user="bob", **caller) == ["a", "b", "c"]
    assert seen(as_user="bob", key_role="API", is_global_key=True) == ["a", "b", "c", "d"]


# --- giving and taking -------------------------------------------------------------------------


def role(action, **members):
    return {"action": action, "user_id": "u-ann", "role_id": ADMINISTRATOR, **members}


def test_a_role_from_which_the_last_project_is_taken_does_not_hold_everywhere(
    studio, seen, refused
):
    studio.execute([role("grant_user_security_role_project", project_id="a")])
    assert seen() == ["a"]
    studio.execute([role("revoke_user_security_role_project", project_id="a")])
    assert seen() == []
    is_denied(refused(create("Location", name="x")))


def test_a_role_whose_only_project_is_deleted_does_not_hold_everywhere(give, act, seen, refused):
    give(held(ADMINISTRATOR, "a"))
    act(delete("Project", "a"), as_user="admin")
    assert seen() == []
    is_denied(refused(create("Location", name="x")))


def test_a_project_that_is_named_later_limits_a_role_to_it(give, act, seen):
    give(held(USER))
    assert seen() == ["a", "b", "c"]
    identifier = f"ann-{USER[:8]}"
    named = create("UserSecurityRoleProject", user_security_role_id=identifier, project_id="b")
    act(named, as_user="admin")
    assert seen() == ["b"]


def test_a_role_that_is_granted_or_revoked_holds_from_the_next_request_on(studio, seen):
    studio.execute([role("grant_user_security_role_project", role_id=USER, all_open_projects=True)])
    assert seen() == ["a", "b", "c"]
    studio.execute([role("grant_user_security_role_project", role_id=USER, project_id="d")])
    assert seen() == ["a", "b", "c", "d"]
    studio.execute(
        [role("revoke_user_security_role_project", role_id=USER, all_open_projects=True)]
    )
    assert seen() == ["d"]


# --- custom attributes -------------------------------------------------------------------------


def roles_of(key, **roles):
    """Return what lets only these roles read or write a custom attribute."""
    named = {name: [{"id": one} for one in some] for name, some in roles.items()}
    return update("CustomAttributeConfiguration", f"c-{key}", **named)


@pytest.fixture
def keys(act):
    """Return the projects in which somebody reads the attribute `secret` of the project's shot."""

    def projects():
        found = act(query("select custom_attributes from Shot order by id"))[0]
        return [
            shot["id"][0]
            for shot in found
            if any(one["key"] == "secret" for one in shot["custom_attributes"])
        ]

    return projects


@pytest.mark.parametrize(
    ("roles", "readers", "expected"),
    [
        (held(USER, on_open=True), [USER], "abc"),
        (held(USER, on_open=True), [MANAGER], ""),
        (held(USER, on_open=True) + held(MANAGER, "b"), [MANAGER], "b"),
        (held(USER, on_open=True) + held(MANAGER, "d"), [USER], "abc"),
        (held(USER, on_open=True) + held(MANAGER, "d"), [MANAGER], "d"),
        (held(USER, on_open=True) + held(MANAGER, "d"), [MANAGER, USER], "abcd"),
        (held(USER, "a", "c") + held(MANAGER, "b"), [USER], "ac"),
        (held(USER, "a", "c") + held(MANAGER, "b"), [MANAGER], "b"),
        (held(USER, "a", "c") + held(MANAGER, "b", "c"), [MANAGER], "bc"),
        (held(USER, "a", "c") + held(MANAGER, "b", "c"), [], "abc"),
    ],
)
def test_an_attribute_is_read_where_one_of_its_roles_holds(
    give, act, keys, roles, readers, expected
):
    give(roles, [attribute("secret"), roles_of("secret", read_security_roles=readers)])
    stored = [
        update("ContextCustomAttributeValue", "c-secret", f"{one}-shot", value=7) for one in SHOW
    ]
    act(*stored, as_user="admin")
    assert keys() == list(expected)
    shots = [f"{one}-shot" for one in expected]
    rows = act(query("CustomAttributeValue where configuration.key is secret"))[0]
    assert sorted(row["entity_id"] for row in rows) == shots
    found = act(query("Shot where custom_attributes any (key is secret and value is 7)"))[0]
    assert sorted(row["id"] for row in found) == shots
    listed = act(query("CustomAttributeConfiguration where key is secret"))[0]
    assert bool(listed) == bool(expected)


def test_values_of_assets_versions_and_lists_follow_their_project_too(give, act):
    owners = {"asset": "Asset", "assetversion": "AssetVersion", "list": "List"}
    give(held(USER, on_open=True), held(MANAGER, "b"))
    for entity_type, owner in owners.items():
        give(
            [
                create(
                    "CustomAttributeConfiguration",
                    id=f"c-{entity_type}",
                    key="x",
                    label="x",
                    type_id=NUMBER,
                    entity_type=entity_type,
                ),
                roles_of(entity_type, read_security_roles=[MANAGER]),
            ]
        )
        found = act(query(f"select custom_attributes from {owner} order by id"))[0]
        shown = [row["id"] for row in found if "x" in [i["key"] for i in row["custom_attributes"]]]
        assert shown == [row["id"] for row in found if row["id"].startswith("b-")]
        assert len(shown) == 1


def test_an_attribute_is_written_where_one_of_its_roles_holds(give, act, refused):
    writers = roles_of("secret", write_security_roles=[MANAGER])
    give(held(USER, on_open=True), held(MANAGER, "b"), [attribute("secret"), writers])

    def value(entity):
        return update("ContextCustomAttributeValue", "c-secret", entity, value=1)

    act(value("b-shot"), value("b"))
    is_denied(refused(value("a-shot")), "write the custom attribute", "Project Manager")
    through_owner = [{"configuration_id": "c-secret", "value": 2}]
    act(update("Shot", "b-shot", custom_attributes=through_owner))
    is_denied(refused(update("Shot", "a-shot", custom_attributes=through_owner)))
    is_denied(refused(create("Shot", name="x", parent_id="a", custom_attributes=through_owner)))
    is_denied(refused(delete("ContextCustomAttributeValue", "c-secret", "a-shot")))
    stored = create(
        "CustomAttributeValue", configuration_id="c-secret", entity_id="c-shot", value=1
    )
    is_denied(refused(stored))


def test_a_link_attribute_is_read_and_written_by_the_roles_it_names_too(give, act, refused):
    (lead,) = act(query('CustomAttributeLinkConfiguration where key is "lead"'), as_user="admin")[0]
    key = {"configuration_id": lead["id"], "to_id": "u-bob"}
    only = {"read_security_roles": [{"id": MANAGER}], "write_security_roles": [{"id": MANAGER}]}
    act(
        update("CustomAttributeLinkConfiguration", lead["id"], **only),
        create("UserCustomAttributeLink", id="l-a", from_id="a-shot", **key),
        as_user="admin",
    )
    give(held(USER, on_open=True))
    assert act(query("UserCustomAttributeLink")) == [[]]
    is_denied(
        refused(create("UserCustomAttributeLink", from_id="b-shot", **key)), "Project Manager"
    )
    for operation in (
        update("UserCustomAttributeLink", "l-a", to_id="u-ann"),
        delete("CustomAttributeLink", "l-a"),
    ):
        is_denied(refused(operation), "Project Manager")
    give(held(MANAGER, "b"))
    act(create("UserCustomAttributeLink", id="l-b", from_id="b-shot", **key))
    act(delete("UserCustomAttributeLink", "l-b"))


def test_a_value_is_written_in_projects_where_its_entity_may_be(give, refused):
    give(held(READ_ONLY, "a"), held(USER, "b"), [attribute("plain")])

    def value(entity):
        return update("ContextCustomAttributeValue", "c-plain", entity, value=1)

    is_denied(refused(value("a-shot")), 'in the project "a"')
    for operation in (value("c-shot"), delete("ContextCustomAttributeValue", "c-plain", "c-shot")):
        assert refused(operation).exception == "ValueError"


# --- statements --------------------------------------------------------------------------------


def test_readers_with_roles_on_other_projects_share_what_was_compiled(act, give, monkeypatch):
    give(held(USER, "a"), held(USER, "b", "c", user="u-bob"))
    texts = []
    compiling_one = compiling.raw_statement

    def counted(statement, dialect):
        made = compiling_one(statement, dialect)
        texts.append(made.text)
        return made

    monkeypatch.setattr(compiling, "raw_statement", counted)
    expression = query("select id, parent.name, description from Task where bid <= 1 order by id")
    assert [row["id"] for row in act(expression)[0]] == ["a-task"]
    first = len(texts)
    assert first
    assert [row["id"] for row in act(expression, as_user="bob")[0]] == ["b-task", "c-task"]
    assert len(texts) == first


@pytest.mark.parametrize("opening", ["children any (", "parent[Task] has ("])
def test_who_sees_some_projects_nests_tests_as_deeply_as_who_sees_all(act, give, opening):
    """How deep that is depends on the database; eight are answered by each."""
    give(held(USER, "a"), held(USER, on_open=True, user="u-bob"))
    expression = query(f"Task where {opening * 8}name is x{')' * 8}")
    for username in ("admin", "ann", "bob"):
        assert act(expression, as_user=username) == [[]]


# --- what hangs on what ------------------------------------------------------------------------

ELSEWHERE = {
    # Where these are kept does not depend on what they lead to.
    "asset_version": {"task_id", "thumbnail_id"},
    "context": {"parent_id", "project_id", "thumbnail_id"},
    "custom_attribute_value": set(),
    "note_component": {"component_id"},
    "resource": {"thumbnail_id"},
    "review_annotation_component": {"component_id"},
    "review_session": {"review_session_folder_id"},
    "review_session_object": {"version_id"},
    "review_session_object_status": {"review_session_invitee_id"},
    "setting_component": {"component_id"},
    "note": {"in_reply_to_id"},
}


def test_every_row_that_hangs_on_something_in_a_project_is_in_that_project(studio):
    """A new type whose rows lead to a context, however far, says whether it is in there."""
    catalogue = studio.catalogue
    in_projects = {"context", "component", *LEADS}
    for entity_type in catalogue.types.values():
        leads = {column for column, _ in LEADS.get(entity_type.table, ())}
        leads |= {"container_id"} | ELSEWHERE.get(entity_type.table, set())
        for column, target in catalogue.reference_columns(entity_type.name).items():
            if catalogue.types[target].table in in_projects:
                assert column in leads, f"{entity_type.table}.{column}"
