"""What the cache does for a session: rows outlive their entities, within a bound."""

from __future__ import annotations

import gc

import pytest

from ftrack_core import Session


@pytest.fixture
def opened(request):
    with Session("embedded:", api_user="admin", **request.param) as session:
        session.connect()
        yield session


def requests_of_getting_again(session, between=lambda: None):
    status = session.query("select name from Status order by sort limit 1").one()
    key = status["id"]
    del status
    gc.collect()
    between()
    gc.collect()
    before = session.request_count
    assert session.get("Status", key)["id"] == key
    return session.request_count - before


@pytest.mark.parametrize("opened", [{}], indirect=True)
def test_get_drop_collect_get_again_sends_nothing(opened):
    assert requests_of_getting_again(opened) == 0


@pytest.mark.parametrize("opened", [{"block": ["cache"]}], indirect=True)
def test_with_the_plugin_blocked_it_is_asked_for_again(opened):
    assert requests_of_getting_again(opened) == 1


@pytest.mark.parametrize("opened", [{"cache": "memory:?rows=3"}], indirect=True)
def test_past_the_bound_it_is_asked_for_again(opened):
    assert requests_of_getting_again(opened, lambda: opened.query("Type limit 3").all()) == 1
