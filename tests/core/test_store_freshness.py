"""Freshness: an entity shows what was assigned, else what was asked for last.

Two threads of one session and somebody else change the same values in every order: questions are
sent and their answers taken in later or never, commits succeed and are refused, a transaction is
open meanwhile in another thread, entities are deleted, created again, let go of and looked for
again.
"""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest
from ftrack_core.errors import CommitRefusedError, ConflictError, ConnectionLostError, ServerError
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

TASKS = ("t0", "t1")
NAMES = ("name", "description")
TYPES = {"t0": "Task", "t1": "Task", "p1": "Project"}
PLACES = [*[(key, name) for key in TASKS for name in NAMES], ("p1", "name")]

MEANWHILE = ["nothing", "a commit", "the connection is lost"]
some_places = st.sets(st.sampled_from(PLACES), min_size=1).map(sorted)
outcomes = st.sampled_from(["accepted", "refused"])
texts = st.builds(
    lambda names, of: f"select {', '.join(names)} from Task where id in ({', '.join(of)})",
    # The second task names the project by its key only: the server sends each row in full once.
    st.sampled_from([NAMES, ("name",), ("description",), ("name", "project.name")]),
    st.sampled_from([TASKS, ("t0",)]),
)


def rows():
    return [
        {"__entity_type__": "Project", "id": "p1", "name": "0", "context_type": "show"},
        *[
            {
                "__entity_type__": "Task",
                "id": key,
                "name": "0",
                "description": "0",
                "project_id": "p1",
                "parent_id": "p1",
            }
            for key in TASKS
        ],
    ]


def said(found):
    """Yield each value that rows of an answer hold, nested ones too, as its place and itself."""
    for one in found:
        for name, value in one.items():
            if isinstance(value, dict):
                yield from said([value])
            elif (one["id"], name) in PLACES:
                yield (one["id"], name), value


class Known(NamedTuple):
    """What the session has to show, and the moment at which it was asked for."""

    value: str
    serial: int


class UnderWay(NamedTuple):
    """A question whose answer has not been taken in."""

    answer: object
    says: list
    is_outdated: bool = False


