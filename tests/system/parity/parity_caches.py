"""Caches: the classes on their own, and a session that keeps what it reads in a file."""

import functools
import json

import ftrack_api.cache as caches
import pytest


@pytest.fixture(params=["memory", "file", "layered", "proxy"])
def cache(request, tmp_path):
    made = {
        "memory": lambda: caches.MemoryCache(),
        "file": lambda: caches.FileCache(str(tmp_path / "kept")),
        "layered": lambda: caches.LayeredCache([caches.MemoryCache(), caches.MemoryCache()]),
        "proxy": lambda: caches.ProxyCache(caches.MemoryCache()),
    }
    return made[request.param]()


def test_a_cache_keeps_values_by_key(cache):
    """7: get, set, remove, keys, values; KeyError for what is not there."""
    cache.set("a", "1")
    cache.set("b", "2")
    cache.set("a", "3")
    assert cache.get("a") == "3"
    assert sorted(cache.keys()) == ["a", "b"]
    assert sorted(cache.values()) == ["2", "3"]
    cache.remove("a")
    for fail in (cache.get, cache.remove):
        with pytest.raises(KeyError):
            fail("a")


def test_a_cache_is_cleared_by_pattern(cache):
    """7: a regular expression, searched in the keys; all without one."""
    for key in ("task-1", "task-2", "shot-1"):
        cache.set(key, "x")
    cache.clear("^task")
    assert cache.keys() == ["shot-1"]
    cache.clear()
    assert cache.keys() == []


def test_layers_fill_those_above():
    """7: get walks down and back-fills, set writes all, keys is the union."""
    top, bottom = caches.MemoryCache(), caches.MemoryCache()
    layered = caches.LayeredCache([top, bottom])
    bottom.set("a", 1)
    assert layered.get("a") == 1
    assert top.get("a") == 1
    layered.set("b", 2)
    assert (top.get("b"), bottom.get("b")) == (2, 2)
    bottom.set("c", 3)
    assert sorted(layered.keys()) == ["a", "b", "c"]
    layered.remove("c")
    assert layered.caches == [top, bottom]


def test_a_file_keeps_values_for_another_process(tmp_path):
    """7: opened for each access."""
    path = str(tmp_path / "kept")
    caches.FileCache(path).set("a", "ö")
    assert caches.FileCache(path).get("a") == "ö"


def test_values_are_encoded_on_the_way(tmp_path):
    """7: `SerialisedCache(proxied, encode, decode)`."""
    below = caches.MemoryCache()
    cache = caches.SerialisedCache(below, encode=json.dumps, decode=json.loads)
    cache.set("a", {"x": 1})
    assert below.get("a") == '{"x": 1}'
    assert cache.get("a") == {"x": 1}
    assert cache.values() == [{"x": 1}]


def test_a_cache_of_ones_own():
    """7: a subclass of `Cache`; the abstract methods are the four, and keys."""

    class Own(caches.Cache):
        def __init__(self):
            self.held = {}

        def get(self, key):
            return self.held[key]

        def set(self, key, value):
            self.held[key] = value

        def remove(self, key):
            del self.held[key]

        def keys(self):
            return list(self.held)

    own = Own()
    own.set("a", 1)
    assert own.values() == [1]
    own.clear()
    assert own.keys() == []


def test_keys_are_texts(session, project):
    """7: `StringKeyMaker` renders type and key."""
    maker = caches.StringKeyMaker()
    assert maker.key(("Task", ["abc"])) == "('Task', ['abc'])"
    assert maker.key("a", 1) == "a1"
    assert isinstance(session.cache_key_maker, caches.StringKeyMaker)
    assert f"('Project', ['{project['id']}'])" in session._local_cache.keys()  # noqa: SIM118 - a cache
    assert session._local_cache.get(f"('Project', ['{project['id']}'])") is project


def test_keys_of_objects_are_exact_bytes():
    """7: `ObjectKeyMaker`: separators, sorted items, names of functions."""
    maker = caches.ObjectKeyMaker()
    assert maker.key({"b": 1, "a": 2}) == maker.key({"a": 2, "b": 1})
    assert maker.key({"a": 1}).startswith(b"\x01")
    assert maker.key([1]).startswith(b"\x03")
    assert maker.key(callable).startswith(b"\x04callable")
    assert b"\x00" in maker.key("a", "b")
    assert maker.key(1) != maker.key("1")


def test_calls_are_remembered():
    """7: `Memoiser` by arguments, however they were given."""
    calls = []

    def add(a, b=2):
        calls.append((a, b))
        return [a + b]

    memoiser = caches.Memoiser()
    assert memoiser.call(add, (1,)) == memoiser.call(add, (), {"a": 1, "b": 2}) == [3]
    assert calls == [(1, 2)]
    assert memoiser.call(add, (1,)) is not memoiser.call(add, (1,))
    keeping = caches.Memoiser(return_copies=False)
    assert keeping.call(add, (5,)) is keeping.call(add, (5,))


def test_functions_are_decorated():
    """7: `memoise_decorator`, and `memoise` with the memoiser of the module."""
    calls = []

    @caches.memoise_decorator(caches.Memoiser())
    def double(value):
        calls.append(value)
        return value * 2

    assert [double(2), double(2), double(value=2)] == [4, 4, 4]
    assert calls == [2]
    assert callable(caches.memoise)
    assert isinstance(caches.memoiser, caches.Memoiser)


