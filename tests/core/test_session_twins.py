"""A reference and the identifier behind it are one thing under two names: assigning one is both."""

from __future__ import annotations

from contextlib import suppress

import pytest
from ftrack_core.changes import Create
from ftrack_core.entity import NOT_SET
from ftrack_core.errors import CommitRefusedError, ServerError
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


def row(server, key):
    return next(one for one in server.rows("Task") if one["id"] == key)


def status(session, number):
    return session.get("Status", f"s{number}")


def both(task):
    return task["status_id"], task["status"]["id"]


# --- assigned ------------------------------------------------------------------------------------


def test_an_assigned_reference_shows_its_identifier_at_once(session, task):
    task["status"] = session.get("Status", "s2")
    assert task["status_id"] == "s2"
    session.rollback()
    assert task["status_id"] == "s0"


def test_an_assigned_identifier_shows_its_entity_at_once(session, task):
    task["status_id"] = "s2"
    assert task["status"] is session.get("Status", "s2")
    task["status_id"] = None
    assert task["status"] is None


@pytest.mark.parametrize("last", ["status", "status_id"])
def test_of_the_two_the_last_assignment_counts(session, server, task, last):
    values = {"status": session.get("Status", "s1"), "status_id": "s2"}
    first = next(name for name in values if name != last)
    task[first] = values[first]
    task[last] = values[last]
    session.commit()
    expected = "s1" if last == "status" else "s2"
    assert row(server, "t1")["status_id"] == expected
    assert (task["status_id"], task["status"]["id"]) == (expected, expected)


def test_what_follows_is_nothing_that_was_assigned(session, task):
    task["status"] = status(session, 2)
    assert task.assigned("status_id") is NOT_SET
    assert task.loaded("status_id") == "s2"


def test_what_follows_is_not_asked_for(session, server, task):
    task["status"] = status(session, 2)
    before = len(server.batches)
    task["status_id"]
    assert len(server.batches) == before


# --- loaded one after the other ------------------------------------------------------------------


@pytest.mark.parametrize(("known", "asked"), [("status", "status_id"), ("status_id", "status.id")])
@pytest.mark.parametrize("is_queried", [True, False])
def test_what_is_loaded_later_takes_its_other_half_along(session, server, known, asked, is_queried):
    tasks = session.query(f"select {known} from Task").all()
    assert all(one[known] for one in tasks)
    change = {"action": "update", "entity_type": "Task", "entity_key": ["t1"]}
    server.execute([{**change, "entity_data": {"__entity_type__": "Task", "status_id": "s2"}}])
    if is_queried:
        session.query(f"select {asked} from Task where id is t1").all()
    else:
        session.populate(tasks, asked)
    assert both(next(one for one in tasks if one["id"] == "t1")) == ("s2", "s2")


@pytest.mark.parametrize(("known", "asked"), [("status", "status_id"), ("status_id", "status")])
def test_it_does_so_too_where_nobody_has_looked_yet(session, server, known, asked):
    tasks = session.query(f"select {known} from Task")
    first, other = tasks[0], "t2"
    change = {"action": "update", "entity_type": "Task", "entity_key": [other]}
    server.execute([{**change, "entity_data": {"__entity_type__": "Task", "status_id": "s2"}}])
    assert first[asked]
    assert both(next(one for one in tasks if one["id"] == other)) == ("s2", "s2")


def test_a_reference_that_leads_nowhere_says_nothing_against_its_identifier(session, server):
    """It may lead to what the user must not see."""
    task = session.query("select status_id from Task where id is t1").one()
    serial = session.work.store.next_serial()
    session.work.store.absorb([{"__entity_type__": "Task", "id": "t1", "status": None}], serial)
    assert (task["status"], task["status_id"]) == (None, "s0")


# --- taken back ----------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["status", "status_id"])
def test_a_failed_transaction_gives_both_back(session, task, first):
    task[first] = {"status": status(session, 1), "status_id": "s1"}[first]
    with pytest.raises(ZeroDivisionError), session.transaction():
        task["status"] = status(session, 2)
        del task["status"]
        1 / 0  # noqa: B018
    assert both(task) == ("s1", "s1")


