"""Messages that are made when somebody reads them, and warnings of what will go."""

from __future__ import annotations

import logging
import warnings

import pytest
from ftrack_api.logging import LazyLogMessage, deprecation_warning


class Counted:
    def __init__(self):
        self.shown = 0

    def __str__(self):
        self.shown += 1
        return "value"


def test_a_message_is_made_each_time_it_is_shown_and_not_before():
    value = Counted()
    message = LazyLogMessage("{0} and {name}", value, name="more")
    assert value.shown == 0
    assert str(message) == "value and more"
    assert (message.message, message.args, message.kwargs) == (
        "{0} and {name}",
        (value,),
        {"name": "more"},
    )


def test_a_log_that_nobody_reads_makes_no_message():
    value, log = Counted(), logging.getLogger("ftrack.tests.lazy")
    log.setLevel(logging.WARNING)
    log.debug(LazyLogMessage("{0}", value))
    assert value.shown == 0


def test_a_decorated_function_warns_whoever_calls_it_and_does_its_work():
    @deprecation_warning("use the other one")
    def work(a, b=2):
        """Work."""
        return a + b

    with pytest.warns(PendingDeprecationWarning, match="use the other one") as caught:
        assert work(1, b=3) == 4
    assert caught[0].filename == __file__
    assert (work.__name__, work.__doc__) == ("work", "Work.")


def test_decorating_alone_does_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        deprecation_warning("gone")(len)
