"""Whatever is asked, the database answers what a plain reading of the criteria in Python does.

The evaluator here walks the rows one by one: slow, and easy to believe. It reads the language as
the protocol does: no value makes a comparison unknown, a path is a test for existence, texts
compare without regard to ASCII case and identifiers exactly.
"""

from __future__ import annotations

import operator
import random
import re
import string

import pytest
from ftrack_core.query import (
    And,
    Comparison,
    Membership,
    Not,
    Or,
    Path,
    Query,
    RelationTest,
    Step,
    Value,
    to_text,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from operations import create

relaxed = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

ALPHABET = "aAbBzZ09_%\\\"'` ,.()[]{}:;=<>!?-+*/\n\té日😀"
NASTY = (
    *("a", "A", "ab", "a_b", "a%b", "100%", "back\\slash", "end\\", 'quo"te', "apo'strophe"),
    *(
        "none",
        "null",
        "not",
        "select",
        "a, b",
        "(x)",
        "{y}",
        "é",
        "日本",
        "line\nbreak",
        " pad ",
        "",
    ),
    *("1", "01", "1.0", "true", "2031-05-06", "--", "; drop table context", "%", "_", "?", ":x"),
)
MOMENTS = ("2031-05-06", "2031-05-06T07:08:09", "2031-12-31T23:59:59", "2030-01-01")


# --- what there is -----------------------------------------------------------------------------

SCALARS = {
    "Project": {"id": "id", "name": "text", "full_name": "text"},
    "Shot": {"id": "id", "name": "text", "description": "text", "parent_id": "id"},
    "Task": {
        "id": "id",
        "name": "text",
        "description": "text",
        "parent_id": "id",
        "bid": "number",
        "end_date": "moment",
    },
    "TypedContext": {"id": "id", "name": "text", "description": "text", "parent_id": "id"},
    "Timelog": {
        "id": "id",
        "name": "text",
        "comment": "text",
        "context_id": "id",
        "user_id": "id",
        "duration": "number",
        "start": "moment",
    },
    "User": {"id": "id", "username": "text", "last_name": "text", "is_active": "boolean"},
    "Metadata": {"parent_id": "id", "key": "id", "value": "text"},
    "ContextCustomAttributeValue": {"entity_id": "id", "key": "text", "value": "variable"},
}
# Which rows a relation leads to: their type, and the equal columns here and there.
RELATIONS = {
    "Project": {
        "children[Shot]": ("Shot", "id", "parent_id"),
        "descendants": ("TypedContext", None, None),
    },
    "TypedContext": {
        "children": ("TypedContext", "id", "parent_id"),
        "children[Task]": ("Task", "id", "parent_id"),
        "parent[TypedContext]": ("TypedContext", "parent_id", "id"),
        "parent[Shot]": ("Shot", "parent_id", "id"),
        "ancestors": ("TypedContext", None, None),
        "metadata": ("Metadata", "id", "parent_id"),
        "custom_attributes": ("ContextCustomAttributeValue", "id", "entity_id"),
    },
    "Shot": {
        "children": ("TypedContext", "id", "parent_id"),
        "children[Task]": ("Task", "id", "parent_id"),
        "parent[Project]": ("Project", "parent_id", "id"),
        "descendants": ("TypedContext", None, None),
        "metadata": ("Metadata", "id", "parent_id"),
        "custom_attributes": ("ContextCustomAttributeValue", "id", "entity_id"),
    },
    "Task": {
        "parent[Shot]": ("Shot", "parent_id", "id"),
        "ancestors": ("TypedContext", None, None),
        "timelogs": ("Timelog", "id", "context_id"),
        "metadata": ("Metadata", "id", "parent_id"),
    },
    "Timelog": {
        "user": ("User", "user_id", "id"),
        "context[Task]": ("Task", "context_id", "id"),
        "context": ("TypedContext", "context_id", "id"),
    },
    "User": {"timelogs": ("Timelog", "id", "user_id")},
    "Metadata": {},
    "ContextCustomAttributeValue": {},
}
SUBQUERIES = {"parent_id": ("Shot", "id"), "context_id": ("Task", "id"), "name": ("Shot", "name")}


def show():
    """Yield the creates of a small show with names that break out of carelessly made SQL."""
    chance = random.Random(11)

    def some(*choices):
        return chance.choice(choices)

    yield create("Project", id="p1", name="orbit")
    for number in range(12):
        text = some(None, *NASTY)
        yield create("Shot", id=f"s{number}", parent_id="p1", name=some(*NASTY), description=text)
    for number in range(40):
        parent = f"s{number % 12}" if number % 13 else "p1"
        data = {"name": some(*NASTY), "description": some(None, None, *NASTY)}
        data |= {"bid": some(0, 1, 1.5, 3600, 7200), "end_date": some(None, *MOMENTS)}
        yield create("Task", id=f"t{number}", parent_id=parent, **data)
    for number in range(4):
        name = some(None, *NASTY)
        yield create("User", id=f"u{number}", username=f"user{number}", last_name=name)
    for number in range(30):
        data = {"duration": some(0, 60, 90.5), "start": some(*MOMENTS)}
        data |= {"user_id": f"u{number % 3}", "comment": some(None, *NASTY)}
        yield create("Timelog", id=f"g{number}", context_id=f"t{number % 15}", **data)
        key = {"parent_id": f"t{number}", "key": f"k{number % 3}", "parent_type": "Task"}
        yield create("Metadata", value=some(*NASTY), **key)


def custom_values(configurations):
    """Yield updates of every kind of custom attribute, of some of the shots."""
    chance = random.Random(12)
    written = {
        "fstart": [0, 1, 1001.5, 24],
        "colorspace": ["sRGB", "a%", "", "1"],
        "is_full_cg": [True, False],
        "complexity": [["easy"], ["hard"]],
        "delivery_date": [{"__type__": "datetime", "value": "2031-05-06T07:08:09"}, None],
    }
    for number in range(0, 12, 2):
        for key, choices in written.items():
            yield {
                "action": "update",
                "entity_type": "ContextCustomAttributeValue",
                "entity_key": [configurations[key], f"s{number}"],
                "entity_data": {"value": chance.choice(choices)},
            }


@pytest.fixture(scope="module")
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(list(show()))
        of_shots = 'entity_type is "show" or object_type.name is "Shot"'
        asked = f"select id, key from CustomAttributeConfiguration where {of_shots}"
        found = studio.execute([asking(asked)])[0]["data"]
        studio.execute(list(custom_values({one["key"]: one["id"] for one in found})))
        yield studio


class Both:
    """The database and the plain reading, side by side."""

    def __init__(self, studio):
        self.execute = studio.execute
        self._rows = {
            name: self.execute([asking(f"select {', '.join(columns)} from {name}")])[0]["data"]
            for name, columns in SCALARS.items()
        }

    def found(self, query):
        return [one["id"] for one in self.execute([asking(to_text(query))])[0]["data"]]

    def expected(self, query):
        kind = query.entity_type
        rows = self._rows[kind]
        return [one["id"] for one in rows if holds(self._rows, query.criterion, kind, one) is True]


def asking(expression):
    return {"action": "query", "expression": expression}


@pytest.fixture(scope="module")
def both(studio):
    return Both(studio)


# --- the plain reading -------------------------------------------------------------------------

ORDERING = {
    "=": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def holds(rows, criterion, kind, row):
    """Return whether *row* of *kind* fulfils *criterion*: True, False, or None for unknown."""
    if isinstance(criterion, And):
        return all_of([holds(rows, one, kind, row) for one in criterion.operands])
    if isinstance(criterion, Or):
        return negated(all_of([negated(holds(rows, one, kind, row)) for one in criterion.operands]))
    if isinstance(criterion, Not):
        return negated(holds(rows, criterion.operand, kind, row))
    *steps, last = criterion.path.steps
    if isinstance(criterion, RelationTest):
        ends = reached(rows, kind, row, criterion.path.steps)
        inner = criterion.criterion
        return any(inner is None or holds(rows, inner, *end) is True for end in ends)
    if not steps:
        return compared(rows, criterion, kind, row, last.name)
    ends = reached(rows, kind, row, steps)
    return any(compared(rows, criterion, *end, last.name) is True for end in ends)


def all_of(results):
    return False if False in results else None if None in results else True


def negated(result):
    return None if result is None else not result


def reached(rows, kind, row, steps):
    ends = [(kind, row)]
    for step in steps:
        ends = [further for end in ends for further in followed(rows, *end, step)]
    return ends


def followed(rows, kind, row, step):
    target, here, there = RELATIONS[kind][written(step)]
    if step.name == "ancestors":
        return [(target, one) for one in above(rows, row)]
    if step.name == "descendants":
        below = [
            one for one in rows[target] if row["id"] in {two["id"] for two in above(rows, one)}
        ]
        everything = rows[target] if kind == "Project" else below
        return [(target, one) for one in everything]
    return [(target, one) for one in rows[target] if one[there] == row[here]]


def above(rows, row):
    """Return the typed contexts above one, the nearest first."""
    found = [one for one in rows["TypedContext"] if one["id"] == row["parent_id"]]
    return found + [further for one in found for further in above(rows, one)]


def written(step):
    return step.name if step.cast is None else f"{step.name}[{step.cast}]"


def compared(rows, criterion, kind, row, name):
    value, sort = row[name], SCALARS[kind][name]
    if isinstance(criterion, Comparison):
        return matches(value, sort, criterion.operator, criterion.value)
    if criterion.subquery is not None:
        found = chosen(rows, criterion.subquery, sort)
        among = None if value is None and found else fold(value, sort) in found
        return negated(among) if criterion.negated else among
    results = [matches(value, sort, "=", one) for one in criterion.choices]
    found = negated(all_of([negated(one) for one in results])) if results else False
    return negated(found) if criterion.negated else found


def chosen(rows, subquery, sort):
    kind = subquery.entity_type
    (path,) = subquery.projections
    inner = subquery.criterion
    found = [one for one in rows[kind] if inner is None or holds(rows, inner, kind, one) is True]
    values = [one[path.steps[0].name] for one in found]
    return [fold(one, sort) for one in values if one is not None]


def fold(value, sort):
    return value.translate(LOWER) if sort == "text" and value is not None else value


def matches(value, sort, comparison, given):
    if given.is_null:
        return {"=": value is None, "!=": value is not None}.get(comparison, False)
    if value is None:
        return None
    if comparison == "!=":
        return negated(matches(value, sort, "=", given))
    if comparison == "not_like":
        return negated(matches(value, sort, "like", given))
    if sort == "variable":
        return variable_matches(value, comparison, given)
    if comparison == "like":
        return is_like(value, given.text)
    return ORDERING[comparison](plain(value, sort), literal(given.text, sort))


def variable_matches(value, comparison, given):
    """Compare by the kind of what is kept; a value of another kind is simply unequal."""
    if isinstance(value, list):
        return any(matches(one, "text", comparison, given) for one in value)
    if comparison == "like" and (isinstance(value, (bool, dict))):
        return False
    sort = {bool: "boolean", dict: "moment", str: "text"}.get(type(value), "number")
    if comparison == "like":
        return is_like(value if sort == "text" else number_text(value), given.text)
    try:
        return ORDERING[comparison](plain(value, sort), literal(given.text, sort))
    except ValueError:
        return False


def number_text(value):
    return str(int(value)) if float(value).is_integer() else str(value)


def plain(value, sort):
    if sort == "moment":
        return value["value"]
    return fold(value, sort)


def literal(text, sort):
    if sort == "number":
        return float(text)
    if sort == "boolean":
        words = {"true": True, "1": True, "false": False, "0": False}
        if text.lower() not in words:
            raise ValueError(text)
        return words[text.lower()]
    if sort == "moment":
        if not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?", text):
            raise ValueError(text)
        return text if "T" in text else text + "T00:00:00"
    return fold(text, sort)


def is_like(value, pattern):
    parts, characters = [], iter(pattern)
    for character in characters:
        if character == "\\":
            parts.append(re.escape(next(characters, "\\")))
        else:
            parts.append({"%": ".*", "_": "."}.get(character) or re.escape(character))
    return (
        re.fullmatch("".join(parts).translate(LOWER), value.translate(LOWER), re.DOTALL) is not None
    )


# --- what is asked -----------------------------------------------------------------------------

texts = st.sampled_from(NASTY) | st.text(ALPHABET, max_size=8)
numbers = st.sampled_from(["0", "1", "1.5", "24", "1001", "1001.5", "3600", "-1", "1e3"])
moments = st.sampled_from(MOMENTS)
truths = st.sampled_from(["true", "False", "1", "0"])
identifiers = st.sampled_from(["p1", "s1", "s3", "t1", "t13", "u1", "u3", "k1", "T1", "x"])
LITERALS = {
    "text": texts,
    "number": numbers,
    "moment": moments,
    "boolean": truths,
    "id": identifiers,
    "variable": texts | numbers | truths | moments | st.sampled_from(["easy", "HARD", "sRGB"]),
}
OPERATORS = {
    "boolean": ["=", "!="],
    "id": ["=", "!="],
    "moment": ["=", "!=", ">", "<", ">=", "<="],
    "number": ["=", "!=", ">", "<", ">=", "<="],
    "text": ["=", "!=", ">", "<", ">=", "<=", "like", "not_like"],
    "variable": ["=", "!=", ">", "<", ">=", "<=", "like", "not_like"],
}
nothing = st.just(Value("none", quoted=False))


def step_to(relation):
    name, _, cast = relation.rstrip("]").partition("[")
    return Step(name, cast or None)


def values(sort):
    return st.builds(Value, LITERALS[sort])


@st.composite
def conditions(draw, kind, depth):
    """Draw a comparison or a membership, at the end of a path of some steps."""
    steps = []
    for _ in range(draw(st.integers(0, 2))):
        if not RELATIONS[kind]:
            break
        name = draw(st.sampled_from(sorted(RELATIONS[kind])))
        steps.append(step_to(name))
        kind = RELATIONS[kind][name][0]
    name = draw(st.sampled_from(sorted(SCALARS[kind])))
    sort = SCALARS[kind][name]
    path = Path((*steps, Step(name)))
    if draw(st.booleans()):
        value = draw(values(sort) | nothing)
        return Comparison(path, draw(st.sampled_from(OPERATORS[sort])), value)
    return draw(memberships(path, sort, depth))


@st.composite
def memberships(draw, path, sort, depth):
    name = path.steps[-1].name
    if depth and name in SUBQUERIES and draw(st.booleans()):
        target, chosen_name = SUBQUERIES[name]
        inner = draw(st.none() | criteria(target, depth - 1))
        subquery = Query(target, (Path((Step(chosen_name),)),), inner)
        return Membership(path, draw(st.booleans()), subquery=subquery)
    choices = draw(st.lists(values(sort) | nothing, max_size=3))
    return Membership(path, draw(st.booleans()), tuple(choices))


@st.composite
def relation_tests(draw, kind, depth):
    name = draw(st.sampled_from(sorted(RELATIONS[kind])))
    inner = draw(st.none() | criteria(RELATIONS[kind][name][0], depth - 1))
    return RelationTest(Path((step_to(name),)), draw(st.sampled_from(["any", "has"])), inner)


def criteria(kind, depth):
    simple = conditions(kind, depth)
    if not depth:
        return simple
    further = criteria(kind, depth - 1)
    several = st.lists(further, min_size=2, max_size=3).map(tuple)
    joined = st.builds(And, several) | st.builds(Or, several) | st.builds(Not, further)
    related = relation_tests(kind, depth) if RELATIONS[kind] else st.nothing()
    return simple | joined | related


KINDS = ["Project", "Shot", "Task", "TypedContext", "Timelog", "User"]
queries = st.sampled_from(KINDS).flatmap(
    lambda kind: st.builds(Query, st.just(kind), criterion=criteria(kind, 3))
)


# --- that they agree ---------------------------------------------------------------------------


@relaxed
@given(query=queries)
def test_the_database_finds_what_a_plain_reading_finds(both, query):
    assert both.found(query) == both.expected(query)


@relaxed
@given(text=texts, comparison=st.sampled_from(["=", "!=", ">", "<=", "like", "not_like", "in"]))
def test_no_text_changes_what_a_query_means(both, text, comparison):
    path = Path((Step("name"),))
    criterion = Comparison(path, comparison, Value(text))
    if comparison == "in":
        criterion = Membership(path, False, (Value(text), Value("other")))
    query = Query("Task", criterion=And((criterion, Comparison(path, "!=", Value("zzz")))))
    assert both.found(query) == both.expected(query)


@relaxed
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20))
def test_any_text_is_found_again_by_its_exact_value(both, text):
    query = Query("Job", criterion=found_by("data", text))
    batch = [
        create("Job", id="j1", type="x", status="done", data=text),
        asking(to_text(query)),
        {"action": "delete", "entity_type": "Job", "entity_key": ["j1"]},
    ]
    assert [one["id"] for one in both.execute(batch)[1]["data"]] == ["j1"]


def found_by(name, text):
    path = Path((Step(name),))
    escaped = re.sub(r"([%_\\])", r"\\\1", text)
    return And(
        (
            Comparison(path, "=", Value(text)),
            Membership(path, False, (Value(text),)),
            Comparison(path, "like", Value(escaped)),
            Comparison(path, ">=", Value(text)),
        )
    )
