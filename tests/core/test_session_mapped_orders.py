"""A mapping such as ``metadata`` shows what is pending, else what the server has, in any order."""

from __future__ import annotations

from contextlib import suppress

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

GONE = None
keys = st.sampled_from(["colour", "size"])
values = st.sampled_from([GONE, "red", "blue"])
"""`GONE` removes a key. They are few, so that one and the same comes again."""


class Server(MemoryTransport):
    """Refuses all writing while it is told to."""

    refuses = False

    def execute(self, batch):
        if self.refuses and batch[0]["action"] != "query":
            raise ServerError("ValidationError", "no", operation=0)
        return super().execute(batch)


class Mapping(RuleBasedStateMachine):
    """The metadata of a task beside a model of it: what the server has, and what is *pending*."""

    @initialize(is_new=st.booleans())
    def open(self, is_new):
        self.server = Server(
            rows=[
                {"__entity_type__": "Task", "id": "t1", "name": "light"},
                {
                    "__entity_type__": "Metadata",
                    "parent_id": "t1",
                    "parent_type": "Task",
                    "key": "colour",
                    "value": "red",
                },
            ]
        )
        self.session = memory_session(self.server)
        self.task = self.session.get("Task", "t1")
        self.committed, self.pending = {"colour": "red"}, {}
        if is_new:
            self.task = self.session.create("Task", {"name": "new", "metadata": {"size": "red"}})
            self.session.commit()
            self.committed = {"size": "red"}

    def teardown(self):
        self.session.close()

    def expected(self):
        merged = {**self.committed, **self.pending}
        return {key: value for key, value in merged.items() if value is not GONE}

    def assign(self, key, value):
        """Assign or remove, where there is something to remove; return what is pending then."""
        view = self.task["metadata"]
        if value is not GONE:
            view[key] = value
        elif key in view:
            del view[key]
        else:
            return {}
        return {key: value}

    @rule(key=keys, value=values)
    def assigned(self, key, value):
        self.pending.update(self.assign(key, value))

    @rule(content=st.dictionaries(keys, st.sampled_from(["red", "blue"])))
    def replaced(self, content):
        gone = {key: GONE for key in self.expected() if key not in content}
        self.task["metadata"] = content
        self.pending.update({**gone, **content})

    @rule()
    def rolled_back(self):
        self.session.rollback()
        self.pending = {}

    @rule()
    def commits(self):
        self.session.commit()
        self.committed, self.pending = self.expected(), {}

    @rule(key=keys, value=values, is_kept=st.booleans())
    def assigned_during_a_commit(self, key, value, is_kept):
        later = []

        def meanwhile(batch):
            if batch[0]["action"] != "query":
                later.append(self.assign(key, value))

        self.server.before_answer = meanwhile
        self.commits()
        self.server.before_answer = None
        for one in later:
            self.pending.update(one)
        if not is_kept:
            self.rolled_back()

    @rule()
    def refused(self):
        self.server.refuses = True
        try:
            self.session.commit()
        except CommitRefusedError:
            pass
        else:  # what is pending comes to nothing, and nothing was sent
            self.committed, self.pending = self.expected(), {}
        self.server.refuses = False

    @precondition(lambda self: not self.pending)
    @rule(steps=st.lists(st.tuples(keys, values), min_size=1, max_size=3), fails=st.booleans())
    def in_a_transaction(self, steps, fails):
        held = {}
        with suppress(ZeroDivisionError), self.session.transaction():
            for key, value in steps:
                held.update(self.assign(key, value))
            if fails:
                raise ZeroDivisionError
        if not fails:
            self.pending = held
            self.committed, self.pending = self.expected(), {}

    @rule()
    def asked_for(self):
        self.session.query("select metadata from Task").all()

    @rule()
    def expired(self):
        self.session.expire(self.task)

    @invariant()
    def it_shows_what_is_pending_else_what_the_server_has(self):
        assert dict(self.task["metadata"]) == self.expected()


Mapping.TestCase.settings = settings(max_examples=100, stateful_step_count=25, deadline=None)
test_a_mapping_in_every_order = Mapping.TestCase