def persistent(path):
    """The set-up of the documentation."""
    return lambda session: caches.SerialisedCache(
        caches.FileCache(str(path)),
        encode=functools.partial(session.encode, entity_attribute_strategy="persisted_only"),
        decode=session.decode,
    )


def test_a_session_keeps_what_it_reads_in_a_file(new_session, new_task, tmp_path):
    """7: the value is JSON of one entity with references."""
    session = new_session(cache=persistent(tmp_path / "kept"))
    task = session.query(
        f'select name, status.name, time_logged from Task where id is "{new_task["id"]}"'
    ).one()
    kept = json.loads(caches.FileCache(str(tmp_path / "kept")).get(f"('Task', ['{task['id']}'])"))
    assert kept["__entity_type__"] == "Task"
    assert kept["name"] == task["name"]
    assert kept["status"]["id"] == task["status"]["id"]
    assert set(kept["status"]) == {"__entity_type__", "id"}
    assert "time_logged" not in kept
    assert f"('Status', ['{task['status']['id']}'])" in session.cache.keys()  # noqa: SIM118 - a cache


def test_the_next_session_reads_from_the_file(new_session, new_task, tmp_path, wire):
    """7: nothing is asked for what was read before."""
    first = new_session(cache=persistent(tmp_path / "kept"))
    first.query(f'select name, bid from Task where id is "{new_task["id"]}"').one()
    first.close()
    second = new_session(cache=persistent(tmp_path / "kept"))
    wire.clear()
    task = second.get("Task", new_task["id"])
    assert task["name"] == new_task["name"]
    assert second.get("Task", new_task["id"]) is task
    assert wire.requests == []


def test_the_next_session_reads_what_a_task_refers_to(new_session, new_task, tmp_path, wire):
    """7: an entity that was looked at is kept, and is found through a reference to it."""
    first = new_session(cache=persistent(tmp_path / "kept"))
    expression = f'select name, status.name from Task where id is "{new_task["id"]}"'
    name = first.query(expression).one()["status"]["name"]
    first.close()
    second = new_session(cache=persistent(tmp_path / "kept"))
    wire.clear()
    assert second.get("Task", new_task["id"])["status"]["name"] == name
    assert wire.requests == []


def test_a_changed_task_is_changed_in_the_file(new_session, new_task, tmp_path, unique):
    """7: a commit writes what the server has taken."""
    session = new_session(cache=persistent(tmp_path / "kept"))
    task = session.get("Task", new_task["id"])
    task["description"] = unique
    session.commit()
    session.query(f'select description from Task where id is "{task["id"]}"').all()
    kept = json.loads(caches.FileCache(str(tmp_path / "kept")).get(f"('Task', ['{task['id']}'])"))
    assert kept["description"] == unique


def test_rows_of_several_queries_come_together_in_the_file(new_session, new_task, tmp_path):
    """1.10: what is merged is written whole."""
    session = new_session(cache=persistent(tmp_path / "kept"))
    for name in ("name", "bid", "description"):
        session.query(f'select {name} from Task where id is "{new_task["id"]}"').all()
    kept = json.loads(
        caches.FileCache(str(tmp_path / "kept")).get(f"('Task', ['{new_task['id']}'])")
    )
    assert {"name", "bid", "description"} <= set(kept)


def test_a_cache_may_be_given_as_an_object_or_not_at_all(new_session):
    """1.1: a Cache, or a callable that returns one or None."""
    own = caches.MemoryCache()
    assert new_session(cache=own).cache.caches[-1] is own
    assert len(new_session(cache=lambda session: None).cache.caches) == 1
    session = new_session()
    assert isinstance(session.cache, caches.LayeredCache)
    assert isinstance(session._local_cache, caches.MemoryCache)
    assert session.cache.caches[0] is session._local_cache


def test_a_key_maker_of_ones_own(new_session, project):
    """1.1: `cache_key_maker` renders the keys."""

    class Own(caches.StringKeyMaker):
        def _key(self, item):
            return f"own:{item}"

    below = caches.MemoryCache()
    session = new_session(cache=below, cache_key_maker=Own())
    session.get("Project", project["id"])
    assert f"own:('Project', ['{project['id']}'])" in below.keys()  # noqa: SIM118 - a cache


def test_emptying_the_cache_makes_new_entities(session, project, wire):
    """`session.cache.clear()` and `_local_cache.clear()`: what is held is asked for again."""
    session._local_cache.clear()
    wire.clear()
    again = session.get("Project", project["id"])
    assert len(wire.expressions) == 1
    assert again == project
    session.cache.clear()
    session._configure_locations()
    assert session.get("Project", project["id"]) == project
    assert len(wire.expressions) == 2


def test_an_entity_may_be_put_into_the_cache(session, unique):
    """`_local_cache.set`: a decoded entity is the one that is found."""
    entity = session.decode(f'{{"__entity_type__": "User", "id": "{unique}", "username": "x"}}')
    session._local_cache.set(f"('User', ['{unique}'])", entity)
    assert session.get("User", unique)["username"] == "x"
    assert entity in session._local_cache.values()
