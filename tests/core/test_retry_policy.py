"""How reads are tried again: the value, and who may say it."""

from __future__ import annotations

import pytest
from ftrack_core.errors import ConfigurationError

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
