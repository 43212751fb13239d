"""The router: who gets which event, in which order, and what a reload changes."""

from __future__ import annotations

import threading
import time

import pytest
from ftrack_core.errors import EventError, PluginConflictError, PluginError, QuerySyntaxError
from ftrack_core.events import Router
from ftrack_core.ports import Event, Subscription
from hypothesis import given, settings
from hypothesis import strategies as st

PATIENCE = 10


class Bench:
    """A router and what its handlers did."""

    def __init__(self):
        self.router = Router(self.call, self.failed)
        self.log = []
        self.failures = []

    def call(self, event, subscription):
        return subscription.callback(event)

    def failed(self, event, subscription, error):
        self.failures.append((subscription.id, error))

    def handler(self, name, result=None):
        def handle(event):
            self.log.append(name)
            return result

        return handle

    def subscription(self, name, expression="topic=render", result=None, **details):
        details = {"id": name, **details}
        return Subscription(expression, self.handler(name, result), **details)

    def subscribe(self, name, expression="topic=render", **details):
        return self.router.subscribe(self.subscription(name, expression, **details))

    def publish(self, topic="render", **details):
        self.log.clear()
        results = self.router.dispatch(Event(topic, **details))
        return self.log.copy(), results

    def called(self, topic="render", **details):
        return self.publish(topic, **details)[0]


@pytest.fixture
def bench():
    bench = Bench()
    yield bench
    bench.router.close()


# --- who -----------------------------------------------------------------------------------------


def test_an_event_goes_to_the_handlers_that_ask_for_it(bench):
    bench.subscribe("render")
    bench.subscribe("other", "topic=other")
    assert bench.called() == ["render"]


def test_expressions_without_a_topic_are_asked_about_every_event(bench):
    bench.subscribe("dune", "data.show=dune")
    bench.subscribe("all", "")
    assert bench.called("whatever", data={"show": "dune"}) == ["dune", "all"]
    assert bench.called("whatever", data={"show": "alien"}) == ["all"]


def test_an_expression_may_name_several_topics(bench):
    bench.subscribe("both", "topic=a or topic=b")
    assert [bench.called(topic) for topic in "abc"] == [["both"], ["both"], []]


def test_a_target_is_matched_against_the_metadata(bench):
    bench.subscribe("maya", metadata={"applicationId": "maya"})
    bench.subscribe("nuke", metadata={"applicationId": "nuke"})
    assert bench.called(target="applicationId=nuke") == ["nuke"]


def test_the_metadata_always_has_the_id_of_the_subscription(bench):
    bench.subscribe("one", metadata={"id": "something else"})
    bench.subscribe("two")
    assert bench.called(target="id=one") == ["one"]


def test_a_target_that_does_not_parse_is_an_error(bench):
    bench.subscribe("one")
    with pytest.raises(QuerySyntaxError):
        bench.publish(target="id=")


def test_nobody_is_called_after_unsubscribing(bench):
    bench.subscribe("one")
    bench.subscribe("two")
    bench.router.unsubscribe("one")
    assert bench.called() == ["two"]


def test_the_router_says_whether_somebody_wants_an_event(bench):
    bench.subscribe("one", metadata={"applicationId": "maya"})
    assert bench.router.wants(Event("render"))
    assert not bench.router.wants(Event("other"))
    assert not bench.router.wants(Event("render", target="applicationId=nuke"))


def test_an_id_in_use_is_refused(bench):
    bench.subscribe("one")
    with pytest.raises(EventError, match="'one' exists already"):
        bench.subscribe("one")
    assert bench.called() == ["one"]


def test_unsubscribing_what_is_unknown_says_what_may_be_meant(bench):
    bench.subscribe("farm.update")
    with pytest.raises(EventError, match=r"Did you mean 'farm\.update'\?"):
        bench.router.unsubscribe("farm.updates")


def test_an_expression_that_does_not_parse_is_refused(bench):
    with pytest.raises(QuerySyntaxError):
        bench.subscribe("one", "topic=")
    assert bench.router.subscriptions == ()


# --- in which order ------------------------------------------------------------------------------


def test_a_lower_priority_number_comes_first(bench):
    bench.subscribe("late", priority=200)
    bench.subscribe("early", priority=1)
    bench.subscribe("middle")
    assert bench.called() == ["early", "middle", "late"]


def test_equal_priorities_keep_the_order_of_subscription(bench):
    for name in ["one", "two", "three"]:
        bench.subscribe(name)
    assert bench.called() == ["one", "two", "three"]


def test_handlers_with_and_without_a_topic_share_one_order(bench):
    bench.subscribe("named", priority=2)
    bench.subscribe("first", "", priority=1)
    bench.subscribe("last", "", priority=3)
    assert bench.called() == ["first", "named", "last"]


