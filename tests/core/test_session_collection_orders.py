"""A collection shows what was assigned, else what was asked for last, in any order.

Of two collections one is listed by its owner and answered by a commit. What is in the other one its
items say, and a commit does not answer it. A session with a transaction in another thread and
somebody else change both, and questions are answered late or never.
"""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import NamedTuple

import pytest
from ftrack_core.entity import NOT_SET
from ftrack_core.entity.collection import Collection
from ftrack_core.errors import CommitRefusedError, ConflictError, EntityError, ServerError
from ftrack_core.testing.memory_schemas import memory_schemas
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

OWNERS = ("v0", "v1")
VERSIONS = (*OWNERS, "m0", "m1")
LABELS = {"components": "name", "uses_versions": "comment"}
"""The collections, and what their items have that can be read."""

TYPE_OF = {"components": "FileComponent", "uses_versions": "AssetVersion"}
PLACES = tuple(product(OWNERS, LABELS))
TYPES = {"AssetVersion", "Component", "ContainerComponent", "FileComponent"}
SCHEMAS = [one for one in memory_schemas() if one["id"] in TYPES]
UNKNOWN = "unknown"
TAKEN_BACK = "taken back"
QUESTIONS = (
    "select components from AssetVersion where id in (v0, v1)",
    "select uses_versions from AssetVersion where id in (v0, v1)",
    "select components.name, uses_versions.comment from AssetVersion",
    "select components from AssetVersion where id is v1",
    "select comment from AssetVersion",
    "select uses_versions.components, uses_versions.uses_versions from AssetVersion",
    "select version.components.name, version.uses_versions from Component",
)

places = st.sampled_from(PLACES)
owners = st.sampled_from(OWNERS)
names = st.sampled_from(sorted(LABELS))
questions = st.sampled_from(QUESTIONS)
outcomes = st.sampled_from(["accepted", "refused"])
threads = st.sampled_from(["session", "transaction"])
picks = st.lists(st.integers(0, 9), min_size=1, max_size=3)
"""Which items, of those that there are."""

contents = st.lists(st.integers(0, 9), max_size=3)
"""The same, or none at all."""


def once(keys):
    return list(dict.fromkeys(keys))


EDITS = {
    "append": (
        lambda view, items: view.append(items[0]),
        lambda keys, given: once([*keys, given[0]]),
    ),
    "insert": (
        lambda view, items: view.insert(0, items[0]),
        lambda keys, given: keys if given[0] in keys else [given[0], *keys],
    ),
    "extend": (
        lambda view, items: view.extend(items),
        lambda keys, given: once([*keys, *given]),
    ),
    "remove": (
        lambda view, items: items[0] in view and view.remove(items[0]),
        lambda keys, given: [key for key in keys if key != given[0]],
    ),
    "put in the place of the first": (
        lambda view, items: view.__setitem__(slice(0, 1), items),
        lambda keys, given: [*given, *keys[1:]],
    ),
    "delete every other one": (
        lambda view, _: view.__delitem__(slice(None, None, 2)),
        lambda keys, _: keys[1::2],
    ),
    "reverse": (lambda view, _: view.reverse(), lambda keys, _: keys[::-1]),
    "pop": (lambda view, _: view and view.pop(), lambda keys, _: keys[:-1]),
    "clear": (lambda view, _: view.clear(), lambda _, __: []),
}
"""What is done to a view, and what that makes of the keys in it before each stays once."""

CONTENTS = {
    "a list": (list, once),
    "an iterator": (iter, once),
    "nothing": (lambda _: None, lambda _: []),
}
"""What a collection is assigned as, and the keys in it then."""


def type_of(key):
    return "AssetVersion" if key in VERSIONS else "FileComponent"


def reference(key):
    return {"__entity_type__": type_of(key), "id": key}


