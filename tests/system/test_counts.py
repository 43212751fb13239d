"""What work costs where the machine does not matter: requests, and calls of Python functions.

The two tables are limits, set a little above what was measured. Where the code has become better,
lower them; a number that has to be raised needs a reason.
"""

from __future__ import annotations

import gc
import shutil
import sys
from contextlib import contextmanager

import pytest
from ftrack_core.publish import publish_version
from ftrack_embedded import Studio

from ftrack_core import LocationBinding, Session, hookimpl

REQUESTS = {
    "constructing a session": 0,
    "connecting": 1,
    "the first entity": 2,
    "the first entity, schemas known from an earlier session": 1,
    "a query of 5 pages": 5,
    "the same result again": 0,
    "the length of a result": 5,
    "the first of many": 1,
    "an entity that is held, by its key": 0,
    "a loop over an attribute not asked for": 1,
    "a loop over a reference": 1,
    "a loop over a reference's name": 1,
    "a loop over a collection": 1,
    "a loop over metadata": 1,
    "a loop over custom attributes": 1,
    "populate": 1,
    "items of one entity": 1,
    "committing 1,000 creates": 1,
    "creating 10 with custom attributes": 2,
    "committing updates": 1,
    "committing nothing": 0,
    "a transaction": 1,
    "ensuring what is there": 2,
    "ensuring what is not there": 2,
    "publishing a component of 10 frames": 8,
    "publishing a version with 10 frames, the first": 8,
    "publishing a version with 40 frames, the next": 5,
}
"""The most requests of each journey."""

CALLS = {
    "a row taken in": 0.5,
    "a row that is held, taken in again": 0.5,
    "a row with three references taken in": 5.5,
    "a row with custom attributes taken in": 0.5,
    "an entity made": 1.0,
    "a read of a scalar": 1.0,
    "a read of a reference's name": 8.0,
    "a key of a mapping that was looked at": 2.0,
    "a create": 15.0,
    "the commit of a create": 4.0,
    "an assignment": 14.0,
    "the commit of an update": 17.0,
}
"""The most Python functions that are called for one further row, read, create or update."""

CALLS_OF_ONE_CHANGE = {"100 held": 220, "more with 10,000 held": 25}
"""The most Python functions that assigning one value and committing it calls, all in all.

The few more are a page that leaves the full cache: 22 calls of the oldest cachetools. About 30 of
all are a page put into a cache that keeps times for single types.
"""

SCALARS = "name, bid, sort, description, status_id, type_id, priority_id, parent_id"
REFERENCES = "name, status.name, type.name, parent.name"


# --- what the tests share ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def show(tmp_path_factory):
    database = tmp_path_factory.mktemp("counted") / "studio.db"
    Studio(database, seed="demo").close()
    return database


@pytest.fixture
def studio_url(show, tmp_path):
    """A copy of the show for each test: what others have created would change its counts."""
    return f"embedded://{shutil.copy(show, tmp_path / 'studio.db')}"


@pytest.fixture
def calls():
    return Calls()


@pytest.fixture
def session(studio_url, calls):
    """A session with all installed plugins, whose server's own calls are not counted.

    It does not read ahead: that depends on how long an answer takes.
    """
    with Session(
        studio_url, api_user="admin", plugins=[ServerAside(calls)], read_ahead=False
    ) as session:
        yield session.connect()


class Calls:
    """Counts calls of Python functions in a ``with`` block; alike in every version of Python."""

    # Python 3.12 and later make no frame of their own for these.
    _INLINED = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>"})

    def __init__(self):
        self.count = 0

    def __enter__(self):
        self.count = 0
        # A collection at a moment of its own choosing calls what others have left to be called.
        gc.disable()
        self._before = sys.getprofile()
        sys.setprofile(self._note)
        return self

    def __exit__(self, *_):
        sys.setprofile(self._before)
        gc.enable()

    def _note(self, frame, event, _):
        if event == "call" and frame.f_code.co_name not in self._INLINED:
            self.count += 1

    @contextmanager
    def aside(self):
        """What happens in the block does not count."""
        noting = sys.getprofile()
        sys.setprofile(None)
        try:
            yield
        finally:
            sys.setprofile(noting)


class ServerAside:
    """A plugin that stands around the server."""

    def __init__(self, calls):
        self._calls = calls

    @hookimpl(wrapper=True)
    def ftrack_execute_batch(self):
        with self._calls.aside():
            return (yield)


@pytest.fixture
def at_most(session):
    """A ``with`` block that makes at most the requests of a journey in `REQUESTS`."""

    @contextmanager
    def block(journey):
        with session.explain() as requests:
            yield
        within(REQUESTS, journey, len(requests), requests)

    return block


def within(limits, what, measured, told=""):
    assert measured <= limits[what], f"{what}: {measured}, not {limits[what]} at the most. {told}"


