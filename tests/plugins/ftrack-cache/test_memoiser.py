"""Remembering what functions have returned."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from ftrack_cache import (
    CacheValueError,
    FileCache,
    Memoiser,
    MemoryCache,
    SerialisedCache,
    memoise,
    memoise_decorator,
)


class Counted:
    """A function that counts its calls."""

    def __init__(self, result=None):
        self.calls = []
        self.result = result

    def function(self):
        def work(first, second=2, *rest, **named):
            self.calls.append((first, second, rest, named))
            return self.result

        return work


def test_a_function_is_called_once_for_the_same_arguments():
    counted = Counted("x")
    work, memoiser = counted.function(), Memoiser()
    assert [memoiser.call(work, [1]) for _ in range(3)] == ["x"] * 3
    assert len(counted.calls) == 1


@pytest.mark.parametrize(
    ("args", "kw", "calls"),
    [
        ([1], {"second": 2}, 1),
        ([1, 2], None, 1),
        (None, {"first": 1}, 1),
        (None, {"second": 2, "first": 1}, 1),
        ([1, 3], None, 2),
        ([1, 2, 3], None, 2),
        ([1], {"other": 1}, 2),
    ],
)
def test_arguments_by_position_by_name_and_by_default_are_the_same(args, kw, calls):
    counted = Counted()
    work, memoiser = counted.function(), Memoiser()
    memoiser.call(work, [1])
    memoiser.call(work, args, kw)
    assert len(counted.calls) == calls


def test_wrong_arguments_are_the_error_they_always_are():
    with pytest.raises(TypeError, match="missing a required argument: 'first'"):
        Memoiser().call(Counted().function())


def test_a_builtin_that_does_not_tell_its_arguments_works():
    assert Memoiser().call(dict, [[("a", 1)]]) == {"a": 1}


def test_none_is_a_result_like_others():
    counted = Counted(None)
    work, memoiser = counted.function(), Memoiser()
    assert [memoiser.call(work, [1]) for _ in range(2)] == [None, None]
    assert len(counted.calls) == 1


def test_each_caller_gets_a_copy():
    @memoise
    def work():
        return {"a": [1]}

    work()["a"].append(2)
    assert work() == {"a": [1]}


def test_the_first_caller_gets_a_copy_too():
    memoiser = Memoiser()
    first = memoiser.call(lambda: shared)
    assert first == shared
    assert first is not shared


shared = ["kept"]


def test_copies_can_be_done_without():
    @memoise_decorator(Memoiser(return_copies=False))
    def work():
        return object()

    assert work() is work()


class Entity:
    """What a session has one of for each row, and cannot be copied."""

    def __ftrack_reference__(self):
        return {"__entity_type__": "Task", "id": "t1"}

    def __deepcopy__(self, memo):
        raise TypeError("there is one of each")


def test_entities_in_a_result_are_not_copied():
    entity = Entity()
    memoiser = Memoiser()
    result = memoiser.call(lambda: [{"tasks": (entity, [entity])}])
    result[0]["other"] = 1
    assert memoiser.call(lambda: entity) is entity
    again = memoiser.call(lambda: [{"tasks": (entity, [entity])}])
    assert again[0]["tasks"][0] is again[0]["tasks"][1][0] is entity


def test_a_result_that_cannot_be_copied_is_refused_with_a_hint():
    with pytest.raises(CacheValueError, match=r"a lock, cannot be copied .*return_copies=False"):
        Memoiser().call(threading.Lock)


def test_what_raises_is_tried_again():
    calls = []

    @memoise
    def work():
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("not yet")
        return "x"

    with pytest.raises(ValueError, match="not yet"):
        work()
    assert (work(), work(), len(calls)) == ("x", "x", 2)


def test_what_a_function_closes_over_counts():
    memoiser = Memoiser()

    def adder(number):
        return lambda other: number + other

    assert [memoiser.call(adder(number), [1]) for number in (1, 2)] == [2, 3]


def test_methods_remember_by_what_their_object_holds():
    class Shot:
        def __init__(self, name):
            self.name = name

        @memoise
        def shown(self):
            return f"shot {self.name}"

        def long(self):
            return f"the shot {self.name}"

    assert [Shot(name).shown() for name in "aba"] == ["shot a", "shot b", "shot a"]
    memoiser = Memoiser()
    assert [memoiser.call(Shot(name).long) for name in "ab"] == ["the shot a", "the shot b"]


def test_a_memoised_function_is_still_the_function():
    @memoise
    def work():
        """Say something."""

    assert (work.__name__, work.__doc__) == ("work", "Say something.")


def test_what_was_remembered_can_be_forgotten():
    calls = []

    @memoise
    def work(number):
        calls.append(number)

    work(1)
    work.memoiser.cache.clear()
    work(1)
    assert calls == [1, 1]


def test_two_functions_share_no_memoiser_unless_they_are_given_one():
    first, second = memoise(len), memoise(len)
    assert first.memoiser is not second.memoiser
    shared_memoiser = Memoiser()
    assert memoise_decorator(shared_memoiser)(len).memoiser is shared_memoiser


def at_this_moment(number):
    return {number: time.monotonic_ns()}


def test_results_may_be_kept_in_a_file(tmp_path):
    results = []
    for _ in range(2):
        cache = FileCache(tmp_path / "results.db")
        results.append(Memoiser(SerialisedCache(cache)).call(at_this_moment, ["frame"]))
        cache.close()
    assert results[0] == results[1]


def test_a_file_says_what_it_lacks_for_other_results(tmp_path):
    cache = FileCache(tmp_path / "results.db")
    with pytest.raises(CacheValueError, match="SerialisedCache"):
        Memoiser(cache).call(lambda: {"a": 1})
    cache.close()


def connect(server, api_key):
    return f"{server}: connected"


def test_a_key_among_the_arguments_does_not_reach_the_file(tmp_path):
    path = tmp_path / "results.db"
    cache = FileCache(path)
    Memoiser(cache).call(connect, ["studio", "hush-hush-1234"])
    content = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    cache.close()
    assert b"studio: connected" in content
    assert b"hush" not in content


# --- threads --------------------------------------------------------------------------------------


def test_threads_that_ask_at_once_wait_for_the_first():
    calls = []

    @memoise
    def work(number):
        calls.append(number)
        time.sleep(0.05)
        return number

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, [1] * 8)) == [1] * 8
    assert calls == [1]


def test_another_thread_tries_where_the_first_one_failed():
    began, may_fail, calls = threading.Event(), threading.Event(), []

    @memoise
    def work():
        calls.append(1)
        if len(calls) == 1:
            began.set()
            may_fail.wait(10)
            raise ValueError("the first fails")
        return "x"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(work)
        assert began.wait(10)
        second = pool.submit(work)
        may_fail.set()
        with pytest.raises(ValueError, match="the first fails"):
            first.result(10)
        assert second.result(10) == "x"


def test_a_function_may_call_itself():
    @memoise
    def fibonacci(number):
        return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)

    assert fibonacci(60) == 1548008755920


def test_two_functions_that_call_each_other_do_not_wait_for_ever():
    both = threading.Barrier(2)
    memoiser = Memoiser()
    inside = threading.local()
    results = []

    def meet_and_call(other):
        if getattr(inside, "called", False):
            return "end"
        inside.called = True
        both.wait(10)  # now each thread works out what the other one is about to ask for
        return other()

    @memoise_decorator(memoiser)
    def ping():
        return meet_and_call(lambda: pong())

    @memoise_decorator(memoiser)
    def pong():
        return meet_and_call(lambda: ping())

    threads = [
        threading.Thread(target=lambda work=work: results.append(work()), daemon=True)
        for work in (ping, pong)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert results == ["end", "end"]


def test_what_came_while_one_was_about_to_begin_is_taken():
    class Late(MemoryCache):
        asked = 0

        def get(self, key):
            self.asked += 1
            if self.asked == 1:
                self.set(key, "worked out by another thread")
                raise KeyError(key)
            return super().get(key)

    assert Memoiser(Late()).call(len, ["abc"]) == "worked out by another thread"


def test_a_cache_that_keeps_nothing_does_no_harm():
    class Sieve(MemoryCache):
        def set(self, key, value):
            pass

    memoiser = Memoiser(Sieve())
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: memoiser.call(len, ["abc"]), range(20))) == [3] * 20