def operation(action, key, **data):
    """One operation of the protocol; what names an item in *data* becomes a reference."""
    for name in {"version", *LABELS} & data.keys():
        value = data[name]
        data[name] = reference(value) if name == "version" else list(map(reference, value))
    found = {"action": action, "entity_type": type_of(key), "entity_key": [key]}
    return found if action == "delete" else found | {"entity_data": {**reference(key), **data}}


class Passed(NamedTuple):
    """What was assigned before something was deleted, and replaced after that."""

    what: str
    number: int


def operations(recorded, gone):
    """What is to be sent for what was *recorded*, as somebody writes it who has no session.

    No list names what is *gone*, deleted with it, or was created and deleted again.
    """
    found = []
    for (key, place), value in recorded.items():
        what = place.what if isinstance(place, Passed) else place
        if what in ("create", "delete"):
            found.append(operation(what, key, **(value or {})))
        elif value is not TAKEN_BACK and what != "vanish":
            sent = left_of(value, recorded, gone) if what in LABELS else value
            found.append(operation("update", key, **{what: sent}))
    return found


def drop_passed(recorded, key, what):
    for place in [one for one in recorded if one[0] == key and isinstance(one[1], Passed)]:
        if place[1].what == what:
            del recorded[place]


def pass_over(recorded, key, what):
    """Keep what is replaced now where it stands, if something was deleted after it."""
    order = list(recorded)
    behind = order[order.index((key, what)) :]
    if any(one[1] == "delete" for one in behind):
        changes = list(recorded.items())
        recorded.clear()
        passed = (key, Passed(what, len(changes)))
        recorded.update((passed if one == (key, what) else one, value) for one, value in changes)


def left_of(keys, recorded, gone):
    absent = {*gone, *(key for key, what in recorded if what in ("delete", "vanish"))}
    return [one for one in keys if one not in absent]


def told_by(rows):
    """Yield what *rows*, and the rows in them, say of the collections: place and keys."""
    for row in rows:
        for name, value in row.items():
            if isinstance(value, list):
                if (row["id"], name) in PLACES:
                    yield (row["id"], name), [one["id"] for one in value]
                yield from told_by(value)
            elif isinstance(value, dict):
                yield from told_by([value])


def rows():
    components = {"c0": "v0", "c1": "v0", "c2": "v1", "c3": None}
    uses = {"v0": ["v1", "m0"], "v1": ["v0"], "m0": [], "m1": []}
    lists = {key: list(map(reference, used)) for key, used in uses.items()}
    return [
        *[{**reference(key), "comment": key, "uses_versions": lists[key]} for key in VERSIONS],
        *[{**reference(key), "name": key, "version_id": at} for key, at in components.items()],
    ]


class Server(MemoryTransport):
    """Says what it answers the session; what is asked past it is nobody's business."""

    def hears(self, answer):
        pass

    def execute(self, batch):
        answers = super().execute(batch)
        if batch[0]["action"] == "query":
            self.hears([row for one in answers for row in one["data"]])
        return answers

    def answer_apart(self, text):
        (answer,) = super().execute([{"action": "query", "expression": text}])
        return answer["data"]


