"""What goes with something that is deleted: what is in it at that moment, as the server does it."""

from __future__ import annotations

import pytest

from ftrack_core import Session


@pytest.fixture
def session():
    with Session("embedded:") as session:
        yield session


@pytest.fixture
def shots(session):
    project = session.create("Project", {"name": "orbit", "full_name": "Orbit"})
    return [session.create("Shot", {"name": name, "parent": project}) for name in ("a", "b")]


@pytest.fixture
def asset(session, shots):
    kind = session.query("AssetType").first()
    asset = session.create("Asset", {"name": "plate", "parent": shots[0], "type": kind})
    session.commit()
    return asset


def test_what_was_taken_out_before_stays(session, shots, asset):
    shots[0]["assets"].remove(asset)
    session.delete(shots[0])
    session.commit()
    assert session.query("Asset where name is plate").first() is asset


def test_what_was_put_in_before_goes_with_it(session, shots, asset):
    shots[1]["assets"].append(asset)
    session.delete(shots[1])
    session.commit()
    assert session.query("Asset where name is plate").first() is None


def test_what_was_moved_away_before_stays(session, shots, asset):
    asset["parent"] = shots[1]
    session.delete(shots[0])
    session.commit()
    assert session.query("Asset where name is plate").first() is asset


def test_what_was_moved_away_before_and_taken_out_again_stays(session, shots, asset):
    shots[1]["assets"].append(asset)  # out of the shot that is deleted
    session.delete(shots[0])
    shots[1]["assets"].remove(asset)
    session.commit()
    assert session.query("Asset where name is plate").all() == [asset]


def test_what_was_moved_away_before_can_be_moved_on(session, shots, asset):
    asset["parent"] = shots[1]
    session.delete(shots[0])
    asset["parent"] = shots[1]["parent"]
    session.commit()
    (found,) = session.query("select parent.name from Asset where name is plate").all()
    assert (found is asset, found["parent"]["name"]) == (True, "orbit")
