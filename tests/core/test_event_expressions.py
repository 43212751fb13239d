"""The expressions of subscriptions and targets: what they match, what they refuse, their topics."""

from __future__ import annotations

import pytest
from ftrack_core.errors import QuerySyntaxError
from ftrack_core.events.expression import compile_expression
from ftrack_core.ports.event import Event
from hypothesis import given, settings
from hypothesis import strategies as st

EVENT = {
    "topic": "ftrack.update",
    "source": {"user": {"username": "ann"}, "id": "abc"},
    "data": {
        "n": 12,
        "ratio": 2.0,
        "word": "twelve",
        "flag": True,
        "nothing": None,
        "names": ["a", "b"],
        "entities": [{"keys": ["statusid"]}],
    },
}


def matches(text, event=EVENT):
    return compile_expression(text).matches(event)


# --- conditions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "topic=ftrack.update",
        "topic = ftrack.update",
        'topic="ftrack.update"',
        "topic='ftrack.update'",
        "source.user.username=ann",
        "source.user.username!=bob",
        "source.user.username>=ann",
        "source.user.username<b",
        "data.word>eleven",
    ],
)
def test_a_condition_compares_a_member_with_text(text):
    assert matches(text)


@pytest.mark.parametrize("text", ["topic=ftrack", "source.user.username!=ann", "data.word<a"])
def test_a_condition_that_does_not_hold_does_not_match(text):
    assert not matches(text)


@pytest.mark.parametrize("operator", ["=", "!=", ">", "<", ">=", "<="])
@pytest.mark.parametrize("member", ["missing", "data.missing", "topic.sub", "data.names.x", "a..b"])
def test_a_missing_member_never_matches(member, operator):
    assert not matches(f"{member}{operator}x")


@pytest.mark.parametrize(
    "text",
    ["data.n=12", "data.n!=13", "data.n>4", "data.n<=12.5", "data.ratio=2", "data.ratio<10"],
)
def test_numbers_compare_as_numbers(text):
    assert matches(text)


def test_a_number_compares_as_text_with_a_value_that_is_no_number():
    assert matches("data.n<many")
    assert not matches("data.n=many")


@pytest.mark.parametrize("value", ["true", "True"])
def test_truth_values_are_written_in_any_case(value):
    assert matches(f"data.flag={value}")
    assert not matches("data.flag=1")


@pytest.mark.parametrize("member", ["data.nothing", "data.names", "data"])
def test_what_has_no_text_equals_nothing(member):
    assert not matches(f"{member}=x")
    assert matches(f"{member}!=x")
    assert not matches(f"{member}>x")
    assert not matches(f"{member}<x")


def test_a_star_at_the_end_looks_for_the_part_anywhere():
    assert matches("topic=ftrack.*")
    assert matches("topic=update*")
    assert matches('topic="track*"')
    assert not matches("topic=create*")
    assert matches("topic!=update*"), "with other operators the star is a star"


def test_a_star_looks_into_lists_mappings_and_numbers():
    assert matches("data.names=a*")
    assert not matches("data.names=c*")
    assert matches("data=flag*")
    assert matches("data.n=2*")


def test_a_star_alone_asks_for_presence():
    assert matches("data.n=*")
    assert matches("data.names=*")
    assert not matches("data.missing=*")
    assert not matches("data.nothing=*")


def test_quotes_hold_any_sign():
    event = {"topic": 'a: "b" \\ é'}
    assert matches(r'topic="a: \"b\" \\ é"', event)
    assert matches(r"""topic='a: "b" \\ é'""", event)


# --- and, or, not --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("topic=ftrack.update and source.id=abc", True),
        ("topic=ftrack.update AND source.id=x", False),
        ("topic=x or source.id=abc", True),
        ("topic=x Or source.id=x", False),
        ("not topic=x", True),
        ("NOT not topic=x", False),
        ("source.id=abc or topic=x and topic=y", True),
        ("(source.id=abc or topic=x) and topic=y", False),
        ("not (topic=x or topic=y) and source.id=abc", True),
        ("not topic=x and topic=y", False),
        ('topic="x"or(source.id="abc")', True),
    ],
)
def test_conditions_are_joined_by_words(text, expected):
    assert matches(text) is expected


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_expression_matches_everything(text):
    assert matches(text)
    assert matches(text, {})
    assert compile_expression(text).topics is None


def test_a_member_may_be_called_like_a_word_of_the_language():
    assert matches("not=1 and or=2", {"not": "1", "or": "2"})
    assert matches("not not.and=1", {"not": {"and": "2"}})


def test_an_event_is_matched_as_it_is():
    event = Event("ftrack.update", {"n": 1}, source={"user": {"username": "ann"}})
    assert matches("topic=ftrack.update and data.n=1 and source.user.username=ann", event)
    assert not matches("inReplyToEvent=x", event)


