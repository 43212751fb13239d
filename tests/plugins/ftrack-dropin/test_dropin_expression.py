"""``ftrack_api.event``: expressions, subscriptions and subscribers."""

from __future__ import annotations

import operator

import pytest
from ftrack_api.event.base import Event
from ftrack_api.event.expression import All, Any, Condition, Expression, Not, Parser
from ftrack_api.event.subscriber import Subscriber
from ftrack_api.event.subscription import Subscription
from ftrack_api.exception import ParseError

TREES = [
    ("a=b", "<Condition a=b>"),
    ("a = b", "<Condition a=b>"),
    ("(a=b)", "<Condition a=b>"),
    ("((a!=1))", "<Condition a!=1>"),
    ("a.b.c>=1.5", "<Condition a.b.c>=1.5>"),
    ("a=b-c_d,e./*f@g+h", "<Condition a=b-c_d,e./*f@g+h>"),
    ("a='x y'", "<Condition a=x y>"),
    ('a="x: (y)"', "<Condition a=x: (y)>"),
    ("not a=1", "<Not <Condition a=1>>"),
    ("not not a=1", "<Not <Not <Condition a=1>>>"),
    ("a=1 and b=2 and c=3", "<All [<Condition a=1> <Condition b=2> <Condition c=3>]>"),
    ("a=1 or b<2 or c>3", "<Any [<Condition a=1> <Condition b<2> <Condition c>3>]>"),
    ("A=b AND c=d OR e<=f", "<Any [<All [<Condition A=b> <Condition c=d>]> <Condition e<=f>]>"),
    (
        "a=1 or b!=2 and not c>3",
        "<Any [<Condition a=1> <All [<Condition b!=2> <Not <Condition c>3>>]>]>",
    ),
    ("not (a=1 or b=2)", "<Not <Any [<Condition a=1> <Condition b=2>]>>"),
    (
        "(a=1 and b=2) and c=3",
        "<All [<All [<Condition a=1> <Condition b=2>]> <Condition c=3>]>",
    ),
]


@pytest.mark.parametrize(("text", "tree"), TREES)
def test_a_text_is_parsed_to_a_tree(text, tree):
    assert str(Parser().parse(text)) == tree


@pytest.mark.parametrize(
    "text", ["a", "a=", "=b", "a=b c", "a=b and", "a==b", "(a=b", "a=b)", "a-b=c", "a=x:y", "not"]
)
def test_what_does_not_parse_is_refused(text):
    with pytest.raises(ParseError):
        Parser().parse(text)


def test_mended_the_error_says_what_was_expected():
    with pytest.raises(ParseError) as caught:
        Parser().parse("topic=ftrack.update an source.id=1")
    assert "expected 'and', 'or' or the end. Did you mean 'and'?" in str(caught.value)


@pytest.mark.parametrize("text", ["", "  "])
def test_mended_a_blank_text_matches_everything(text):
    assert str(Parser().parse(text)) == "<Expression>"
    assert Subscription(text).includes(Event("render"))


def test_the_parts_match_by_themselves():
    yes, no = Expression(), Not(Expression())
    assert yes.match({}) is True
    assert no.match({}) is False
    assert All().match({}) is True
    assert All([yes, no]).match({}) is False
    assert Any().match({}) is False
    assert Any([no, yes]).match({}) is True


def test_the_parts_say_what_they_are():
    assert str(Expression()) == "<Expression>"
    assert (str(All()), str(Any())) == ("<All []>", "<Any []>")
    assert str(Not(Expression())) == "<Not <Expression>>"
    assert str(Condition("a.b", operator.ge, "1")) == "<Condition a.b>=1>"


MATCHES = [
    ("a", operator.eq, "b", {"a": "b"}, True),
    ("a", operator.eq, "b", {"a": "c"}, False),
    ("a", operator.ne, "b", {"a": "c"}, True),
    ("a", operator.gt, "b", {"a": "c"}, True),
    ("a.b", operator.eq, "c", {"a": {"b": "c"}}, True),
    ("a.b", operator.eq, "c", {"a": "c"}, False),
    ("a.b", operator.eq, "c", {"a": None}, False),
    ("a.0", operator.eq, "c", {"a": ["c"]}, False),
    ("b", operator.eq, "c", {"a": "c"}, False),
    ("b", operator.ne, "c", {"a": "c"}, False),
    ("a", operator.eq, "x*", {"a": "xyz"}, True),
    ("a", operator.eq, "x*", {"a": "wxyz"}, True),
    ("a", operator.eq, "x*", {"a": ["x"]}, True),
    ("a", operator.eq, "x*", {"a": ["xyz"]}, False),
    ("a", operator.eq, "*", {"a": "anything"}, True),
    ("a", operator.ne, "x*", {"a": "y"}, True),
    ("a", operator.eq, 5, {"a": 5}, True),
    ("a", operator.gt, 4, {"a": 5}, True),
    ("a", operator.eq, None, {"a": None}, True),
    ("a", operator.contains, "y", {"a": "xyz"}, True),
]


@pytest.mark.parametrize(("key", "compare", "value", "candidate", "expected"), MATCHES)
def test_a_condition_compares_a_member(key, compare, value, candidate, expected):
    assert Condition(key, compare, value).match(candidate) is expected


BETTER = [
    ("a", operator.eq, "5", {"a": 5}, True),
    ("a", operator.gt, "4", {"a": 5}, True),
    ("a", operator.gt, "40", {"a": 5}, False),
    ("a", operator.eq, "x*", {"a": 5}, False),
    ("a", operator.eq, "x*", {"a": None}, False),
    ("a", operator.eq, "", {"a": ""}, True),
    ("a", operator.eq, "", {"a": "b"}, False),
    ("a", operator.gt, 4, {"a": "5"}, False),
]


@pytest.mark.parametrize(("key", "compare", "value", "candidate", "expected"), BETTER)
def test_mended_numbers_compare_as_numbers_and_nothing_raises(
    key, compare, value, candidate, expected
):
    assert Condition(key, compare, value).match(candidate) is expected


def test_a_subscription_includes_the_events_that_it_asks_for():
    subscription = Subscription('topic=ftrack.update and source.user.username="ann lee"')
    event = Event("ftrack.update", source={"user": {"username": "ann lee"}})
    assert subscription.includes(event) is True
    assert subscription.includes(Event("ftrack.update")) is False
    assert str(subscription) == 'topic=ftrack.update and source.user.username="ann lee"'


def test_subscriptions_share_their_parser():
    assert isinstance(Subscription.parser, Parser)
    assert Subscription("a=b").parser is Subscription("c=d").parser


def test_a_subscriber_is_a_handler_with_metadata_and_a_priority():
    metadata = {"id": "one"}
    subscriber = Subscriber("topic=render", print, metadata, 5)
    assert subscriber.callback is print
    assert subscriber.metadata is metadata
    assert subscriber.priority == 5
    assert isinstance(subscriber.subscription, Subscription)
    assert subscriber.interested_in(Event("render")) is True
    assert subscriber.interested_in(Event("other")) is False
    assert str(subscriber) == "<Subscriber metadata={'id': 'one'} subscription=\"topic=render\">"


def test_a_subscriber_whose_subscription_does_not_parse_is_refused():
    with pytest.raises(ParseError):
        Subscriber("topic=", print, {}, 100)
