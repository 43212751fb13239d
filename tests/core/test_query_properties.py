"""Whatever the printer writes, the parser reads back; whatever the text, the parser answers."""

from __future__ import annotations

import string

from ftrack_core.errors import QuerySyntaxError
from ftrack_core.query import (
    Aggregate,
    And,
    Comparison,
    Membership,
    Not,
    Or,
    OrderItem,
    Path,
    Query,
    RelationTest,
    Step,
    Value,
    literal,
    parse,
    parse_criteria,
    quote,
    to_text,
)
from hypothesis import given, settings
from hypothesis import strategies as st

KEYWORDS = [
    *("select", "from", "where", "and", "or", "not", "in", "not_in", "has", "any", "is", "is_not"),
    *("after", "before", "greater_than", "less_than", "like", "not_like", "group", "order", "by"),
    *("ascending", "asc", "descending", "desc", "limit", "offset", "count", "sum", "none", "null"),
]
OPERATORS = ["=", "!=", ">", "<", ">=", "<=", "like", "not_like"]
SPELLINGS = [*OPERATORS, "is", "is_not", "after", "greater_than", "before", "less_than"]

relaxed = settings(deadline=None, max_examples=150)

words = st.from_regex(r"[A-Za-z_ä][A-Za-z0-9_]{0,8}", fullmatch=True)
names = st.one_of(words, st.sampled_from(KEYWORDS), st.sampled_from(KEYWORDS).map(str.upper))
# "select" begins a selection and cannot be a type.
type_names = names.filter(lambda name: name.lower() != "select")
steps = st.builds(Step, names, st.none() | type_names)
paths = st.lists(steps, min_size=1, max_size=3).map(lambda found: Path(tuple(found)))
bare_texts = st.text(
    st.sampled_from(string.ascii_letters + string.digits + "=<>!-+:.;[]\\*%_é"), min_size=1
)
values = st.one_of(
    st.builds(Value, st.text()),
    st.builds(Value, bare_texts, st.just(False)),
    st.builds(Value, st.sampled_from(KEYWORDS), st.booleans()),
)
choices = st.lists(values, max_size=3).map(tuple)
counts = st.none() | st.integers(0, 10**12)
orders = st.lists(st.builds(OrderItem, paths, st.booleans()), max_size=2).map(tuple)
aggregates = st.builds(Aggregate, st.sampled_from(["count", "sum", "avg", "min", "max"]), paths)


def subqueries(criteria):
    selection = paths.map(lambda path: (path,))
    clause = st.none() | criteria
    return st.builds(Query, type_names, selection, clause, st.just(()), orders, counts, counts)


def compound(criteria):
    several = st.lists(criteria, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Not, criteria),
        st.builds(And, several),
        st.builds(Or, several),
        st.builds(RelationTest, paths, st.sampled_from(["has", "any"]), st.none() | criteria),
        st.builds(Membership, paths, st.booleans(), st.just(()), subqueries(criteria)),
    )


conditions = st.one_of(
    st.builds(Comparison, paths, st.sampled_from(OPERATORS), values),
    st.builds(Membership, paths, st.booleans(), choices),
)
criteria = st.recursive(conditions, compound, max_leaves=6)
queries = st.builds(
    Query,
    type_names,
    st.lists(paths | aggregates, max_size=3).map(tuple),
    st.none() | criteria,
    st.lists(paths, max_size=2).map(tuple),
    orders,
    counts,
    counts,
)


@relaxed
@given(queries)
def test_any_tree_survives_printing_and_parsing(query):
    assert parse(to_text(query)) == query


@relaxed
@given(queries)
def test_the_canonical_text_is_its_own_canonical_text(query):
    text = to_text(query)
    assert to_text(parse(text)) == text


@relaxed
@given(st.text(), st.sampled_from(SPELLINGS))
def test_any_text_survives_any_operator(text, operator):
    criterion = parse_criteria(f"name {operator}{quote(text)}")
    assert criterion.value == Value(text)


@relaxed
@given(st.lists(st.text(), max_size=5), st.sampled_from(["in", "not_in"]))
def test_any_texts_survive_a_list(texts, operator):
    criterion = parse_criteria(f"name {operator} ({','.join(map(literal, texts))})")
    assert [choice.text for choice in criterion.choices] == texts


@relaxed
@given(st.text(st.sampled_from("'\"\\ab")))
def test_single_quotes_hold_any_text_as_well(text):
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    assert parse_criteria(f"name is '{escaped}'").value == Value(text)


@relaxed
@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_survives(number):
    value = parse_criteria(f"bid = {literal(number)}").value
    assert type(number)(value.text) == number
    assert not value.quoted


@relaxed
@given(st.lists(st.sampled_from([*KEYWORDS, *SPELLINGS, "(", ")", ",", '"', "x", ".", "[", "1"])))
def test_any_text_is_parsed_or_refused_with_a_place(pieces):
    text = " ".join(pieces)
    assert place_of_fault(text) in range(len(text) + 1)


def place_of_fault(text):
    try:
        parse(text)
    except QuerySyntaxError as error:
        return error.position
    return 0