def test_two_expressions_of_one_text_are_equal():
    assert compile_expression("a=b") == compile_expression("a=b")
    assert compile_expression("a=b") != compile_expression("a=c")
    assert hash(compile_expression("a=b")) == hash(compile_expression("a=b"))


# --- topics --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("topic=a", {"a"}),
        ('topic="a b"', {"a b"}),
        ("topic=a and data.x=1", {"a"}),
        ("topic=a or topic=b", {"a", "b"}),
        ("(topic=a or topic=b) and topic=b", {"b"}),
        ("topic=a and topic=b", set()),
        ("topic=a and not topic=b", {"a"}),
        ("topic=a and (topic=b* or x=1)", {"a"}),
        ("topic=a or x=1", None),
        ("topic=a*", None),
        ("topic!=a", None),
        ("not topic=a", None),
        ("data.topic=a", None),
    ],
)
def test_an_expression_knows_the_topics_it_needs(text, topics):
    assert compile_expression(text).topics == topics


# --- faults --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marked", "reason"),
    [
        ("topic^", "expected =, !=, >, <, >= or <= behind 'topic'"),
        ("my^-field=x", "behind 'my'"),
        ("topic=^", "expected a value behind 'topic ='"),
        ("topic=^=a", "expected a value"),
        ("topic=foo^:bar", "needs quotes"),
        ("topic=a ^adn b=c", "Did you mean 'and'?"),
        ("topic=a and^", "expected a condition"),
        ("and ^topic=a", "behind 'and'"),
        ("^ä=1", "expected a condition"),
        ("(topic=a^", "expected 'and', 'or' or ')'"),
        ("topic=a^)", "expected 'and', 'or' or the end"),
        ("topic=^'a", "never closed"),
    ],
)
def test_a_fault_is_named_with_its_place(marked, reason):
    text = marked.replace("^", "")
    with pytest.raises(QuerySyntaxError) as caught:
        compile_expression(text)
    assert caught.value.position == marked.index("^")
    assert reason in caught.value.reason


@pytest.mark.parametrize("piece", ["(", "not "])
def test_nesting_beyond_reason_is_a_syntax_error(piece):
    with pytest.raises(QuerySyntaxError, match="levels deep"):
        compile_expression(piece * 10_000 + "a=b")


# --- compiled against naive ----------------------------------------------------------------------

SIGNS = {
    "!=": lambda found, value: found != value,
    ">": lambda found, value: found > value,
    "<": lambda found, value: found < value,
    ">=": lambda found, value: found >= value,
    "<=": lambda found, value: found <= value,
}


def naive(tree, event):
    """Evaluate a tree of tuples in the plainest way; the events hold text and mappings."""
    word, *rest = tree
    if word == "not":
        return not naive(rest[0], event)
    if word in ("and", "or"):
        return (all if word == "and" else any)([naive(one, event) for one in rest[0]])
    member, sign, value = rest
    for name in member.split("."):
        if not isinstance(event, dict) or name not in event:
            return False
        event = event[name]
    if sign == "=" and value.endswith("*"):
        return value == "*" or value[:-1] in event
    if not isinstance(event, str):
        return sign == "!="
    if sign == "=":
        return event == value
    return SIGNS[sign](event, value)


def written(tree):
    word, *rest = tree
    if word == "not":
        return f"not ({written(rest[0])})"
    if word in ("and", "or"):
        return f" {word} ".join(f"({written(one)})" for one in rest[0])
    member, sign, value = rest
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{member}{sign}"{escaped}"'


texts = st.sampled_from(["a", "b", "ab", "a.b", "", "*", "a*", '"', "\\"]) | st.text(max_size=3)
events = st.fixed_dictionaries(
    {}, optional={"topic": texts, "x": texts, "data": st.dictionaries(st.just("x"), texts)}
)
leaves = st.tuples(
    st.just("is"),
    st.sampled_from(["topic", "topic", "x", "data.x", "data"]),
    st.sampled_from(["=", "=", *SIGNS]),
    texts,
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=300)
@given(trees, events)
def test_the_compiled_expression_agrees_with_a_naive_one(tree, event):
    assert matches(written(tree), event) is naive(tree, event)


@settings(deadline=None, max_examples=300)
@given(trees, events)
def test_topics_never_exclude_an_event_that_matches(tree, event):
    expression = compile_expression(written(tree))
    if expression.topics is not None and expression.matches(event):
        assert event["topic"] in expression.topics


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@settings(deadline=None, max_examples=200)
@given(anything, st.sampled_from(["=", *SIGNS]), texts | st.sampled_from(["1", "-2.5", "0", "nan"]))
def test_no_event_makes_matching_raise(found, sign, value):
    expression = written(("is", "x", sign, value))
    assert matches(expression, {"x": found}) in (True, False)
