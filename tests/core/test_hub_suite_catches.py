"""The conformance suite of event hubs is worth something only if a broken hub fails it.

Each hub below breaks one promise; the check of that promise must fail for it. The hub that keeps
all of them passes the whole suite, in the same class.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace

import pytest
from ftrack_core.errors import EventError, QuerySyntaxError
from ftrack_core.ports import Event
from ftrack_core.testing.hubs import EventHubSuite
from ftrack_core.testing.memory_hub import MemoryEventServer, MemoryHub

CAUGHT = (Exception, pytest.fail.Exception)
BROKEN = {}


def breaks(*checks):
    """Register a broken hub under the checks that must catch it."""

    def register(hub_class):
        BROKEN.update(dict.fromkeys(checks, hub_class))
        return hub_class

    return register


def is_probe(event):
    return event.topic.startswith("suite.probe")


# --- delivery ------------------------------------------------------------------------------------


@breaks("test_it_satisfies_the_port")
class WithoutAMethod(MemoryHub):
    unsubscribe = None


@breaks("test_an_event_reaches_another_hub_that_asks_for_it")
class LosesTheSource(MemoryHub):
    def take(self, event):
        super().take(replace(event, source={}))


@breaks(
    "test_it_does_not_reach_a_hub_that_asks_for_another_topic",
    "test_it_does_not_come_back_to_one_who_does_not",
)
class TakesEverything(MemoryHub):
    def wants(self, event):
        return True


@breaks("test_expressions_look_into_the_event")
class LooksAtTopicsOnly(MemoryHub):
    def wants(self, event):
        return any(event.topic in one.subscription.expression for one in self._asked.values())


@breaks("test_a_wildcard_stands_for_what_follows")
class KnowsNoWildcards(MemoryHub):
    def subscribe(self, subscription):
        super().subscribe(replace(subscription, expression=subscription.expression.strip("*")))


@breaks("test_an_event_says_when_it_was_sent")
class KnowsNoTime(MemoryHub):
    def take(self, event):
        super().take(replace(event, sent=None))


@breaks("test_events_keep_the_order_they_were_sent_in")
class SwapsNeighbours(MemoryHub):
    held = None

    def take(self, event):
        if is_probe(event):
            super().take(event)
        elif event.data["number"] % 2 == 0:
            self.held = event
        else:
            super().take(event)
            super().take(self.held)


@breaks("test_an_event_comes_back_to_its_sender_who_asks_for_it")
class LeavesOutTheSender(MemoryHub):
    sending = False

    def send(self, event):
        self.sending = not is_probe(event)
        super().send(event)
        self.sending = False

    def take(self, event):
        if not self.sending:
            super().take(event)


@breaks("test_it_comes_once_where_several_subscriptions_match")
class TakesItForEachSubscription(MemoryHub):
    def take(self, event):
        for one in self._asked.values():
            if not is_probe(event) or event.topic in one.subscription.expression:
                super().take(event)


@breaks("test_a_target_is_matched_against_the_metadata_of_subscriptions")
class IgnoresTargets(MemoryHub):
    def wants(self, event):
        return super().wants(replace(event, target=""))


@breaks("test_a_target_may_name_the_id_of_a_subscription")
class ForgetsIds(MemoryHub):
    def subscribe(self, subscription):
        super().subscribe(subscription)
        bare = replace(self._asked[subscription.id], metadata=subscription.metadata)
        self._asked[subscription.id] = bare


@breaks(
    "test_stopping_an_event_here_does_not_stop_it_there", "test_each_receiver_has_data_of_its_own"
)
class SharesOneEvent(MemoryHub):
    def offer(self, event):
        if self.wants(event):
            self.take(event)


# --- subscribing ---------------------------------------------------------------------------------


@breaks("test_a_subscription_made_before_connecting_holds")
class ForgetsWhatCameBefore(MemoryHub):
    def connect(self, receive):
        self._asked = {key: one for key, one in self._asked.items() if "probe" in str(one)}
        super().connect(receive)


@breaks("test_one_that_was_ended_before_connecting_does_not")
class AnnouncesWhatWasEnded(MemoryHub):
    def unsubscribe(self, subscription_id):
        if self.connected:
            super().unsubscribe(subscription_id)


@breaks("test_nothing_comes_after_unsubscribing")
class UnsubscribesNothing(MemoryHub):
    def unsubscribe(self, subscription_id):
        pass


@breaks("test_unsubscribing_what_is_unknown_is_no_error")
class UnsubscribesTheKnownOnly(MemoryHub):
    def unsubscribe(self, subscription_id):
        del self._asked[subscription_id]


@breaks(
    "test_subscribing_again_with_an_id_replaces_the_subscription",
    "test_metadata_of_a_subscription_may_change",
)
class KeepsTheFirst(MemoryHub):
    def subscribe(self, subscription):
        if subscription.id not in self._asked:
            super().subscribe(subscription)


# --- what is refused -----------------------------------------------------------------------------


@breaks("test_data_that_json_cannot_hold_is_refused")
class SendsWhatever(MemoryHub):
    def send(self, event):
        try:
            super().send(event)
        except EventError:
            self._server.carry(event)


@breaks("test_a_target_that_does_not_parse_is_refused")
class LosesWhatIsWrong(MemoryHub):
    def send(self, event):
        with suppress(QuerySyntaxError):
            super().send(event)


@breaks("test_an_expression_that_does_not_parse_is_refused")
class ForgetsWhatIsWrong(MemoryHub):
    def subscribe(self, subscription):
        with suppress(QuerySyntaxError):
            super().subscribe(subscription)


# --- the connection ------------------------------------------------------------------------------


@breaks("test_a_hub_says_whether_it_is_connected")
class AlwaysSaysYes(MemoryHub):
    connected = True


@breaks("test_sending_before_connecting_is_an_error", "test_sending_after_closing_is_an_error")
class LosesWhatIsSent(MemoryHub):
    def send(self, event):
        if self.connected:
            super().send(event)


@breaks("test_what_was_sent_before_closing_arrives")
class SendsInItsOwnTime(MemoryHub):
    held = None

    def send(self, event):
        last, self.held = self.held, event
        if is_probe(event):
            super().send(event)
        elif last is not None:
            super().send(last)


@breaks("test_connecting_again_after_closing_is_as_the_first_time")
class ForgetsWhenClosing(MemoryHub):
    def close(self):
        super().close()
        self._asked = {key: one for key, one in self._asked.items() if "probe" in str(one)}


@breaks("test_closing_twice_is_no_error", "test_closing_one_that_never_connected_is_no_error")
class ClosesWhatIsOpenOnly(MemoryHub):
    complained = False

    def close(self):
        if not self.connected and not self.complained:
            self.complained = True  # whoever cleans up after the test is left alone
            raise ValueError("it is not connected")
        super().close()


@breaks("test_a_closed_hub_receives_nothing_and_others_go_on")
class TakesTheServerDown(MemoryHub):
    def close(self):
        super().close()
        self._server.down = True

    def wants(self, event):
        return not hasattr(self._server, "down") and super().wants(event)


# --- threads -------------------------------------------------------------------------------------


@breaks(
    "test_events_are_received_on_one_thread_of_the_hub",
    "test_a_slow_receiver_holds_up_neither_sender_nor_others",
)
class ReceivesOnTheThreadOfTheSender(MemoryHub):
    def connect(self, receive):
        self.receive = receive
        super().connect(receive)

    def take(self, event):
        self.receive(event)


@breaks("test_a_receiver_that_raises_goes_on_receiving")
class StopsAtTheFirstError(MemoryHub):
    def connect(self, receive):
        failed = []

        def receive_until_it_fails(event):
            if not failed:
                failed.append(True)
                receive(event)
                failed.clear()

        super().connect(receive_until_it_fails)


@breaks("test_a_hub_may_be_closed_by_its_receiver")
class WaitsForItself(MemoryHub):
    def close(self):
        reader = self._reader
        super().close()
        if reader is not None:
            reader.join(2.0)


@breaks("test_many_threads_send_through_one_hub")
class BelongsToItsThread(MemoryHub):
    def __init__(self, server):
        super().__init__(server)
        self.thread = threading.get_ident()

    def send(self, event):
        if threading.get_ident() != self.thread:
            raise RuntimeError("this hub was made in another thread")
        super().send(event)


class TestTheSuite(EventHubSuite):
    @pytest.fixture
    def hubs(self, request):
        server, hub_class = MemoryEventServer(), getattr(request, "param", MemoryHub)
        if hub_class is not MemoryHub:
            request.instance.patience = 0.3  # what is missing by design need not be waited for
        return lambda: hub_class(server)

    @pytest.mark.parametrize(("check", "hubs"), sorted(BROKEN.items()), indirect=["hubs"])
    def test_a_broken_hub_fails_the_check_of_what_it_breaks(self, check, hubs, run_check):
        with pytest.raises(CAUGHT):
            run_check(check)

    @pytest.mark.parametrize("check", sorted(BROKEN))
    def test_the_same_check_passes_for_a_hub_that_keeps_its_promises(self, check, run_check):
        run_check(check)


def test_every_check_has_a_hub_that_it_catches():
    assert {name for name in dir(EventHubSuite) if name.startswith("test_")} == set(BROKEN)


def test_a_test_can_look_at_what_was_sent():
    server = MemoryEventServer()
    hub = server.hub()
    hub.connect(lambda event: None)
    hub.send(Event("suite.render"))
    hub.close()
    assert [event.topic for event in server.sent] == ["suite.render"]