def test_a_handler_may_keep_the_event_from_later_ones(bench):
    bench.router.subscribe(Subscription("topic=render", Event.stop, priority=50))
    bench.subscribe("early", priority=1)
    bench.subscribe("late")
    assert bench.called() == ["early"]


def test_results_come_in_the_order_of_the_handlers(bench):
    bench.subscribe("second", result=2)
    bench.subscribe("nothing", result=None)
    bench.subscribe("first", result=1, priority=1)
    assert bench.publish()[1] == [1, 2, None]


def test_a_handler_that_raises_is_reported_and_the_next_one_runs(bench):
    def stumble(event):
        raise ValueError("broken")

    bench.router.subscribe(Subscription("topic=render", stumble, id="bad", priority=1))
    bench.subscribe("good", result="fine")
    assert bench.publish() == (["good"], ["fine"])
    ((where, error),) = bench.failures
    assert (where, str(error)) == ("bad", "broken")


def test_a_failure_that_cannot_be_reported_is_logged(caplog):
    def broken(*_):
        raise ValueError("broken")

    router = Router(broken, broken)
    router.subscribe(Subscription("topic=render", print))
    assert router.dispatch(Event("render")) == []
    assert "could not be reported" in caplog.text


def test_the_program_may_be_ended_by_a_handler(bench):
    def leave(event):
        raise SystemExit(3)

    bench.router.subscribe(Subscription("topic=render", leave))
    with pytest.raises(SystemExit):
        bench.publish()


def test_a_handler_may_unsubscribe_itself(bench):
    def once(event):
        bench.log.append("once")
        bench.router.unsubscribe("once")

    bench.router.subscribe(Subscription("topic=render", once, id="once"))
    bench.subscribe("always")
    assert [bench.called(), bench.called()] == [["once", "always"], ["always"]]


def test_what_is_subscribed_by_a_handler_begins_with_the_next_event(bench):
    def subscribe(event):
        if "new" not in [one.id for one in bench.router.subscriptions]:
            bench.subscribe("new", priority=1000)

    bench.router.subscribe(Subscription("topic=render", subscribe))
    assert [bench.called(), bench.called()] == [[], ["new"]]


# --- replies -------------------------------------------------------------------------------------


def test_results_that_are_something_are_answers(bench):
    answers = []
    bench.subscribe("silent")
    bench.subscribe("falsy", result=False)
    bench.subscribe("text", result="ok")
    bench.router.dispatch(
        Event("render"), lambda event, subscription, result: answers.append(result)
    )
    assert answers == [False, "ok"]


# --- workers -------------------------------------------------------------------------------------


def test_a_worker_handles_its_events_in_order_on_one_thread_of_its_own(bench):
    seen = []
    done = threading.Event()

    def handle(event):
        seen.append((event.data["number"], threading.get_ident()))
        if len(seen) == 50:
            done.set()

    bench.router.subscribe(Subscription("topic=render", handle, worker=True))
    for number in range(50):
        bench.publish(data={"number": number})
    assert done.wait(PATIENCE)
    assert [number for number, _ in seen] == list(range(50))
    assert len({thread for _, thread in seen} | {threading.get_ident()}) == 2


def test_a_slow_worker_holds_up_nobody(bench):
    go_on = threading.Event()
    bench.router.subscribe(
        Subscription("topic=render", lambda event: go_on.wait(PATIENCE), worker=True, priority=1)
    )
    bench.subscribe("quick")
    assert bench.called() == ["quick"]
    go_on.set()


def test_a_worker_cannot_stop_others_and_is_not_stopped_by_them(bench):
    handled = threading.Event()

    def stop_late(event):
        event.stop()
        handled.set()

    bench.router.subscribe(Subscription("topic=render", stop_late, worker=True, priority=1))
    bench.router.subscribe(
        Subscription("topic=render", lambda event: handled.wait(PATIENCE), priority=2)
    )
    bench.subscribe("next", priority=3)
    bench.router.subscribe(Subscription("topic=render", Event.stop, priority=4))
    assert bench.called() == ["next"]
    assert handled.is_set()


@pytest.mark.parametrize("error", [ValueError("broken"), SystemExit(1)])
def test_a_worker_whose_handler_raises_goes_on(bench, error):
    handled = []

    def stumble(event):
        handled.append(event)
        raise error

    bench.router.subscribe(Subscription("topic=render", stumble, id="bad", worker=True))
    bench.publish()
    bench.publish()
    bench.router.close()
    assert len(handled) == len(bench.failures) == 2


def test_a_worker_answers_too(bench):
    answers = []
    bench.subscribe("worker", worker=True, result="done")
    bench.router.dispatch(Event("render"), lambda *answer: answers.append(answer[-1]))
    bench.router.close()
    assert answers == ["done"]


