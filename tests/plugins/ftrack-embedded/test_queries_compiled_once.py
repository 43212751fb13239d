"""A query is compiled once for all its values and all who ask: what differs is bound."""

from __future__ import annotations

import pytest
from ftrack_embedded import Caller
from ftrack_embedded.engine.compile import statement as compiling
from operations import create


def private(name, owner):
    """Return a project that only *owner* and administrators see, with a shot and a task."""
    project = create("Project", id=name, name=name, is_private=True, created_by_id=owner)
    shot = create("Shot", id=f"{name}-shot", name="sh010", parent_id=name)
    return project, shot, create("Task", id=f"{name}-task", name="comp", parent_id=f"{name}-shot")


SHOW = (
    create("User", id="u1", username="ann"),
    create("User", id="u2", username="bob"),
    create("User", id="u3", username="cleo"),
    *private("orbit", "u1"),
    *private("comet", "u2"),
)


@pytest.fixture(scope="module")
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(SHOW)
        yield studio


@pytest.fixture
def compiled(monkeypatch):
    """Count the statements that are compiled."""
    texts = []
    compiling_one = compiling.raw_statement

    def counted(statement, dialect):
        made = compiling_one(statement, dialect)
        texts.append(made.text)
        return made

    monkeypatch.setattr(compiling, "raw_statement", counted)
    return texts


@pytest.fixture
def ask(studio):
    def ask(username, expression, **options):
        batch = [{"action": "query", "expression": expression}]
        return studio.execute(batch, caller=Caller(username, **options))[0]["data"]

    return ask


def test_queries_that_differ_in_values_are_compiled_once(ask, compiled):
    ask("admin", "select comment, user.email from Timelog where duration > 3 limit 5")
    first = len(compiled)
    assert first == 2
    ask("admin", "select comment, user.email from Timelog where duration > 90 limit 50")
    ask("admin", 'select  comment,user.email from Timelog where duration > "1" limit 1')
    assert len(compiled) == first


def test_lists_of_any_length_are_one_shape(ask, compiled):
    ask("admin", "select email from User where last_name in (a, b)")
    ask("admin", "select email from User where last_name in (c)")
    ask("admin", "select email from User where last_name is a or last_name is b")
    assert len(compiled) == 1


@pytest.mark.parametrize(
    "expression",
    [
        "select name, parent.name, project.full_name from Task where name is comp",
        "select id, children.bid from Shot where project.name is_not none",
        "select ancestors.name, link from Task where description is none order by parent.name",
        "select id, custom_attributes from Task where sort >= 0 and parent.name is sh010",
    ],
)
def test_readers_with_other_rights_share_what_was_compiled(ask, compiled, expression):
    """Each of them sees other projects; what they may not see is a parameter."""
    assert [row["id"] for row in ask("ann", expression)] == [
        one for one in ("orbit-task", "orbit-shot") if one[6:] in expression.lower()
    ]
    first = len(compiled)
    assert first
    (of_bob,) = ask("bob", expression)
    assert of_bob["id"].startswith("comet-")
    assert ask("cleo", expression) == []
    (again,) = ask("ann", expression)
    assert again["id"].startswith("orbit-")
    assert len(compiled) == first


def test_a_project_that_appears_costs_readers_no_compilation(ask, compiled, studio):
    expression = "select full_name from Project where name like '%o%' order by name"
    assert [row["id"] for row in ask("bob", expression)] == ["comet"]
    first = len(compiled)
    studio.execute(private("moon", "u2"))
    studio.execute(private("solo", "u1"))
    assert [row["id"] for row in ask("bob", expression)] == ["comet", "moon"]
    assert len(compiled) == first
    for name in ("moon", "solo"):
        studio.execute([{"action": "delete", "entity_type": "Project", "entity_key": [name]}])


def test_groups_count_what_their_reader_sees(ask):
    expression = "select count(id) from Task group by project.name"
    for username, project in (("ann", "orbit"), ("bob", "comet"), ("ann", "orbit")):
        assert ask(username, expression, strict=True) == [{"count_id": 1, "project_name": project}]
    assert ask("cleo", expression, strict=True) == []
    assert len(ask("admin", expression, strict=True)) == 2


def test_a_hidden_custom_attribute_is_a_parameter_as_well(ask, compiled, studio):
    roles = {row["name"]: row["id"] for row in ask("admin", "select name from SecurityRole")}
    keys = "select key from CustomAttributeConfiguration where key in (fstart, fend)"
    expression = "select custom_attributes.value from Shot where id is orbit-shot"
    configurations = {row["key"]: row["id"] for row in ask("admin", keys)}

    def hide(*names):
        """Let only administrators read these."""
        reader = {"__entity_type__": "SecurityRole", "id": roles["Administrator"]}
        for key, identifier in configurations.items():
            data = {"read_security_roles": [reader] if key in names else []}
            key_of = {"entity_type": "CustomAttributeConfiguration", "entity_key": [identifier]}
            studio.execute([{"action": "update", **key_of, "entity_data": data}])

    def seen():
        (shot,) = ask("ann", expression)
        return {one["key"] for one in shot["custom_attributes"]} & set(configurations)

    hide("fstart")
    assert seen() == {"fend"}
    first = len(compiled)
    hide("fend")
    assert seen() == {"fstart"}
    hide("fend", "fstart")
    assert seen() == set()
    assert len(compiled) == first
    hide()
    assert seen() == {"fend", "fstart"}
