"""Entities as text under the older name of it: colours, filters, and what was changed by it."""

from __future__ import annotations

import re

import ftrack_api
import pytest
from ftrack_api import formatter

PLAIN = {"header": str, "label": str}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    for name in ("ANSI_COLORS_DISABLED", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture(scope="module")
def session():
    with ftrack_api.Session("embedded:", "any", "admin", auto_connect_event_hub=False) as session:
        yield session


@pytest.fixture(scope="module")
def user(session):
    return session.query("select username, first_name from User where username is admin").one()


@pytest.fixture(scope="module")
def project(session):
    schema = session.query("ProjectSchema").first()
    project = session.create("Project", {"name": "orbit", "project_schema": schema})
    for name in ("sc_01", "sc_02"):
        session.create("Folder", {"name": name, "parent": project})
    session.commit()
    return session.query(
        f"select name, children.name, children.parent.name from Project where id is {project['id']}"
    ).one()


def chosen(*names):
    return lambda entity, name, value: name in names


def test_a_text_begins_with_the_type_and_has_a_line_for_each_attribute(user):
    text = formatter.format(user)
    assert text.startswith("User\n")
    assert "\n username: admin" in text
    names = re.findall(r"^ (\w+):", text, re.MULTILINE)
    assert names == sorted(user.keys())


def test_attributes_are_chosen_by_entity_name_and_value(user):
    seen = []

    def wanted(entity, name, value):
        seen.append((entity, name, value))
        return name == "username"

    assert formatter.format(user, attribute_filter=wanted) == "User\n username: admin"
    assert (user, "username", "admin") in seen


def test_what_has_no_value_here_can_be_left_out(session):
    new = session.create("User", {"username": "ada"})
    with session.auto_populating(False):
        assert "first_name: NOT_SET" in formatter.format(new)
        known = formatter.format(new, attribute_filter=formatter.FILTER["ignore_unset"])
    session.rollback()
    assert "username: ada" in known
    assert "NOT_SET" not in known


def test_a_moment_is_shown_as_its_text(user, session):
    text = formatter.format(session.query("AssetVersion").first() or user)
    assert "<Arrow" not in text


def test_members_are_written_out_only_if_recursive(project):
    shown = chosen("name", "children")
    flat = formatter.format(project, attribute_filter=shown)
    assert "Folder\n" not in flat
    text = formatter.format(project, attribute_filter=shown, recursive=True)
    assert text.count("Folder") == 2
    assert "\n            name: sc_01" in text


def test_an_entity_within_itself_is_named_only(project):
    shown = chosen("name", "children", "parent")
    text = formatter.format(project, attribute_filter=shown, recursive=True)
    assert "\n            parent: Project{...}" in text


def test_an_entity_that_was_seen_is_named_only(user):
    seen = {str(ftrack_api.inspection.identity(user))}
    assert formatter.format(user, _seen=seen) == "User{...}"
    assert formatter.format(user, indent=2, _seen=seen) == "  User{...}"
    assert formatter.format(user, attribute_filter=chosen("username"), _seen={"x"}) == (
        "User\n username: admin"
    )


def test_the_text_can_be_indented_but_for_its_first_line(user):
    shown = {"attribute_filter": chosen("username"), "indent": 3}
    assert formatter.format(user, **shown) == "   User\n    username: admin"
    assert formatter.format(user, indent_first_line=False, **shown) == "User\n    username: admin"


def test_the_styles_that_were_given_are_used_and_the_others_put_beside_them(user):
    given = {"label": str.upper}
    text = formatter.format(user, given, chosen("username"))
    assert text == "User\n USERNAME: admin"
    assert set(given) == {"header", "label"}
    assert given["header"]("x") == "x"


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "ANSI_COLORS_DISABLED": "1"}, False),
    ],
)
def test_the_environment_says_whether_there_are_colours(user, monkeypatch, environment, coloured):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    text = formatter.format(user, attribute_filter=chosen("username"))
    assert formatter._can_do_colors() is coloured
    assert ("\x1b[" in text) is coloured
    assert re.sub("\x1b\\[[0-9;]*m", "", text) == "User\n username: admin"
