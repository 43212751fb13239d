"""Custom attributes through a session, on the embedded server."""

from __future__ import annotations

from functools import partial

import pytest
from ftrack_core.errors import UnknownCustomAttributeError

from ftrack_core import Session


@pytest.fixture(scope="module")
def session():
    with Session("embedded:?seed=demo", api_user="admin") as session:
        session.connect()
        yield session


def test_they_are_read_and_written_as_a_dictionary(session):
    shot = session.query("Shot").first()
    shot["custom_attributes"]["fstart"] = 1009
    session.commit()
    session.expire(shot)
    assert shot["custom_attributes"]["fstart"] == 1009


def test_a_loop_over_them_makes_one_request(session):
    shots = session.query("select name from Shot").all()
    with session.explain() as requests:
        starts = {shot["custom_attributes"]["fps"] for shot in shots}
    assert starts
    assert len(requests) == 1


def test_they_are_set_when_creating_with_one_question_for_all(session):
    project = session.query("Project").one()
    with session.explain() as requests:
        shots = [
            session.create(
                "Shot",
                {
                    "name": f"sq900_sh{n:04}",
                    "parent": project,
                    "custom_attributes": {"fstart": 1001 + n, "fend": 1100},
                },
            )
            for n in range(10)
        ]
        session.commit()
    assert len(requests) == 2
    session.expire(*shots)
    assert [shot["custom_attributes"]["fstart"] for shot in shots] == list(range(1001, 1011))


def test_one_that_does_not_exist_is_told_with_near_names(session):
    shot = session.query("Shot").first()
    new = session.create("Shot", {"name": "new"})
    for one in (shot, new):
        with pytest.raises(UnknownCustomAttributeError, match="Did you mean 'fstart'"):
            one["custom_attributes"]["fstat"] = 1
    with pytest.raises(UnknownCustomAttributeError, match="Did you mean 'fstart'"):
        shot["custom_attributes"]["fstat"]
    session.rollback()
    with pytest.raises(UnknownCustomAttributeError, match="Did you mean 'fstart'"):
        session.create("Shot", {"name": "new", "custom_attributes": {"fstat": 1}})
    with pytest.raises(UnknownCustomAttributeError, match="User has no custom attribute 'fstart'"):
        session.create("User", {"username": "new", "custom_attributes": {"fstart": 1}})
    assert session.created == []
    assert issubclass(UnknownCustomAttributeError, KeyError), "as of any other dictionary"


def test_of_several_all_are_assigned_or_none(session):
    shot = session.query("Shot").first()
    new = session.create("Shot", {"name": "new"})
    for one in (shot, new):
        for assign in (
            one["custom_attributes"].update,
            partial(one.__setitem__, "custom_attributes"),
        ):
            with pytest.raises(KeyError, match="Did you mean 'fstart'"):
                assign({"fend": 1200, "fstat": 1})
    assert session.modified == []
    assert dict(new["custom_attributes"]) == {}
    shot["custom_attributes"] = {"fstart": 1005, "fend": 1200}
    assert [shot["custom_attributes"][name] for name in ("fstart", "fend")] == [1005, 1200]
    session.rollback()