def test_a_worker_that_is_unsubscribed_forgets_what_waits(bench):
    entered, go_on, handled = threading.Event(), threading.Event(), []

    def handle(event):
        handled.append(event)
        entered.set()
        go_on.wait(PATIENCE)

    bench.router.subscribe(Subscription("topic=render", handle, id="worker", worker=True))
    bench.publish()
    bench.publish()
    assert entered.wait(PATIENCE)
    bench.router.unsubscribe("worker")
    go_on.set()
    bench.router.close()
    assert len(handled) == 1


def test_closing_gives_up_on_a_worker_that_hangs(bench, caplog):
    go_on = threading.Event()
    bench.router.subscribe(
        Subscription("topic=render", lambda event: go_on.wait(PATIENCE), worker=True)
    )
    bench.publish()
    bench.router.close(timeout=0.05)
    go_on.set()
    assert "were dropped when closing" in caplog.text


def test_a_worker_may_close_the_router(bench):
    closed = threading.Event()

    def close(event):
        bench.router.close()
        closed.set()

    bench.router.subscribe(Subscription("topic=render", close, worker=True))
    bench.publish()
    assert closed.wait(PATIENCE)


# --- reloads -------------------------------------------------------------------------------------


def test_subscriptions_of_plugins_are_swapped_and_others_stay(bench):
    bench.subscribe("mine")
    bench.router.replace([bench.subscription("a"), bench.subscription("b")])
    bench.router.replace([bench.subscription("c"), bench.subscription("b")])
    assert sorted(bench.called()) == ["b", "c", "mine"]


def test_what_stays_keeps_its_place_and_gets_its_new_callback(bench):
    bench.router.replace([bench.subscription("a")])
    bench.subscribe("mine")
    renewed = Subscription("topic=render", bench.handler("a, reloaded"), id="a")
    bench.router.replace([bench.subscription("new"), renewed])
    assert bench.called() == ["a, reloaded", "mine", "new"]


def test_what_asks_for_something_else_stands_last(bench):
    bench.router.replace([bench.subscription("a"), bench.subscription("b")])
    bench.router.replace([bench.subscription("a", "topic=re*"), bench.subscription("b")])
    assert bench.called() == ["b", "a"]


def test_a_swap_says_what_an_event_server_has_to_know(bench):
    bench.router.replace([bench.subscription(name) for name in "abc"])
    swap = bench.router.replace(
        [
            bench.subscription("a"),
            bench.subscription("b", "topic=other"),
            bench.subscription("new"),
        ]
    )
    assert [one.id for one in swap.entered] == ["b", "new"]
    assert swap.left == ("c",)


def test_other_metadata_enters_anew(bench):
    bench.router.replace([bench.subscription("a")])
    swap = bench.router.replace([bench.subscription("a", metadata={"applicationId": "maya"})])
    assert [one.id for one in swap.entered] == ["a"]


def test_an_expression_that_does_not_parse_changes_nothing_and_names_the_plugin(bench):
    bench.router.replace([bench.subscription("a")])
    with pytest.raises(PluginError, match=r"plugin 'farm' in ftrack_event_handlers: .*'bad'"):
        bench.router.replace(
            [bench.subscription("new"), bench.subscription("bad", "topic=", plugin="farm")]
        )
    assert bench.called() == ["a"]


def test_an_id_given_twice_changes_nothing_and_names_both(bench):
    bench.router.replace([bench.subscription("a", plugin="one")])
    twice = [bench.subscription("x", plugin="one"), bench.subscription("x", plugin="two")]
    with pytest.raises(PluginConflictError, match="given by plugin 'one' and by plugin 'two'"):
        bench.router.replace(twice)
    assert bench.called() == ["a"]


def test_a_plugin_cannot_take_the_id_of_another_subscription(bench):
    bench.subscribe("mine")
    with pytest.raises(
        PluginConflictError, match="by a handler of the session and by plugin 'farm'"
    ):
        bench.router.replace([bench.subscription("mine", plugin="farm")])


def test_what_waits_for_a_worker_is_handled_by_the_new_callback(bench):
    entered, go_on, handled = threading.Event(), threading.Event(), []

    def old(event):
        entered.set()
        go_on.wait(PATIENCE)
        handled.append(("old", event.data["number"]))

    def new(event):
        handled.append(("new", event.data["number"]))

    bench.router.replace([Subscription("topic=render", old, id="a", worker=True)])
    bench.publish(data={"number": 1})
    bench.publish(data={"number": 2})
    assert entered.wait(PATIENCE)
    bench.router.replace([Subscription("topic=render", new, id="a", worker=True)])
    bench.publish(data={"number": 3})
    go_on.set()
    bench.router.close()
    assert handled == [("old", 1), ("new", 2), ("new", 3)]