def per_unit(calls, work, small=20, large=80, prepare=lambda count: count):
    """How many calls one further unit of *work* makes, without what is spent once."""

    def counted(count):
        prepared = prepare(count)
        with calls:
            held = work(prepared)
        del held
        return calls.count

    counted(small)  # what is made on first use
    return (counted(large) - counted(small)) / (large - small)


def tasks(session, count, projections="name"):
    return session.query(f"select {projections} from Task limit {count}").all()


# --- requests: sessions --------------------------------------------------------------------------


def test_constructing_a_session_sends_nothing(studio_url):
    with Session(studio_url) as session:
        within(REQUESTS, "constructing a session", session.request_count)


def test_connecting_asks_for_everything_at_once(studio_url):
    with Session(studio_url) as session:
        session.connect()
        within(REQUESTS, "connecting", session.request_count)


def test_the_first_entity(studio_url, tmp_path):
    for journey in (
        "the first entity",
        "the first entity, schemas known from an earlier session",
    ):
        with Session(studio_url, cache_folder=tmp_path) as session:
            assert session.query("select name from Task").first()["name"]
            within(REQUESTS, journey, session.request_count)


# --- requests: reading ---------------------------------------------------------------------------


def test_a_query_sends_one_request_a_page(session, at_most):
    result = session.query("Task limit 50", page_size=10)
    with at_most("a query of 5 pages"):
        assert len(result.all()) == 50
    with at_most("the same result again"):
        assert len(list(result)) == 50


def test_the_length_takes_all_pages_and_the_first_one_row(session, at_most):
    with at_most("the length of a result"):
        assert len(session.query("Task limit 50", page_size=10)) == 50
    with at_most("the first of many"):
        assert session.query("Task", page_size=10).first()


def test_what_is_held_is_not_asked_for_again(session, at_most):
    task = session.query("Task").first()
    with at_most("an entity that is held, by its key"):
        assert session.get("Task", task["id"]) is task


def test_a_loop_over_an_attribute_not_asked_for(session, at_most):
    found = tasks(session, 100)
    with at_most("a loop over an attribute not asked for"):
        assert [task["description"] for task in found]


def test_a_loop_over_a_reference(session, at_most):
    found = tasks(session, 100)
    with at_most("a loop over a reference"):
        assert [task["status"] for task in found]


def test_a_loop_over_a_references_name(session, at_most):
    found = tasks(session, 100)
    with at_most("a loop over a reference's name"):
        assert [task["status"]["name"] for task in found]


def test_a_loop_over_a_collection(session, at_most):
    versions = session.query("select version from AssetVersion").all()
    with at_most("a loop over a collection"):
        assert sum(len(version["components"]) for version in versions)


def test_a_loop_over_mapped_attributes(session, at_most):
    shots = session.query("select name from Shot").all()
    with at_most("a loop over metadata"):
        assert [dict(shot["metadata"]) for shot in shots]
    with at_most("a loop over custom attributes"):
        assert [shot["custom_attributes"]["fps"] for shot in shots]


def test_populate_asks_once_for_all(session, at_most):
    found = tasks(session, 100)
    with at_most("populate"):
        session.populate(found, "description, status.name, parent.name, metadata")
        assert [task["status"]["name"] for task in found]


def test_all_of_one_entity_at_once(session, at_most):
    (task,) = tasks(session, 1)
    with at_most("items of one entity"):
        assert dict(task.items())


# --- requests: writing ---------------------------------------------------------------------------


def test_a_commit_is_one_request(session, at_most):
    shot = session.query("Shot").first()
    with at_most("committing 1,000 creates"):
        for number in range(1000):
            session.create("Task", {"name": f"counted_{number}", "parent": shot})
        session.commit()
    with at_most("committing nothing"):
        session.commit()


def test_updates_are_one_request(session, at_most):
    found = tasks(session, 100)
    with at_most("committing updates"):
        for task in found:
            task["bid"] = 3600.0
        session.commit()


def test_a_transaction_is_one_request(session, at_most):
    found = tasks(session, 10)
    with at_most("a transaction"), session.transaction():
        for task in found:
            task["bid"] = 7200.0


def test_custom_attributes_of_new_entities_are_one_question(session, at_most):
    project = session.query("Project").first()
    with at_most("creating 10 with custom attributes"):
        for number in range(10):
            values = {"fstart": 1001 + number}
            data = {"name": f"sh9{number:02}", "parent": project, "custom_attributes": values}
            session.create("Shot", data)
        session.commit()


def test_ensure_asks_and_commits_only_what_is_missing(session, at_most):
    data = {"name": "ensured", "description": "made once"}
    with at_most("ensuring what is not there"):
        session.ensure("Location", data, ["name"])
    with at_most("ensuring what is there"):
        session.ensure("Location", data, ["name"])