def test_what_nobody_recorded_gives_way_to_what_is_pending(session, task):
    task["status"] = status(session, 1)
    session.work.records = False
    task["status_id"] = "s2"
    session.work.records = True
    assert both(task) == ("s2", "s2")
    with session.transaction():
        session.rollback()
    assert both(task) == ("s1", "s1")


# --- created -------------------------------------------------------------------------------------


def test_of_a_new_entity_the_other_one_follows(session):
    assert both(session.create("Task", {"status": status(session, 1)})) == ("s1", "s1")
    assert both(session.create("Task", {"status_id": "s1"})) == ("s1", "s1")
    assert both(session.create("Task", {"status_id": "s1", "status": NOT_SET})) == ("s1", "s1")


def test_a_part_of_the_key_follows_nothing(session):
    one, other = (
        session.create("CustomAttributeConfiguration", {"key": key}) for key in ("fstart", "fend")
    )
    given = {"configuration_id": one["id"], "configuration": other, "entity_id": "t1"}
    value = session.create("ContextCustomAttributeValue", given)
    assert value["configuration_id"] == value.key[0] == one["id"]


def test_a_key_is_not_forgotten_for_what_is_assigned_to_its_reference(server):
    configurations = [
        {"__entity_type__": "CustomAttributeConfiguration", "id": f"k{n}"} for n in "12"
    ]
    server.add(*configurations)
    with memory_session(server) as session:
        data = {"configuration_id": "k1", "entity_id": "t1"}
        value = session.create("ContextCustomAttributeValue", data)
        value["configuration"] = session.get("CustomAttributeConfiguration", "k2")
        session.commit()
        assert (value.key, value["configuration_id"]) == (("k1", "t1"), "k1")


# --- committed -----------------------------------------------------------------------------------


def test_a_new_entity_that_was_assigned_the_other_one_later_shows_what_the_server_has(
    session, server
):
    """What is between the two changes keeps them two operations of one batch."""
    task = session.create("Task", {"name": "new", "status": status(session, 1)})
    session.create("Task", {"name": "another"})
    task["status_id"] = "s2"
    session.commit()
    assert row(server, task["id"])["status_id"] == "s2"
    assert both(task) == ("s2", "s2")


@pytest.mark.parametrize("first", ["status", "status_id"])
def test_an_assignment_during_a_commit_that_is_rolled_back_shows_what_was_committed(
    session, server, task, first
):
    both(task)
    values = {"status": status(session, 1), "status_id": "s1"}
    later = {"status": "s2", "status_id": status(session, 2)}[first]
    other = "status_id" if first == "status" else "status"

    def meanwhile(batch):
        if batch[0]["action"] == "update":
            task[other] = later

    server.before_answer = meanwhile
    task[first] = values[first]
    session.commit()
    server.before_answer = None
    session.rollback()
    assert both(task) == ("s1", "s1")


def test_a_commit_that_is_refused_takes_nothing_back(session, server, task):
    task["status"] = status(session, 1)
    task["status_id"] = "s2"
    session.work.record(Create("Nonsense", "n1", {"id": "n1"}))
    with pytest.raises(ServerError):
        session.commit()
    assert both(task) == ("s2", "s2")


def test_the_very_value_that_is_assigned_again_during_its_commit_stays_pending(
    session, server, task
):
    def meanwhile(batch):
        server.before_answer = None
        task["status"], task["name"] = ready, "again"
        task["metadata"]["colour"] = "red"

    ready = status(session, 1)
    task["status"], task["name"] = ready, "again"
    task["metadata"]["colour"] = "red"
    server.before_answer = meanwhile
    session.commit()
    assert task.assigned("status") is ready
    assert (task.assigned("name"), task.assigned("metadata")) == ("again", {"colour": "red"})
    session.rollback()
    assert session.modified == []
    assert (task.assigned("status"), task.assigned("metadata")) == (NOT_SET, NOT_SET)


# --- in any order --------------------------------------------------------------------------------


