"""Freshness: what an entity shows is what was assigned, else what was asked for last.

Two threads of one session and somebody else change the same values, in every order: questions are
sent and their answers taken in later or never, commits succeed and are refused, a transaction is
open meanwhile in another thread.
"""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from ftrack_core.errors import CommitRefusedError, ConflictError, ServerError
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

KEYS = ("t0",)
NAMES = ("name", "description")
places = st.tuples(st.sampled_from(KEYS), st.sampled_from(NAMES))
outcomes = st.sampled_from(["accepted", "refused"])


def rows():
    return [
        {"__entity_type__": "Project", "id": "p1", "name": "orbit", "context_type": "show"},
        *[
            {
                "__entity_type__": "Task",
                "id": key,
                "name": "0",
                "description": "0",
                "project_id": "p1",
                "parent_id": "p1",
            }
            for key in KEYS
        ],
    ]


class Freshness(RuleBasedStateMachine):
    """A session beside a model of it: *known*, *pending*, and *held* by a transaction."""

    @initialize()
    def open(self):
        self.server = MemoryTransport(rows=rows())
        self.session = memory_session(self.server)
        self.entities = {key: self.session.get("Task", key) for key in KEYS}
        self.session.populate(self.entities.values(), "name, description")
        self.store = self.session.work.store
        self.worker = ThreadPoolExecutor(1)
        self.transaction = None
        self.in_flight = []
        self.values = iter(map(str, range(1, 1000)))
        self.last_serial = float(self.store.next_serial())
        self.known = {(key, name): ("0", self.last_serial) for key in KEYS for name in NAMES}
        self.pending = {}
        self.held = {}

    def teardown(self):
        if self.transaction is not None:
            self.in_worker(self.transaction.__exit__, None, None, None)
        self.worker.shutdown()
        self.session.close()

    def in_worker(self, work, *args):
        return self.worker.submit(work, *args).result(10)

    def learn(self, place, value, serial):
        if serial >= self.known[place][1]:
            self.known[place] = (value, serial)

    def after_now(self):
        """The serial of an answer that comes now: behind all that was sent so far."""
        self.last_serial += 0.25
        return self.last_serial

    # --- the server, and what is asked of it -----------------------------------------------------

    @rule(place=places)
    def somebody_else_writes(self, place):
        key, name = place
        self.server.execute(
            [
                {
                    "action": "update",
                    "entity_type": "Task",
                    "entity_key": [key],
                    "entity_data": {"__entity_type__": "Task", name: next(self.values)},
                }
            ]
        )

    @rule(names=st.sets(st.sampled_from(NAMES), min_size=1), keys=st.sets(st.sampled_from(KEYS)))
    def send(self, names, keys):
        listed = ", ".join(sorted(keys)) or "none"
        text = f"select {', '.join(sorted(names))} from Task where id in ({listed})"
        serial = self.store.next_serial()
        answer = self.server.execute([{"action": "query", "expression": text}])[0]["data"]
        self.last_serial = float(serial)
        self.in_flight.append((serial, names, answer))

    @precondition(lambda self: self.in_flight)
    @rule(data=st.data(), adopt=st.booleans())
    def absorb(self, data, adopt):
        position = data.draw(st.integers(0, len(self.in_flight) - 1))
        serial, names, answer = self.in_flight.pop(position)
        told = [(row["id"], name, row[name]) for row in answer for name in names]
        self.store.absorb(answer, serial, adopt=adopt)
        for key, name, value in told:
            self.learn((key, name), value, serial)

    # --- the session -----------------------------------------------------------------------------

    @rule(place=places)
    def edit(self, place):
        key, name = place
        value = next(self.values)
        if place in self.held:
            with pytest.raises(ConflictError):
                self.entities[key][name] = value
            return
        self.entities[key][name] = value
        self.pending[place] = value

    @rule(place=places)
    def take_back(self, place):
        key, name = place
        if place not in self.held:
            del self.entities[key][name]
            self.pending.pop(place, None)

    @rule(outcome=outcomes)
    def commit(self, outcome):
        if outcome == "refused" and self.pending:
            self.server.fail_next(ServerError("ValidationError", "no", operation=0))
            with pytest.raises(CommitRefusedError):
                self.session.commit()
            return
        self.session.commit()
        self.settle(self.pending)
        self.pending = {}

    def settle(self, written):
        serial = self.after_now()
        for place, value in written.items():
            self.learn(place, value, serial)

    @rule()
    def rollback(self):
        self.session.rollback()
        self.pending = {}

    # --- a transaction in another thread ---------------------------------------------------------

    @precondition(lambda self: self.transaction is None)
    @rule()
    def begin(self):
        self.transaction = self.session.transaction()
        self.in_worker(self.transaction.__enter__)

    @precondition(lambda self: self.transaction is not None)
    @rule(place=places)
    def edit_in_transaction(self, place):
        key, name = place
        value = next(self.values)
        self.in_worker(self.entities[key].__setitem__, name, value)
        self.held[place] = value

    @precondition(lambda self: self.transaction is not None)
    @rule(outcome=st.sampled_from(["accepted", "refused", "raises"]))
    def end(self, outcome):
        transaction, self.transaction = self.transaction, None
        held, self.held = self.held, {}
        error = ZeroDivisionError() if outcome == "raises" else None
        refused = outcome == "refused" and bool(held)
        if refused:
            self.server.fail_next(ServerError("ValidationError", "no", operation=0))
        with contextlib.ExitStack() as expected:
            if refused:
                expected.enter_context(pytest.raises(CommitRefusedError))
            if error is not None:
                expected.enter_context(pytest.raises(ZeroDivisionError))
            kind = None if error is None else type(error)
            if not self.in_worker(transaction.__exit__, kind, error, None) and error is not None:
                raise error
        if outcome == "accepted":
            self.settle(held)
            self.pending = {place: one for place, one in self.pending.items() if place not in held}

    # --- what holds at every moment --------------------------------------------------------------

    @invariant()
    def shows_what_was_assigned_else_what_was_asked_for_last(self):
        for place, (known, _) in self.known.items():
            expected = self.held.get(place, self.pending.get(place, known))
            key, name = place
            assert self.entities[key][name] == expected, place

    @invariant()
    def a_new_look_is_the_same_object(self):
        for key, entity in self.entities.items():
            assert self.session.get("Task", key) is entity


Freshness.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
test_freshness_in_every_order = Freshness.TestCase
