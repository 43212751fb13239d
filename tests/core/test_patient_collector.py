"""The garbage collector while many objects are made that stay: it comes by, though seldom."""

from __future__ import annotations

import gc

import pytest
from ftrack_core.store.collector import PATIENCE, patient_collector


@pytest.fixture(autouse=True)
def usual():
    """The thresholds that a program has set; they are as before when a test ends."""
    before = gc.get_threshold()
    gc.set_threshold(500, 7, 9)
    yield gc.get_threshold()
    gc.set_threshold(*before)


def test_it_waits_for_many_more_objects_and_is_as_it_was_afterwards(usual):
    with patient_collector():
        assert gc.isenabled()
        assert gc.get_threshold() == (PATIENCE, *usual[1:])
    assert gc.get_threshold() == usual


def test_it_is_patient_until_the_last_one_has_ended(usual):
    first, second = patient_collector(), patient_collector()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold()[0] == PATIENCE
    second.__exit__(None, None, None)
    assert gc.get_threshold() == usual


def test_it_is_as_it_was_after_an_error(usual):
    with pytest.raises(ZeroDivisionError), patient_collector():
        _ = 1 / 0
    assert gc.get_threshold() == usual


@pytest.mark.parametrize("youngest", [0, PATIENCE * 2], ids=["never", "more patient yet"])
def test_a_program_that_wants_it_to_come_more_seldom_has_its_way(youngest):
    gc.set_threshold(youngest, 7, 9)
    wanted = gc.get_threshold()
    with patient_collector():
        assert gc.get_threshold() == wanted
    assert gc.get_threshold() == wanted


def test_thresholds_that_are_set_meanwhile_stay():
    with patient_collector():
        gc.set_threshold(600, 7, 9)
        wanted = gc.get_threshold()
    assert gc.get_threshold() == wanted
