"""A resource in use is closed when its last user leaves, and not before."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from ftrack_core.errors import SessionClosedError
from ftrack_core.plugins import Leased


class Pipe:
    def __init__(self):
        self.closings = 0

    def close(self):
        self.closings += 1


def test_an_idle_resource_closes_at_once_and_only_once():
    pipe = Pipe()
    leased = Leased(pipe, Pipe.close)
    with leased.use() as borrowed:
        assert borrowed is pipe
    assert not leased.retired
    leased.retire()
    leased.retire()
    assert (pipe.closings, leased.retired) == (1, True)


def test_a_resource_in_use_closes_when_its_last_user_leaves():
    pipe = Pipe()
    leased = Leased(pipe, Pipe.close)
    with leased.use():
        with leased.use():
            leased.retire()
        assert pipe.closings == 0
    assert pipe.closings == 1


def test_a_user_that_fails_gives_it_back_too():
    pipe = Pipe()
    leased = Leased(pipe, Pipe.close)

    def fail(borrowed):
        leased.retire()
        raise ValueError

    with pytest.raises(ValueError), leased.use() as borrowed:
        fail(borrowed)
    assert pipe.closings == 1


def test_a_closed_resource_is_not_lent():
    leased = Leased(Pipe(), Pipe.close)
    leased.retire()
    with pytest.raises(SessionClosedError, match="this Pipe was replaced"), leased.use():
        pass


def test_many_threads_that_leave_together_close_it_once():
    pipe = Pipe()
    leased = Leased(pipe, Pipe.close)
    together = Barrier(9)

    def work():
        with leased.use():
            together.wait()
            together.wait()

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    together.wait()
    leased.retire()
    together.wait()
    for thread in threads:
        thread.join()
    assert pipe.closings == 1
