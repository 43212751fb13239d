"""Entities as text for people."""

from __future__ import annotations

import sys

import pytest
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session

from ftrack_core import formatter

ROWS = [
    {"__entity_type__": "Project", "id": "p1", "name": "orbit", "context_type": "show"},
    {"__entity_type__": "Status", "id": "s0", "name": "Ready"},
    *[
        {
            "__entity_type__": "Task",
            "id": f"t{n}",
            "name": f"task {n}",
            "project_id": "p1",
            "parent_id": "p1",
            "status_id": "s0",
        }
        for n in range(2)
    ],
]


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    for name in ("ANSI_COLORS_DISABLED", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture
def session():
    with memory_session(MemoryTransport(rows=ROWS)) as session:
        yield session


@pytest.fixture
def task(session):
    return session.query("select name, status.name from Task where id is t1").one()


def chosen(*names):
    return lambda entity, name, value: name in names


def test_type_and_attributes_sorted_by_name(task):
    text = formatter.format(task, attribute_filter=chosen("name", "id", "bid"))
    assert text == "Task\n bid: None\n id: t1\n name: task 1"


def test_a_reference_stands_inline_as_far_as_it_is_here(session, task):
    text = formatter.format(task, attribute_filter=chosen("name", "status"))
    assert text == "Task\n name: task 1\n status: Status\n          name: Ready"


def test_it_makes_one_request(session, task):
    before = session.request_count
    assert "project_id: p1" in formatter.format(task)
    formatter.format(task, recursive=True)
    assert session.request_count == before + 1


def test_a_collection_is_written_out_if_recursive_and_a_ring_ends(session):
    project = session.query("select name, children.name, children.parent.name from Project").one()
    wanted = chosen("children", "parent", "name")
    flat = formatter.format(project, attribute_filter=wanted)
    assert flat.splitlines()[1].startswith(" children: Collection([")
    assert formatter.format(project, attribute_filter=wanted, recursive=True) == (
        "Project\n"
        " children: Task\n"
        "            name: task 0\n"
        "            parent: Project{...}\n"
        "           Task\n"
        "            name: task 1\n"
        "            parent: Project{...}\n"
        " name: orbit\n"
        " parent: None"
    )


def test_the_text_can_be_indented(task):
    shown = {"attribute_filter": chosen("name"), "indent": 2}
    assert formatter.format(task, **shown) == "  Task\n   name: task 1"
    assert formatter.format(task, indent_first_line=False, **shown) == "Task\n   name: task 1"


def test_formatters_set_type_and_names_and_are_not_changed(task):
    given = {"label": str.upper}
    text = formatter.format(task, given, chosen("name"))
    assert text == "Task\n NAME: task 1"
    assert given == {"label": str.upper}
    coloured = formatter.format(task, formatter.FORMATTER["coloured"], chosen("name"))
    assert coloured == "\x1b[1;4mTask\x1b[0m\n \x1b[34mname\x1b[0m: task 1"


def test_filters_by_name(session, task):
    new = session.create("Task", {"name": "new"})
    assert "bid: NOT_SET" in formatter.format(new)
    assert "NOT_SET" not in formatter.format(new, attribute_filter=formatter.FILTER["ignore_unset"])
    task["name"] = "edited"
    local = formatter.format(task, attribute_filter=formatter.FILTER["local_only"])
    assert local == "Task\n name: edited"


@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [
        (False, {}, False),
        (True, {}, True),
        (True, {"TERM": "dumb"}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"ANSI_COLORS_DISABLED": "1"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (True, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_where_the_output_is_a_terminal(task, monkeypatch, terminal, environment, coloured):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    assert formatter.format(task).startswith("Task\n") is not coloured
