"""Addresses that need no key: to the second how long they are good, and that nobody keeps them."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import sqlalchemy as sa
from ftrack_embedded import Caller, Server, Studio

NOON = 1_930_000_000 // 3600 * 3600
"""A full hour: links to files are made to end with one."""
HOUR = 3600


class Clock:
    """Tells the time that it was set to."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock(NOON)
    monkeypatch.setattr(time, "time", clock)
    return clock


@pytest.fixture(scope="module")
def studio():
    with Studio() as studio:
        row = {"id": "c1", "name": "plate", "file_type": ".bin"}
        place = {
            "component_id": "c1",
            "location_id": "3a372bde-05bc-11e4-8908-20c9d081909b",
            "resource_identifier": "c1",
        }
        studio.execute(
            [
                {"action": "create", "entity_type": "FileComponent", "entity_data": row},
                {"action": "create", "entity_type": "ComponentLocation", "entity_data": place},
            ]
        )
        with studio.files.receive() as receiver:
            receiver.write(b"a plate")
            studio.files.keep("c1", receiver.finish())
        yield studio


@pytest.fixture(scope="module")
def server(studio):
    with Server(studio) as server:
        yield server


def status(address):
    return requests.get(address, timeout=30).status_code


def test_the_page_of_a_widget_is_good_for_six_minutes(studio, server, clock):
    (told,) = studio.execute([{"action": "get_widget_url", "name": "tasks"}])
    clock.now += 360
    assert status(told["widget_url"]) == 200
    assert status(told["widget_url"]) == 200, "as often as the page is loaded"
    clock.now += 1
    refused = requests.get(told["widget_url"], timeout=30)
    assert refused.status_code == 403
    assert "not valid any more" in refused.json()["content"]


def test_an_upload_address_is_good_for_an_hour(studio, server, clock):
    wanted = {"action": "get_upload_metadata", "component_id": "c2", "file_name": "x"}
    first, second = studio.execute([wanted, wanted])
    clock.now += HOUR
    assert requests.put(first["url"], data=b"x", timeout=30).status_code == 200
    clock.now += 1
    refused = requests.put(second["url"], data=b"x", timeout=30)
    assert refused.status_code == 403
    assert "Ask for another: get_upload_metadata" in refused.json()["content"]


def test_a_file_that_began_to_come_in_time_is_taken_in_the_same_hour_only(studio, server, clock):
    wanted = {"action": "get_upload_metadata", "component_id": "c3", "file_name": "x"}
    (told,) = studio.execute([wanted])

    def late():
        yield b"some"
        clock.now += HOUR + 1
        yield b"more"

    assert requests.put(told["url"], data=late(), timeout=30).status_code == 403
    assert not studio.files.has("c3")


@pytest.mark.parametrize("made", [0, 1, HOUR - 1])
def test_a_link_to_a_file_is_good_for_one_hour_at_least_and_for_two_at_most(
    studio, server, clock, made
):
    clock.now += made
    query = "select url from ComponentLocation where component_id is c1"
    (rows,) = studio.execute([{"action": "query", "expression": query}])
    address = rows["data"][0]["url"]["url"]
    clock.now = NOON + made + HOUR
    assert status(address) == 200
    clock.now = NOON + 2 * HOUR
    assert status(address) == 200
    clock.now += 1
    assert status(address) == 401


def test_a_link_is_the_same_for_an_hour_so_that_a_browser_may_keep_what_it_shows(
    studio, server, clock
):
    def address():
        query = "select url from ComponentLocation where component_id is c1"
        (rows,) = studio.execute([{"action": "query", "expression": query}])
        return rows["data"][0]["url"]["url"]

    first = address()
    clock.now += HOUR - 1
    assert address() == first
    clock.now += 1
    assert address() != first
    assert int(parse_qs(urlsplit(address()).query)["until"][0]) == NOON + 3 * HOUR


def test_tickets_that_have_expired_are_thrown_away_and_none_is_kept_in_clear(studio, server, clock):
    def stored():
        with studio.reading(Caller()) as tx:
            return [tuple(row) for row in tx.connection.execute(sa.text("SELECT * FROM ticket"))]

    widget = {"action": "get_widget_url", "name": "tasks"}
    (told,) = studio.execute([widget])
    ticket = parse_qs(urlsplit(told["widget_url"]).query)["token"][0]
    assert stored()
    assert not any(ticket in str(cell) for row in stored() for cell in row)
    clock.now += 2 * HOUR
    studio.execute([widget])
    assert len(stored()) == 1