assignments = st.tuples(st.sampled_from(["status", "status_id"]), st.sampled_from([None, 0, 1, 2]))


class Twins(RuleBasedStateMachine):
    """A task beside a model of it: what the server has, and what is *pending*."""

    NOTHING = "nothing is pending"

    @initialize(is_new=st.booleans())
    def open(self, is_new):
        self.server = MemoryTransport(
            rows=[
                {"__entity_type__": "Project", "id": "p1", "name": "orbit", "context_type": "show"},
                *[{"__entity_type__": "Status", "id": f"s{n}", "name": "s"} for n in range(3)],
                {"__entity_type__": "Task", "id": "t1", "name": "t", "status_id": "s0"},
            ]
        )
        self.session = memory_session(self.server)
        self.statuses = {n: self.session.get("Status", f"s{n}") for n in range(3)} | {None: None}
        self.committed, self.pending = "s0", self.NOTHING
        self.task = self.session.get("Task", "t1")
        if is_new:
            self.task = self.session.create("Task", {"name": "new", "status_id": "s0"})
            self.session.commit()

    def teardown(self):
        self.session.close()

    def assign(self, assignment):
        name, number = assignment
        identifier = None if number is None else f"s{number}"
        self.task[name] = identifier if name == "status_id" else self.statuses[number]
        return identifier

    @rule(assignment=assignments)
    def assigned(self, assignment):
        self.pending = self.assign(assignment)

    @rule(name=st.sampled_from(["status", "status_id"]))
    def taken_back(self, name):
        del self.task[name]
        self.pending = self.NOTHING

    @rule()
    def rolled_back(self):
        self.session.rollback()
        self.pending = self.NOTHING

    @rule()
    def commits(self):
        self.session.commit()
        if self.pending != self.NOTHING:
            self.committed, self.pending = self.pending, self.NOTHING

    @rule(assignment=assignments, is_kept=st.booleans())
    def assigned_during_a_commit(self, assignment, is_kept):
        later = []

        def meanwhile(batch):
            if batch[0]["action"] == "update":
                later.append(self.assign(assignment))

        self.server.before_answer = meanwhile
        self.commits()
        self.server.before_answer = None
        if later:
            self.pending = later[0]
        if not is_kept:
            self.rolled_back()

    @precondition(lambda self: self.pending != self.NOTHING)
    @rule()
    def refused(self):
        self.server.fail_next(ServerError("ValidationError", "no", operation=0))
        with pytest.raises(CommitRefusedError):
            self.session.commit()

    @rule(steps=st.lists(assignments, min_size=1, max_size=3), fails=st.booleans())
    def in_a_transaction(self, steps, fails):
        last = self.NOTHING
        with suppress(ZeroDivisionError), self.session.transaction():
            for one in steps:
                last = self.assign(one)
            assert self.shown() == (last, last)
            if fails:
                raise ZeroDivisionError
        if not fails:
            self.committed, self.pending = last, self.NOTHING

    @rule(names=st.sampled_from(["status", "status_id", "status, status_id"]))
    def asked_for(self, names):
        self.session.query(f"select {names} from Task").all()

    @rule(
        identifier=st.sampled_from([None, "s0", "s1", "s2"]),
        names=st.sampled_from(["status_id", "status, status_id"]),
    )
    def somebody_else_assigns(self, identifier, names):
        change = {"action": "update", "entity_type": "Task", "entity_key": [self.task["id"]]}
        told = {"__entity_type__": "Task", "status_id": identifier}
        MemoryTransport.execute(self.server, [{**change, "entity_data": told}])
        self.committed = identifier
        self.asked_for(names)

    @rule()
    def expired(self):
        self.session.expire(self.task)

    def shown(self):
        status = self.task["status"]
        return self.task["status_id"], None if status is None else status["id"]

    @invariant()
    def both_show_what_is_pending_else_what_the_server_has(self):
        expected = self.committed if self.pending == self.NOTHING else self.pending
        assert self.shown() == (expected, expected)


Twins.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
test_twins_agree_in_every_order = Twins.TestCase
