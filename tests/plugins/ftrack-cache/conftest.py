"""What tests of the caches share."""

from __future__ import annotations

import inspect

import pytest


@pytest.fixture
def run_check(request):
    """A function that runs one check of a conformance suite with the fixtures of the test."""

    def run(name):
        check = getattr(request.instance, name)
        check(**{one: request.getfixturevalue(one) for one in inspect.signature(check).parameters})

    return run


@pytest.fixture
def clock():
    """A clock that stands until a test moves it: ``clock.now += 5``."""

    class Clock:
        now = 1000.0

        def __call__(self):
            return self.now

    return Clock()
