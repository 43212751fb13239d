"""What tests of the kernel share."""

from __future__ import annotations

import inspect
from itertools import product

import pytest
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session


def _given(check):
    """The arguments of each run of *check*, as its parametrize marks say them."""
    marks = [mark for mark in getattr(check, "pytestmark", ()) if mark.name == "parametrize"]
    for values in product(*(mark.args[1] for mark in marks)):
        arguments = {}
        for mark, value in zip(marks, values, strict=True):
            names = mark.args[0]
            names, value = ((names,), (value,)) if isinstance(names, str) else (names, value)
            arguments.update(zip(names, value, strict=True))
        yield arguments


@pytest.fixture
def run_check(request):
    """A function that runs one check of a conformance suite with the fixtures of the test."""

    def run(name):
        check = getattr(request.instance, name)
        for given in _given(check):
            wanted = [one for one in inspect.signature(check).parameters if one not in given]
            check(**given, **{one: request.getfixturevalue(one) for one in wanted})

    return run


# --- a small show, for the tests of sessions -----------------------------------------------------


@pytest.fixture
def rows():
    """A project, its five tasks, three statuses of which all tasks have the first, and a key."""
    return [
        {"__entity_type__": "Project", "id": "p1", "name": "orbit", "context_type": "show"},
        *[{"__entity_type__": "Status", "id": f"s{n}", "name": f"Status {n}"} for n in range(3)],
        *[
            {
                "__entity_type__": "Task",
                "id": f"t{n}",
                "name": f"task {n}",
                "project_id": "p1",
                "parent_id": "p1",
                "status_id": "s0",
                "bid": float(n),
            }
            for n in range(5)
        ],
        {
            "__entity_type__": "Metadata",
            "parent_id": "t1",
            "parent_type": "Task",
            "key": "colour",
            "value": "red",
        },
    ]


@pytest.fixture
def server(rows):
    """The server of the show, in memory."""
    return MemoryTransport(rows=rows)


@pytest.fixture
def session(server):
    """A session on it."""
    with memory_session(server) as session:
        yield session


@pytest.fixture
def other(server):
    """Another session on the same server."""
    with memory_session(server) as other:
        yield other


@pytest.fixture
def task(session):
    """One of the tasks."""
    return session.get("Task", "t1")
