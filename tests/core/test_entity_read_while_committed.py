"""Reading an attribute while another thread commits it: what was assigned may go at any moment."""

from __future__ import annotations

import sys
import threading

import pytest

READERS = 3
COMMITS = 150


def at_every_line(*_):
    """Give other threads a turn before every line, as a debugger or coverage does."""
    return at_every_line


@pytest.fixture
def rows():
    return [{"__entity_type__": "Task", "id": "t1", "name": "lighting", "bid": 0.0}]


@pytest.fixture
def often():
    """Let threads take turns all the time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize(
    "look", [lambda task: task["bid"], lambda task: task.loaded("bid")], ids=["read", "loaded"]
)
def test_a_value_is_there_before_and_after(session, look):
    task = session.query("select bid from Task").one()
    seen, failures, done = set(), [], threading.Event()

    def read():
        sys.settrace(at_every_line)
        while not done.is_set():
            try:
                seen.add(look(task))
            except Exception as error:  # noqa: BLE001 - whatever it is
                failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for one in readers:
        one.start()
    for number in range(COMMITS):
        task["bid"] = float(number)
        session.commit()
    done.set()
    for one in readers:
        one.join()
    assert failures == []
    assert seen <= {float(number) for number in range(COMMITS)}