class Collections(RuleBasedStateMachine):
    """A session beside a model of it: *known*, *pending*, and *held* by a transaction.

    The *other* server is told the same without a session.
    """

    @initialize(start=st.sampled_from(["known", "unknown", "new", "new with content"]))
    def open(self, start):
        is_new = start.startswith("new")
        there = [row for row in rows() if not (is_new and row["id"] == "v1")]
        self.server, self.other = Server(SCHEMAS, there), MemoryTransport(SCHEMAS, there)
        self.session = memory_session(self.server)
        self.store = self.session.work.store
        self.worker = ThreadPoolExecutor(1)
        self.transaction = None
        self.in_flight = []
        self.last_serial = float(self.store.next_serial())
        self.known = dict.fromkeys(PLACES, (UNKNOWN, -1))
        self.pending, self.sent, self.held = {}, {}, {}
        self.claimed, self.unusable, self.gone = set(), set(), set()
        self.server.hears = lambda answer: self.learn(answer, self.after_now())
        self.items = {row["id"]: self.session.get(type_of(row["id"]), row["id"]) for row in there}
        self.labels = {key: key for key in self.items}
        if start == "known":
            self.session.populate([self.items[key] for key in OWNERS], ", ".join(LABELS))
        elif start == "new":
            self.born("v1", self.session.create("AssetVersion", {"id": "v1", "comment": "new"}))
        elif is_new:
            content = {"components": ["c2"], "uses_versions": ["m0"]}
            given = {name: [self.items[key] for key in content[name]] for name in content}
            new = self.session.create("AssetVersion", {"id": "v1", "comment": "new", **given})
            self.born("v1", new)
            self.pending |= {("v1", name): keys for name, keys in content.items()}
            self.commit("accepted")
        self.views = {}
        for owner in OWNERS:
            self.keep_views(owner)

    def teardown(self):
        if self.transaction is not None:
            self.in_worker(self.transaction.__exit__, *self.error())
        self.worker.shutdown()
        self.session.close()

    # --- the model -------------------------------------------------------------------------------

    def in_worker(self, work, *args):
        return self.worker.submit(work, *args).result(10)

    def after_now(self):
        """The serial of an answer that comes now: behind all that was sent so far."""
        self.last_serial += 0.25
        return self.last_serial

    def learn(self, answer, serial):
        for place, keys in told_by(answer):
            self.know(place, keys, serial)

    def know(self, place, keys, serial):
        if serial >= self.known[place][1]:
            self.known[place] = (keys, serial)

    def expire_known(self, place):
        if self.known[place][0] is not UNKNOWN:  # what was asked before counts no more
            self.known[place] = (UNKNOWN, self.after_now())

    def assigned(self, place):
        """What was assigned last and is not settled, or `TAKEN_BACK` where that is nothing."""
        recorded = (self.held, self.pending, self.sent)
        return next((one[place] for one in recorded if place in one), TAKEN_BACK)

    def expected(self, place):
        assigned = self.assigned(place)
        return self.present(self.known[place][0] if assigned is TAKEN_BACK else assigned)

    def present(self, keys):
        """Those of *keys* that the session does not know to be gone."""
        return keys if keys is UNKNOWN else [one for one in keys if one not in self.gone]

    def is_new(self, key):
        return any((key, "create") in one for one in (self.held, self.pending, self.sent))

    def is_deleted(self, key):
        recorded = (self.held, self.pending, self.sent)
        return key in self.gone | self.unusable or any((key, "delete") in one for one in recorded)

    def on_server(self, name):
        return [row["id"] for row in self.other.rows(TYPE_OF[name])]

    def usable(self, name):
        new = [key for key in self.items if self.is_new(key) and type_of(key) == TYPE_OF[name]]
        there = [*self.on_server(name), *new]
        return [key for key in once(there) if not self.is_deleted(key)]

    def chosen(self, keys, picked):
        return [keys[one % len(keys)] for one in picked] if keys else []

    def recorded(self, thread):
        """Where the changes of *thread* are; the first one of a transaction opens it."""
        if thread == "session":
            return self.pending
        if self.transaction is None:
            self.transaction = self.session.transaction()
            self.in_worker(self.transaction.__enter__)
        return self.held

    def do(self, thread, work, *args):
        if self.recorded(thread) is self.held:
            return self.in_worker(work, *args)
        return work(*args)

    def record(self, thread, place, value):
        """Put *value* behind all else that was recorded."""
        recorded = self.recorded(thread)
        if value is TAKEN_BACK:
            drop_passed(recorded, *place)
        elif place in recorded:
            pass_over(recorded, *place)
        recorded.pop(place, None)
        recorded[place] = value
        if recorded is self.held:
            self.claimed.add(place)

    def is_refused(self, thread, place):
        return thread == "session" and place in self.claimed

    def born(self, key, entity, thread="session", **values):
        self.items[key], self.labels[key] = entity, "new"
        label = "comment" if key in VERSIONS else "name"
        self.record(thread, (key, "create"), {label: "new", **values})

    def is_carried_out(self, recorded, outcome):
        """Let the other server carry out what was *recorded*, and say whether it did."""
        batch = operations(recorded, self.gone)
        if outcome == "refused" and batch:
            self.server.fail_next(ServerError("ValidationError", "no", operation=0))
            return False
        try:
            if batch:
                self.other.execute(batch)
        except ServerError:
            return False
        return True

    def settle(self, written):
        serial, owners = self.after_now(), []
        for (key, what), value in written.items():
            if (key, what) in PLACES and value is not TAKEN_BACK:
                is_answered = what == "uses_versions"
                keys = left_of(value, written, self.gone) if is_answered else value
                self.know((key, what), keys, serial)
            if what in ("delete", "vanish"):
                self.gone.add(key)
            elif what == "create" and "version" in value:
                owners.append(((value["version"], "components"), key))
        for place, key in owners:
            if key not in (self.known[place][0] or ()):
                self.expire_known(place)  # it has an item more, and is asked for again

    def forget(self, recorded):
        self.gone |= {key for key, what in recorded if what == "create"}

    # --- somebody else ---------------------------------------------------------------------------

    def write_elsewhere(self, *args, **data):
        for server in (self.server, self.other):
            server.execute([operation(*args, **data)])

    @rule(place=places, picked=contents)
    def somebody_else_assigns(self, place, picked):
        owner, name = place
        there = self.on_server(name)
        if owner in self.on_server("uses_versions"):
            self.write_elsewhere("update", owner, **{name: once(self.chosen(there, picked))})

    @rule(what=st.sampled_from(["moves", "deletes"]), place=places, picked=picks)
    def somebody_else_changes_an_item(self, what, place, picked):
        owner, name = place
        if what == "moves":
            for key in self.chosen(self.on_server("components"), picked[:1]):
                self.write_elsewhere("update", key, version_id=owner)
        else:
            there = [key for key in self.on_server(name) if key not in OWNERS]
            for key in self.chosen(there, picked[:1]):
                self.write_elsewhere("delete", key)

    # --- what is asked ---------------------------------------------------------------------------

    def send(self, text):
        serial = self.store.next_serial()
        answer = self.server.answer_apart(text)
        self.last_serial = float(serial)
        self.in_flight.append((serial, answer))

    @rule(asked=st.lists(st.tuples(questions, places, contents), min_size=1, max_size=3))
    def send_while_somebody_else_assigns(self, asked):
        for text, place, picked in asked:
            self.send(text)
            self.somebody_else_assigns(place, picked)

    @precondition(lambda self: self.in_flight)
    @rule(data=st.data(), adopt=st.booleans(), is_alone=st.booleans())
    def absorb(self, data, adopt, is_alone):
        order = data.draw(st.permutations(range(len(self.in_flight))))
        arriving, left = (order[:1], order[1:]) if is_alone else (order, [])
        sent, self.in_flight = self.in_flight, [self.in_flight[one] for one in sorted(left)]
        for serial, answer in [sent[one] for one in arriving]:
            self.learn(answer, serial)
            self.store.absorb(answer, serial, adopt=adopt)

    @rule(how=st.sampled_from(["query", "populate", "refresh"]), text=questions, place=places)
    def ask(self, how, text, place):
        key, name = place
        before, is_asked = self.last_serial, self.known[place][0] is not UNKNOWN
        if how == "query":
            self.session.query(text).all()
            return
        if how == "populate":
            self.session.populate(self.items[key], name)
            is_asked = True
        else:
            self.session.refresh(self.items[key])
        assert (self.known[place][1] > before) is (is_asked and not self.is_new(key))

    @rule(owner=owners)
    def expire(self, owner):
        self.session.expire(self.items[owner])
        for name in LABELS:
            self.expire_known((owner, name))

    @rule(owner=owners)
    def let_go(self, owner):
        """An owner is held no more, and found again by its key."""
        for name in LABELS:
            del self.views[owner, name]
        del self.items[owner]
        self.items[owner] = self.session.get("AssetVersion", owner)
        self.keep_views(owner)

    def keep_views(self, owner):
        self.views |= {(owner, name): Collection(self.items[owner], name) for name in LABELS}

    def view(self, place, is_kept):
        """Return the view that was kept or another one; a look at it loads what is unknown."""
        key, name = place
        view = self.views[place] if is_kept else self.items[key][name]
        len(view)
        return view

    @rule(place=places, is_kept=st.booleans(), loads=st.booleans())
    def look(self, place, is_kept, loads):
        key, name = place
        with self.session.auto_populating(loads):
            content = self.view(place, is_kept)
            shown = [one["id"] for one in content]
            expected = self.expected(place)
            assert shown == ([] if expected is UNKNOWN else expected)
            if expected is UNKNOWN and not self.is_new(key):
                assert not loads
                with pytest.raises(EntityError):
                    content.append(self.items["v0"])
        if shown and set(shown) <= set(self.usable(name)):
            assert [one[LABELS[name]] for one in content] == [self.labels[one] for one in shown]

    # --- what is changed -------------------------------------------------------------------------

    @rule(
        place=places,
        edit=st.sampled_from(sorted(EDITS)),
        picked=picks,
        is_kept=st.booleans(),
        thread=threads,
    )
    def edit(self, place, edit, picked, is_kept, thread):
        given = self.chosen(self.usable(place[1]), picked)
        if not given:
            return
        act, result = EDITS[edit]
        view, items = self.view(place, is_kept), [self.items[one] for one in given]
        before = self.expected(place)
        before = [] if before is UNKNOWN else before
        after = result(before, given)
        if after == before:
            self.do(thread, act, view, items)
        elif self.is_refused(thread, place):
            with pytest.raises(ConflictError):
                act(view, items)
        else:
            self.do(thread, act, view, items)
            self.record(thread, place, once(after))

    @rule(place=places, kind=st.sampled_from(sorted(CONTENTS)), picked=contents, thread=threads)
    def assign(self, place, kind, picked, thread):
        key, name = place
        given = self.chosen(self.usable(name), picked)
        as_given, result = CONTENTS[kind]
        value = as_given([self.items[one] for one in given])
        if self.is_refused(thread, place):
            with pytest.raises(ConflictError):
                self.items[key][name] = value
            return
        self.do(thread, self.items[key].__setitem__, name, value)
        self.record(thread, place, result(given))

    @rule(place=places, thread=threads)
    def take_back(self, place, thread):
        key, name = place
        if self.is_refused(thread, place):
            with pytest.raises(ConflictError):
                del self.items[key][name]
            return
        self.do(thread, self.items[key].__delitem__, name)
        if thread == "session":
            self.pending.pop(place, None)
        else:
            self.record(thread, place, TAKEN_BACK)

    @rule(owner=st.sampled_from([None, *OWNERS]), thread=threads)
    def create(self, owner, thread):
        values = {} if owner is None else {"version": owner}
        given = {name: self.items[key] for name, key in values.items()}
        new = self.do(thread, self.session.create, "FileComponent", {"name": "new", **given})
        self.born(new["id"], new, thread, **values)

    @rule(owner=owners, picked=picks, thread=threads)
    def move(self, owner, picked, thread):
        for key in self.chosen(self.usable("components"), picked[:1]):
            if self.is_refused(thread, (key, "version")):
                with pytest.raises(ConflictError):
                    self.items[key]["version"] = self.items[owner]
                return
            self.do(thread, self.items[key].__setitem__, "version", self.items[owner])
            self.record(thread, (key, "version"), owner)

    @rule(name=names, picked=picks, thread=threads)
    def delete(self, name, picked, thread):
        usable = [key for key in self.usable(name) if key not in OWNERS]
        for key in self.chosen(usable, picked[:1]):
            self.do(thread, self.session.delete, self.items[key])
            recorded = self.recorded(thread)
            recorded.pop((key, "version"), None)
            drop_passed(recorded, key, "version")
            if recorded.pop((key, "create"), None) is None:
                self.record(thread, (key, "delete"), None)
            else:
                self.record(thread, (key, "vanish"), None)
                self.unusable.add(key)

    # --- commits ---------------------------------------------------------------------------------

    @precondition(lambda self: self.pending)
    @rule(outcome=outcomes)
    def commit(self, outcome, meanwhile=None):
        is_carried_out = self.is_carried_out(self.pending, outcome)
        self.sent, self.pending = self.pending, {}
        self.server.before_answer = meanwhile if is_carried_out else None
        with contextlib.ExitStack() as expected:
            if not is_carried_out:
                expected.enter_context(pytest.raises(CommitRefusedError))
            self.session.commit()
        self.server.before_answer = None
        sent, self.sent = self.sent, {}
        if is_carried_out:
            self.settle(sent)
        else:
            self.pending = sent

    @precondition(lambda self: self.pending)
    @rule(is_by_us=st.booleans(), place=places, picked=contents, text=questions)
    def assigned_during_a_commit(self, is_by_us, place, picked, text):
        def meanwhile(batch):
            self.server.before_answer = None
            if is_by_us:
                self.assign(place, "a list", picked, "session")
            else:
                self.somebody_else_assigns(place, picked)
            self.send(text)

        self.commit("accepted", meanwhile)

    @precondition(lambda self: ("v1", "create") not in self.pending)
    @rule()
    def rollback(self):
        self.session.rollback()
        self.forget(self.pending)
        self.pending = {}

    @precondition(lambda self: self.transaction is not None)
    @rule(outcome=st.sampled_from(["accepted", "refused", "raises"]))
    def end(self, outcome):
        transaction, self.transaction = self.transaction, None
        held, self.held = self.held, {}
        claimed, self.claimed = self.claimed, set()
        if outcome == "raises":
            assert not self.in_worker(transaction.__exit__, *self.error())
            self.forget(held)
        elif self.is_carried_out(held, outcome):
            self.in_worker(transaction.__exit__, None, None, None)
            self.settle(held)
            for place in claimed & self.pending.keys():
                del self.pending[place]
        else:
            with pytest.raises(CommitRefusedError):
                self.in_worker(transaction.__exit__, None, None, None)
            self.forget(held)

    def error(self):
        return ZeroDivisionError, ZeroDivisionError(), None

    # --- what holds at every moment --------------------------------------------------------------

    @invariant()
    def shows_what_was_assigned_else_what_was_asked_for_last(self):
        for place in PLACES:
            key, name = place
            expected = self.expected(place)
            shown = self.items[key].loaded(name)
            if expected is UNKNOWN:
                assert shown is NOT_SET, place
                continue
            assert [one["id"] for one in shown] == expected, place
            assert [one["id"] for one in self.views[place]] == expected, place
            assert len(shown) == len(expected)
            assert shown == [self.items[one] for one in expected]
            assert {one for one, item in self.items.items() if item in shown} == set(expected)

    @invariant()
    def tells_what_was_assigned_from_what_is_known(self):
        for place in PLACES:
            key, name = place
            assigned, known = self.items[key].assigned(name), self.items[key].known(name)
            assert (assigned is NOT_SET) is (self.assigned(place) is TAKEN_BACK), place
            keys = UNKNOWN if known is NOT_SET else [one["id"] for one in known]
            assert keys == self.present(self.known[place][0]), place

    @invariant()
    def the_server_has_what_was_committed(self):
        for entity_type in TYPE_OF.values():
            assert self.server.rows(entity_type) == self.other.rows(entity_type)


Collections.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
test_collections_in_every_order = Collections.TestCase
