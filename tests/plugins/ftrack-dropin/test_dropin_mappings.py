"""Metadata as scripts of the official client see it: a dictionary that can be copied and frozen."""

from __future__ import annotations

import copy

import ftrack_api
import pytest


@pytest.fixture(scope="module")
def session():
    with ftrack_api.Session("embedded:", "any", "admin", auto_connect_event_hub=False) as session:
        yield session


@pytest.fixture
def user(session):
    user = session.query("select username from User where username is admin").one()
    user["metadata"]["camera"] = "A"
    session.commit()
    return user


def test_a_deep_copy_is_a_view_of_the_same_entity(session, user):
    copied = copy.deepcopy({"seen": user["metadata"]})["seen"]
    assert type(copied) is type(user["metadata"])
    copied["camera"] = "B"
    assert user["metadata"]["camera"] == "B"
    session.rollback()


def test_a_copy_holds_what_it_held_when_it_was_made(session, user):
    copied = copy.copy(user["metadata"])
    copied["lens"] = "50"
    user["metadata"]["camera"] = "B"
    session.commit()
    assert (copied["camera"], copied["lens"]) == ("A", "50")
    assert "lens" not in user["metadata"]


def test_a_mapping_that_is_held_alone_stays_as_it_was_made(session, user):
    metadata = session.query("select metadata from User where username is admin").one()["metadata"]
    metadata.mutable = False
    assert not metadata.mutable
    metadata.mutable = True