def test_reloading_while_events_come_loses_none_and_handles_none_twice(bench):
    def handled_by(generation):
        return Subscription("topic=render", lambda event: seen.append(event.data["n"]), id="a")

    seen = []
    bench.router.replace([handled_by(0)])
    over = threading.Event()

    def reload():
        generation = 0
        while not over.is_set():
            generation += 1
            bench.router.replace([handled_by(generation)])

    reloading = threading.Thread(target=reload)
    reloading.start()
    try:
        for number in range(500):
            bench.router.dispatch(Event("render", {"n": number}))
    finally:
        over.set()
        reloading.join()
    assert seen == list(range(500))


# --- properties ----------------------------------------------------------------------------------

NAMES = st.sampled_from("abcdef")
SUBSCRIBED = st.tuples(
    NAMES,
    st.sampled_from(["topic=render", "topic=other", "", "topic=re*", "topic=render or topic=x"]),
    st.integers(1, 3),
    st.sampled_from(["", "stop", "raise"]),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("subscribe"), SUBSCRIBED),
        st.tuples(st.just("unsubscribe"), NAMES),
        st.tuples(st.just("replace"), st.lists(SUBSCRIBED, max_size=3, unique_by=lambda s: s[0])),
        st.tuples(st.just("publish"), st.sampled_from(["render", "other", "x", "y"])),
    ),
    max_size=30,
)


class Naive:
    """What the router does, said as simply as it can be: one list, gone through for each event."""

    MATCHES = {
        "topic=render": {"render"},
        "topic=other": {"other"},
        "": {"render", "other", "x", "y"},
        "topic=re*": {"render"},
        "topic=render or topic=x": {"render", "x"},
    }

    def __init__(self):
        self.places = 0
        self.own, self.plugins = {}, {}

    def place(self):
        self.places += 1
        return self.places

    def subscribe(self, subscribed):
        self.own[subscribed[0]] = (subscribed, self.place())

    def replace(self, wanted):
        former, self.plugins = self.plugins, {}
        for subscribed in wanted:
            place = self.place()
            old, old_place = former.get(subscribed[0], (None, None))
            if old and old[1] == subscribed[1]:
                place = old_place
            self.plugins[subscribed[0]] = (subscribed, place)

    def called(self, topic):
        everybody = [*self.own.values(), *self.plugins.values()]
        for (name, expression, _, deed), _ in sorted(everybody, key=lambda e: (e[0][2], e[1])):
            if topic in self.MATCHES[expression]:
                yield name
                if deed == "stop":
                    return


def perform(deed):
    def handle(event):
        if deed == "stop":
            event.stop()
        if deed == "raise":
            raise ValueError(deed)

    return handle


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_any_course_of_events_agrees_with_a_naive_model(steps):
    naive, log = Naive(), []

    def call(event, subscription):
        log.append(subscription.id)
        return subscription.callback(event)

    def made(subscribed, prefix):
        name, expression, priority, deed = subscribed
        return Subscription(expression, perform(deed), priority, id=prefix + name)

    router = Router(call, lambda *_: None)
    for step, argument in steps:
        if step == "subscribe" and argument[0] not in naive.own:
            naive.subscribe(argument)
            router.subscribe(made(argument, ""))
        elif step == "unsubscribe" and argument in naive.own:
            del naive.own[argument]
            router.unsubscribe(argument)
        elif step == "replace":
            naive.replace(argument)
            router.replace([made(subscribed, "plugin ") for subscribed in argument])
        elif step == "publish":
            log.clear()
            router.dispatch(Event(argument))
            assert [name.removeprefix("plugin ") for name in log] == list(naive.called(argument))


def test_publishing_looks_only_at_those_who_may_want_the_event(bench):
    asked = []

    class Watched(dict):
        def __getitem__(self, name):
            asked.append(name)
            return super().__getitem__(name)

    for number in range(1000):
        bench.subscribe(f"other{number}", f"topic=other{number} and data.x=1")
    bench.subscribe("mine", "topic=render and data.x=1")
    assert bench.called(data=Watched(x=1)) == ["mine"]
    assert asked == ["x"]


def test_a_worker_that_has_nothing_to_do_has_no_thread(bench):
    others = set(threading.enumerate())  # of which some may end meanwhile

    def ours():
        return set(threading.enumerate()) - others

    for number in range(20):
        bench.subscribe(f"worker{number}", worker=True)
    assert not ours()
    bench.publish()
    until = time.monotonic() + PATIENCE
    bench.router.close()
    while ours() and time.monotonic() < until:
        time.sleep(0.01)
    assert not ours()
