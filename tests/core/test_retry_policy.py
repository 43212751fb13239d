"""How reads are tried again: the value, and who may say it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from itertools import islice

import pytest
from ftrack_core.errors import ConfigurationError
from ftrack_core.ports import growing_delays, requested_delay, retry_delays

from ftrack_core import RetryPolicy


def test_by_default_there_are_three_attempts_within_seconds():
    policy = RetryPolicy()
    assert (policy.attempts, policy.first_delay, policy.factor) == (3, 0.5, 2.0)
    assert policy.statuses == {429, 502, 503, 504}
    assert policy.respect_retry_after


def test_statuses_may_be_given_as_any_collection():
    assert RetryPolicy(statuses=[503, 503]).statuses == frozenset({503})


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempts": 0},
        {"attempts": 1.5},
        {"attempts": True},
        {"first_delay": -1},
        {"longest_delay": "soon"},
        {"factor": 0.5},
        {"jitter": 2},
    ],
    ids=str,
)
def test_numbers_that_make_no_sense_are_refused(wrong):
    (name,) = wrong
    with pytest.raises(ConfigurationError, match=f"retry policy's {name} is a number from"):
        RetryPolicy(**wrong)


# --- how long is waited --------------------------------------------------------------------------


def test_the_waits_grow_by_the_factor_up_to_the_longest():
    policy = RetryPolicy(attempts=6, first_delay=1, factor=3, longest_delay=20, jitter=0)
    assert list(retry_delays(policy)) == [1, 3, 9, 20, 20]
    assert list(retry_delays(RetryPolicy(attempts=1))) == []


def test_a_part_of_a_wait_is_left_to_chance():
    drawn = list(retry_delays(RetryPolicy(attempts=200, first_delay=1, factor=1, jitter=0.25)))
    assert min(drawn) >= 0.75
    assert max(drawn) <= 1
    assert len(set(drawn)) > 1


def test_waits_grow_without_an_end():
    assert list(islice(growing_delays(40, 30, jitter=0), 5)) == [30] * 5
    assert list(islice(growing_delays(1, 30, jitter=0), 7)) == [1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, 0), ("", 0), (" 120 ", 120), ("soon", 0), ("-5", 0), ("²", 0)],
)
def test_a_server_asks_for_seconds(header, seconds):
    assert requested_delay(header) == seconds


@pytest.mark.parametrize("zone", ["GMT", "-0000"])
def test_a_server_asks_for_a_moment(zone):
    moment = datetime.now(timezone.utc) + timedelta(hours=1)
    header = format_datetime(moment).replace("+0000", zone)
    assert 3000 < requested_delay(header) <= 3600
    past = format_datetime(moment - timedelta(hours=2)).replace("+0000", zone)
    assert requested_delay(past) == 0