class Freshness(RuleBasedStateMachine):
    """A session beside a model of it.

    What is *held* by the test shows what is *known*, or else what is *pending*, or *claimed* by a
    transaction. What was let go of may be *known* no more; then it is at least as new as what the
    session has written last, its *floor*. Values count up, so that their age can be told.
    """

    @initialize(cache=st.sampled_from(["memory:", "copies:", None]))
    def open(self, cache):
        self.server = MemoryTransport(rows=rows())
        self.session = memory_session(self.server, cache=cache)
        self.store = self.session.work.store
        self.worker = ThreadPoolExecutor(1)
        self.transaction = None
        self.under_way = []
        self.age = {"0": 0}
        self.floor = dict.fromkeys(PLACES, "0")
        self.held, self.known, self.pending, self.claimed = {}, {}, {}, {}
        self.deleted = set()
        self.look_for_all(is_refreshed=True)

    def teardown(self):
        if self.transaction is not None:
            self.in_worker(self.transaction.__exit__, None, None, None)
        self.worker.shutdown()
        self.session.close()

    def in_worker(self, work, *args):
        return self.worker.submit(work, *args).result(10)

    # --- the model -------------------------------------------------------------------------------

    def new_value(self):
        value = str(len(self.age))
        self.age[value] = len(self.age)
        return value

    def now(self):
        """Return a moment behind all that was sent so far."""
        return self.store.next_serial()

    def on_the_server(self, place):
        key, name = place
        return next(row[name] for row in self.server.rows(TYPES[key]) if row["id"] == key)

    def learn(self, place, value, serial):
        if place in self.known and serial > self.known[place].serial:
            self.known[place] = Known(value, serial)

    def wrote(self, values):
        serial = self.now()
        for place, value in values.items():
            self.floor[place] = value
            self.learn(place, value, serial)

    def of(self, key):
        return [place for place in PLACES if place[0] == key]

    def is_assigned(self, key):
        return any(place in self.pending or place in self.claimed for place in self.of(key))

    def shown(self, place):
        key, name = place
        return self.held[key][name]

    # --- the server, and what is asked of it -----------------------------------------------------

    def somebody_else_writes(self, *changed):
        for key, name in changed:
            if key not in self.deleted:
                entity_type = TYPES[key]
                data = {"__entity_type__": entity_type, name: self.new_value()}
                operation = {"action": "update", "entity_type": entity_type, "entity_data": data}
                self.server.execute([{**operation, "entity_key": [key]}])

    @rule(
        asked=st.lists(texts, min_size=1, max_size=3),
        happens=st.sampled_from(MEANWHILE),
        data=st.data(),
    )
    def ask(self, asked, happens, data):
        """Ask for values that are news; what *happens* does so before the answers are here."""
        for text in asked:
            self.somebody_else_writes(*PLACES)
            if happens == "the connection is lost":
                self.server.fail_next(ConnectionLostError("the line went dead"))
                with pytest.raises(ConnectionLostError):
                    self.store.send([text])
            elif happens == "a commit":
                self.before_the_next_answer(self.commit, PLACES, "accepted")
            self.send(text)
        if self.under_way and data.draw(st.booleans()):
            self.answers_come(data, *data.draw(st.tuples(st.booleans(), st.booleans())))

    def before_the_next_answer(self, happens, *arguments):
        def once(batch):
            self.server.before_answer = None
            happens(*arguments)

        self.server.before_answer = once

    def send(self, text):
        answer = self.store.send([text])
        self.under_way.append(UnderWay(answer, list(said(answer.rows))))

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), adopt=st.booleans(), is_looked_at=st.booleans())
    def answers_come(self, data, adopt, is_looked_at):
        """Some come, in any order, and the others still may; some never do."""
        order = data.draw(st.permutations(self.under_way))
        come, never = data.draw(st.sampled_from([(len(order), 0), (1, 0), (1, 1)]))
        self.under_way = order[come + never :]
        for one in order[:come]:
            self.take_in(one, adopt, is_looked_at)

    def take_in(self, one, adopt, is_looked_at):
        page = self.store.take_in(one.answer, adopt=adopt)
        for place, value in one.says:
            self.learn(place, value, one.answer.question.serial)
        # A result may list what was there when it was asked for: it is shown, and not remembered.
        found = {key for (key, _), _ in one.says}
        if not is_looked_at or one.is_outdated or found & self.deleted:
            return
        for entity in self.store.entities_of(page):
            self.hold(entity["id"], entity)
            if "p1" in found:
                self.hold("p1", entity["project"])
        for place, value in one.says:
            if place not in self.known and self.shown(place) == value:
                self.known[place] = Known(value, one.answer.question.serial)

    # --- looking, and letting go -----------------------------------------------------------------

    @rule(data=st.data(), how=st.sampled_from(["expire", "let go", "refresh"]))
    def forget_and_look_again(self, data, how):
        if how == "expire":
            self.expire()
            return
        self.held = {}
        # What is assigned the change log holds.
        self.known = {one: of for one, of in self.known.items() if self.is_assigned(one[0])}
        if self.under_way and data.draw(st.booleans()):
            self.answers_come(data, adopt=True, is_looked_at=data.draw(st.booleans()))
        self.look_for_all(how == "refresh")

    def expire(self):
        self.somebody_else_writes(*PLACES)
        for key, entity in self.held.items():
            self.session.expire(entity)
            self.know_what_is_on_the_server(key)

    def look_for_all(self, is_refreshed):
        for key, entity_type in TYPES.items():
            entity = self.session.get(entity_type, key)
            if key in self.deleted:
                assert entity is None
                continue
            self.hold(key, entity)
            if is_refreshed:
                self.session.refresh(entity)
                self.know_what_is_on_the_server(key)

    def hold(self, key, entity):
        """Hold *entity*; what it shows is not known where it was let go of before."""
        assert self.held.setdefault(key, entity) is entity

    def know_what_is_on_the_server(self, key):
        serial = self.now()
        for place in self.of(key):
            # What is assigned nobody looks behind, so it may not be loaded.
            self.known.pop(place, None)
            if place not in self.pending and place not in self.claimed:
                self.known[place] = Known(self.on_the_server(place), serial)

    @precondition(lambda self: self.transaction is None)
    @rule(is_all_forgotten=st.booleans(), is_refreshed=st.booleans())
    def rollback(self, is_all_forgotten, is_refreshed):
        self.pending = {}
        if not is_all_forgotten:
            self.session.rollback()
            return
        self.somebody_else_writes(*PLACES)
        self.session.reset()
        self.held = {}
        self.under_way = [one._replace(is_outdated=True) for one in self.under_way]
        self.look_for_all(is_refreshed)
        for key in self.held:
            self.know_what_is_on_the_server(key)
            self.floor |= {place: self.known[place].value for place in self.of(key)}

    # --- the session -----------------------------------------------------------------------------

    @rule(places=some_places)
    def edit(self, places):
        for key, name in places:
            value = self.new_value()
            if key in self.held and (key, name) in self.claimed:
                with pytest.raises(ConflictError):
                    self.held[key][name] = value
            elif key in self.held:
                self.held[key][name] = value
                self.pending[key, name] = value

    @precondition(lambda self: self.pending)
    @rule(data=st.data())
    def take_back(self, data):
        place = data.draw(st.sampled_from(sorted(self.pending)))
        if place[0] in self.held and place not in self.claimed:
            del self.held[place[0]][place[1]]
            del self.pending[place]

    @rule(edited=some_places, outcome=outcomes)
    def commit(self, edited, outcome):
        self.edit(edited)
        if outcome == "refused" and self.pending:
            self.server.fail_next(ServerError("ValidationError", "no", operation=0))
            with pytest.raises(CommitRefusedError):
                self.session.commit()
            return
        sent, self.pending = self.pending, {}
        self.session.commit()
        self.wrote(sent)

    @precondition(lambda self: self.pending)
    @rule(places=some_places, is_by_us=st.booleans(), text=texts)
    def something_happens_during_a_commit(self, places, is_by_us, text):
        sent, self.pending = self.pending, {}

        def meanwhile():
            if is_by_us:
                self.edit(places)
            else:
                self.somebody_else_writes(*places)
            self.send(text)

        self.before_the_next_answer(meanwhile)
        self.session.commit()
        self.wrote(sent)

    @precondition(lambda self: "t0" in self.held and not any("t0" in one for one in self.claimed))
    @rule(data=st.data(), is_created_again=st.booleans())
    def delete(self, data, is_created_again):
        self.session.delete(self.held.pop("t0"))
        sent, self.pending = self.pending, {}
        self.session.commit()
        self.deleted.add("t0")
        for place in self.of("t0"):
            self.known.pop(place, None)
            sent.pop(place, None)
        self.wrote(sent)
        if is_created_again:
            self.create_again(data)

    @precondition(lambda self: self.deleted)
    @rule(data=st.data())
    def create_again(self, data):
        if self.under_way:
            self.answers_come(data, adopt=True, is_looked_at=False)
        written = {("t0", name): self.new_value() for name in NAMES}
        given = {name: value for (_, name), value in written.items()}
        entity = self.session.create("Task", {"id": "t0", "project": self.held["p1"], **given})
        self.hold("t0", entity)
        sent, self.pending = self.pending, {}
        self.session.commit()
        self.deleted.remove("t0")
        self.known |= dict.fromkeys(written, Known("", -1))
        self.wrote(sent | written)

    # --- a transaction in another thread ---------------------------------------------------------

    @precondition(lambda self: self.held)
    @rule(places=some_places)
    def edit_in_transaction(self, places):
        if self.transaction is None:
            self.transaction = self.session.transaction()
            self.in_worker(self.transaction.__enter__)
        for key, name in places:
            if key in self.held:
                self.claimed[key, name] = self.new_value()
                self.in_worker(self.held[key].__setitem__, name, self.claimed[key, name])

    @precondition(lambda self: self.transaction is not None)
    @rule(outcome=st.sampled_from(["accepted", "refused", "raises"]))
    def end(self, outcome):
        transaction, self.transaction = self.transaction, None
        claimed, self.claimed = self.claimed, {}
        error = ZeroDivisionError() if outcome == "raises" else None
        refused = outcome == "refused" and bool(claimed)
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
            self.pending = {one: of for one, of in self.pending.items() if one not in claimed}
            self.wrote(claimed)

    # --- what holds at every moment --------------------------------------------------------------

    @invariant()
    def it_shows_what_was_assigned_else_what_was_asked_for_last(self):
        for place in [place for place in PLACES if place[0] in self.held]:
            if place in self.claimed or place in self.pending:
                assert self.shown(place) == self.claimed.get(place, self.pending.get(place))
            elif place in self.known:
                assert self.shown(place) == self.known[place].value, place

    @invariant()
    def it_shows_nothing_older_than_what_the_session_has_written(self):
        for place in [place for place in PLACES if place[0] in self.held]:
            if place not in self.claimed and place not in self.pending:
                assert self.age[self.shown(place)] >= self.age[self.floor[place]], place

    @invariant()
    def a_new_look_is_the_same_object(self):
        for key, entity in self.held.items():
            assert self.session.get(TYPES[key], key) is entity


Freshness.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
test_freshness_in_every_order = Freshness.TestCase
