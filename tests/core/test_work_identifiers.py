"""Identifiers of new entities: as good as those of the standard library, and nobody else's."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from ftrack_core.work.identifiers import Identifiers


@pytest.fixture
def identifiers():
    return Identifiers()


def test_they_are_random_identifiers_as_their_standard_has_them(identifiers):
    made = [uuid.UUID(identifiers.new()) for _ in range(300)]
    assert {(one.version, one.variant) for one in made} == {(4, uuid.RFC_4122)}


def test_they_are_written_as_everybody_writes_them(identifiers):
    made = [identifiers.new() for _ in range(300)]
    assert made == [str(uuid.UUID(one)) for one in made]


def test_all_else_in_them_differs(identifiers):
    made = [uuid.UUID(identifiers.new()).int for _ in range(300)]
    always, ever = made[0], 0
    for one in made:
        always, ever = always & one, ever | one
    marks = uuid.UUID("00000000-0000-4000-8000-000000000000").int
    free = uuid.UUID("ffffffff-ffff-0fff-3fff-ffffffffffff").int
    assert (always, ever) == (marks, marks | free)


def test_no_thread_gets_what_another_one_got(identifiers):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: [identifiers.new() for _ in range(500)], range(8)))
    assert len({one for some in made for one in some}) == 8 * 500


FORKING = """
import os
from ftrack_core.work.identifiers import Identifiers
identifiers = Identifiers()
identifiers.new()  # others are ready now
child = os.fork()
os.write(1, "".join(f"{identifiers.new()} " for _ in range(50)).encode())
if child:
    os.waitpid(child, 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked on this system")
def test_a_forked_process_gets_none_of_its_parent():
    # By itself: pytest has threads, which do not go with forking.
    said = subprocess.check_output([sys.executable, "-c", FORKING], text=True).split()
    assert len(said) == len(set(said)) == 100