@pytest.fixture
def frames(session, tmp_path):
    """A function that renders frames and returns their expression; a location takes them."""
    binding = LocationBinding("studio.prod", f"disk:{tmp_path}/storage", "standard", priority=1)
    session.ensure("Location", {"name": binding.name})
    session.locations.bind(binding)

    def render(name, count):
        for number in range(1001, 1001 + count):
            (tmp_path / f"{name}.{number}.exr").write_bytes(b"frame")
        return str(tmp_path / f"{name}.%04d.exr [1001-{1000 + count}]")

    return render


def test_a_sequence_is_a_handful_of_requests(session, frames, at_most):
    path, version = frames("plate", 10), session.query("AssetVersion").first()
    with at_most("publishing a component of 10 frames"):
        session.create_component(path, {"name": "plate", "version": version}, "studio.prod")


def test_a_version_is_as_many_requests_with_any_number_of_frames(session, frames, at_most):
    task = session.query("Task").first()
    for count, which in ((10, "the first"), (40, "the next")):
        path = frames(f"comp{count}", count)
        with at_most(f"publishing a version with {count} frames, {which}"):
            publish_version(session, task, f"comp{count}", {"main": path})


# --- calls: reading ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "entity_type", "projections"),
    [
        ("a row taken in", "Task", SCALARS),
        ("a row with three references taken in", "Task", REFERENCES),
        ("a row with custom attributes taken in", "Shot", "name, custom_attributes"),
    ],
)
def test_taking_a_row_in(session, calls, what, entity_type, projections):
    def prepare(count):
        return session.query(f"select {projections} from {entity_type} limit {count}")

    within(CALLS, what, per_unit(calls, len, small=8, large=24, prepare=prepare))


def test_taking_in_again_what_is_held(session, calls):
    held = []

    def prepare(count):
        text = f"select {SCALARS} from Task limit {count}"
        held[:] = session.query(text).all()
        return session.query(text)

    limit = "a row that is held, taken in again"
    within(CALLS, limit, per_unit(calls, len, small=8, large=24, prepare=prepare))


def test_making_an_entity(session, calls):
    def prepare(count):
        result = session.query(f"select {SCALARS} from Task limit {count}")
        assert len(result) == count
        return result

    within(CALLS, "an entity made", per_unit(calls, list, prepare=prepare))


def test_reading_what_is_there(session, calls):
    def scalar(found):
        for task in found:
            task["name"]

    def reference(found):
        for task in found:
            task["status"]["name"]

    def prepare(count):
        return tasks(session, count, "name, status.name")

    within(CALLS, "a read of a scalar", per_unit(calls, scalar, prepare=prepare))
    within(CALLS, "a read of a reference's name", per_unit(calls, reference, prepare=prepare))


def test_reading_a_key_of_what_was_looked_at(session, calls):
    def look(found):
        for task, key in found:
            task["custom_attributes"][key]

    def prepare(count):
        found = [(one, next(iter(one["custom_attributes"]))) for one in mapped_tasks(count)]
        look(found)
        return found

    def mapped_tasks(count):
        return tasks(session, count, "custom_attributes")

    within(CALLS, "a key of a mapping that was looked at", per_unit(calls, look, prepare=prepare))


# --- calls: writing ------------------------------------------------------------------------------


def test_creating(session, calls):
    shot = session.query("Shot").first()

    def create(count):
        for number in range(count):
            session.create("Task", {"name": f"made_{number}", "bid": 3600.0, "parent": shot})

    def commit(_):
        session.commit()

    within(CALLS, "a create", per_unit(calls, create))
    session.rollback()
    within(CALLS, "the commit of a create", per_unit(calls, commit, prepare=create))


def test_updating(session, calls):
    values = iter(range(1, 1_000_000))

    def assign(found):
        for task in found:
            task["bid"] = float(next(values))
        return found

    def prepare(count):
        session.rollback()
        return tasks(session, count)

    def assigned(count):
        return assign(prepare(count))

    def commit(_):
        session.commit()

    within(CALLS, "an assignment", per_unit(calls, assign, prepare=prepare))
    within(CALLS, "the commit of an update", per_unit(calls, commit, prepare=assigned))


def test_one_change_costs_the_same_however_many_entities_are_held(session, calls):
    parent_id = session.query("Shot").first()["id"]
    for start in range(0, 10_000, 1000):
        names = [f"held_{start + number}" for number in range(1000)]
        session.call([new_task(name, parent_id) for name in names])

    def cost_with(held):
        found = tasks(session, held)
        assert len(found) == held
        with calls:
            found[0]["bid"] = float(held)
            session.commit()
        return calls.count

    cost_with(100)  # what is made on first use
    few, many = cost_with(100), cost_with(10_000)
    within(CALLS_OF_ONE_CHANGE, "100 held", few)
    assert many - few <= CALLS_OF_ONE_CHANGE["more with 10,000 held"]


def new_task(name, parent_id):
    data = {"__entity_type__": "Task", "name": name, "parent_id": parent_id}
    return {"action": "create", "entity_type": "Task", "entity_data": data}
