"""What each piece of query text means, as a tree.

Read from top to bottom it is a tour of the language.
"""

from __future__ import annotations

import pytest
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
    parse,
    parse_criteria,
    tokenise,
)


def path(dotted):
    """Make a path without casts."""
    return Path(tuple(Step(name) for name in dotted.split(".")))


def equals(dotted, text, *, quoted=True):
    return Comparison(path(dotted), "=", Value(text, quoted))


# --- what is asked for ---------------------------------------------------------------------------


def test_a_type_alone_asks_for_everything_of_it():
    assert parse("Project") == Query("Project")


def test_select_names_the_attributes():
    query = parse("select name, parent.name from Task")
    assert query == Query("Task", (path("name"), path("parent.name")))


def test_a_step_may_be_cast_to_a_subtype():
    query = parse("select asset.parent[Shot].name from AssetVersion")
    steps = (Step("asset"), Step("parent", "Shot"), Step("name"))
    assert query.projections == (Path(steps),)


def test_aggregates_are_grouped_by_paths():
    query = parse("select count(id), SUM( bid ) from Task group by status_id, type.name")
    assert query.projections == (Aggregate("count", path("id")), Aggregate("sum", path("bid")))
    assert query.group_by == (path("status_id"), path("type.name"))


def test_an_attribute_may_be_called_like_an_aggregate():
    assert parse("select count, max.min from Task").projections == (path("count"), path("max.min"))


def test_order_by_takes_several_keys_with_a_direction_each():
    query = parse("Task order by status.sort descending, name asc, id desc, bid ascending, type")
    assert query.order_by == (
        OrderItem(path("status.sort"), descending=True),
        OrderItem(path("name")),
        OrderItem(path("id"), descending=True),
        OrderItem(path("bid")),
        OrderItem(path("type")),
    )


@pytest.mark.parametrize("text", ["Task limit 5 offset 10", "Task offset 10 limit 5"])
def test_limit_and_offset_come_in_either_order(text):
    assert parse(text) == Query("Task", limit=5, offset=10)


def test_of_repeated_limits_the_smallest_counts_and_of_offsets_the_last():
    query = parse("Task limit 3 offset 20 limit 5 offset 0")
    assert (query.limit, query.offset) == (3, 0)


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        ("offset 0 limit 500", 500),
        ("offset 500 limit 500", 200),
        ("offset 700 limit 500", 0),
        ("offset 1000 limit 500", 0),
    ],
)
def test_a_page_behind_a_limit_of_the_user_is_a_part_of_that(page, rows):
    assert parse(f"Task LIMIT 700 {page}").limit == rows


def test_all_clauses_together():
    query = parse(
        "select count(id) from Task where bid > 1 group by type order by type limit 2 offset 1"
    )
    assert query == Query(
        "Task",
        (Aggregate("count", path("id")),),
        Comparison(path("bid"), ">", Value("1", quoted=False)),
        (path("type"),),
        (OrderItem(path("type")),),
        2,
        1,
    )


# --- conditions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spelling", "operator"),
    [
        ("=", "="),
        ("is", "="),
        ("!=", "!="),
        ("is_not", "!="),
        (">", ">"),
        ("after", ">"),
        ("greater_than", ">"),
        ("<", "<"),
        ("before", "<"),
        ("less_than", "<"),
        (">=", ">="),
        ("<=", "<="),
        ("like", "like"),
        ("not_like", "not_like"),
        ("IS_NOT", "!="),
        ("Like", "like"),
    ],
)
def test_every_spelling_of_an_operator_has_one_meaning(spelling, operator):
    criterion = parse_criteria(f'name {spelling} "x"')
    assert criterion == Comparison(path("name"), operator, Value("x"))


@pytest.mark.parametrize(
    "bare",
    [
        "2031-05-06T07:08:09+02:00",
        "2031-05-06",
        "cb268ecc-8809-11e3-a7e2-20c9d081909b",
        "-3.5",
        ".exr",
        "sq010_%",
        "ümlaut",
        "and",
        "a=b",
        "it\\s",
    ],
)
def test_a_value_without_blanks_needs_no_quotes(bare):
    assert parse_criteria(f"name is {bare}") == equals("name", bare, quoted=False)


def test_quotes_are_single_or_double_and_hold_the_other_kind():
    assert parse_criteria("""name is "it's" """) == equals("name", "it's")
    assert parse_criteria("""name is 'a "b" c'""") == equals("name", 'a "b" c')


def test_a_backslash_hides_a_quote_or_a_backslash():
    assert parse_criteria(r'name is "a \"b\" \\ c"') == equals("name", r'a "b" \ c')
    assert parse_criteria(r"name is 'it\'s'") == equals("name", "it's")


def test_any_other_backslash_belongs_to_the_value():
    assert parse_criteria(r'name like "100\%"').value.text == r"100\%"
    assert parse_criteria(r'path is "P:\new\shot"').value.text == r"P:\new\shot"


@pytest.mark.parametrize("word", ["none", "None", "null", "NULL"])
def test_only_the_bare_word_is_no_value(word):
    assert parse_criteria(f"name is {word}").value.is_null
    assert not parse_criteria(f'name is "{word}"').value.is_null


def test_symbols_need_no_blanks():
    assert parse_criteria("id=abc") == equals("id", "abc", quoted=False)
    assert parse_criteria('bid>="3"') == Comparison(path("bid"), ">=", Value("3"))
    assert parse_criteria("bid!=-1").value == Value("-1", quoted=False)


def test_the_blank_behind_a_closing_quote_may_be_missing():
    criterion = parse_criteria('(parent_id is "a"and key is"k")')
    assert criterion == And((equals("parent_id", "a"), equals("key", "k")))
    assert parse('Task where name is "a"limit 1').limit == 1


def test_in_takes_a_list_of_values():
    criterion = parse_criteria("""status.name in ("On Hold", 'b',c,none)""")
    choices = (Value("On Hold"), Value("b"), Value("c", False), Value("none", False))
    assert criterion == Membership(path("status.name"), False, choices)


def test_a_list_may_be_empty_or_end_in_a_comma():
    assert parse_criteria("id in ()") == Membership(path("id"), False)
    assert parse_criteria("id not_in (a, )") == Membership(path("id"), True, (Value("a", False),))


def test_in_takes_a_subquery():
    criterion = parse_criteria(
        'asset_id in (select id from Asset where name like "plate%" order by name limit 5)'
    )
    like = Comparison(path("name"), "like", Value("plate%"))
    subquery = Query("Asset", (path("id"),), like, order_by=(OrderItem(path("name")),), limit=5)
    assert criterion == Membership(path("asset_id"), False, subquery=subquery)


def test_a_list_may_hold_the_word_select():
    assert parse_criteria("name in (select, b)").choices[0].text == "select"
    assert parse_criteria("name in (select)").choices == (Value("select", quoted=False),)


def test_has_and_any_test_the_related_entity():
    criterion = parse_criteria('author has (first_name is "Ann" and last_name is "Lee")')
    both = And((equals("first_name", "Ann"), equals("last_name", "Lee")))
    assert criterion == RelationTest(path("author"), "has", both)


def test_an_empty_body_asks_for_existence():
    assert parse_criteria("timelogs any ()") == RelationTest(path("timelogs"), "any")
    assert parse_criteria("not parent has()") == Not(RelationTest(path("parent"), "has"))


def test_a_relation_test_may_follow_a_cast():
    criterion = parse_criteria("allocations.resource[Group].memberships any (user_id = u1)")
    steps = (Step("allocations"), Step("resource", "Group"), Step("memberships"))
    assert criterion.path == Path(steps)


# --- and, or, not --------------------------------------------------------------------------------


A, B, C = (equals(name, "1", quoted=False) for name in "abc")


def test_and_binds_tighter_than_or():
    assert parse_criteria("a = 1 or b = 1 and c = 1") == Or((A, And((B, C))))
    assert parse_criteria("(a = 1 or b = 1) and c = 1") == And((Or((A, B)), C))


def test_a_chain_is_one_node():
    assert parse_criteria("a = 1 and b = 1 and c = 1") == And((A, B, C))


def test_not_applies_to_the_next_factor_only():
    assert parse_criteria("not a = 1 and b = 1") == And((Not(A), B))
    assert parse_criteria("not (a = 1 and b = 1)") == Not(And((A, B)))
    assert parse_criteria("not not a = 1") == Not(Not(A))


# --- how the text may look -----------------------------------------------------------------------


def test_keywords_come_in_any_case_but_names_are_kept():
    query = parse(
        "SELECT Name FROM task WHERE NOT Name IS x OR a In (b) Order By NAME Desc LIMIT 1"
    )
    assert query.entity_type == "task"
    assert query.projections == (path("Name"),)
    assert query.order_by == (OrderItem(path("NAME"), descending=True),)
    assert query.limit == 1


def test_line_breaks_are_white_space():
    text = """
        select name
        from Task
        where
            name is "two
lines"
            and a=1
    """
    assert parse(text).criterion == And((equals("name", "two\nlines"), A))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("not is 1", "not"),
        ("not.name is 1", "not.name"),
        ("is is 1", "is"),
        ("in in (1)", "in"),
        ("where.limit = 1", "where.limit"),
        ("any any (a = 1)", "any"),
    ],
)
def test_a_keyword_can_be_an_attribute(text, names):
    assert parse_criteria(text).path == path(names)


def test_not_before_an_attribute_called_like_an_operator_is_still_not():
    assert parse_criteria("not is is 1") == Not(equals("is", "1", quoted=False))
    assert parse_criteria("not in.x is 1") == Not(equals("in.x", "1", quoted=False))


def test_nodes_know_where_they_came_from():
    text = 'select name from Task where parent.id is "x"'
    query = parse(text)
    assert query.position == text.index("Task")
    assert query.projections[0].position == text.index("name")
    assert query.criterion.position == text.index("parent")
    assert query.criterion.path.steps[1].position == text.index("id is")
    assert query.criterion.value.position == text.index('"x"')


def test_a_text_can_be_looked_at_token_by_token():
    kinds = [(token.kind, token.text) for token in tokenise('Task where a>="b c"')]
    assert kinds == [
        ("word", "Task"),
        ("word", "where"),
        ("word", "a"),
        ("operator", ">="),
        ("quoted", "b c"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        'select name from Task where (id is "t1") offset 0 limit 500',
        "select name from Task where id is t1 offset 0 limit 500",
        "select name from Task where id in (t1,t2) offset 0 limit 500",
        'Task where name is "x" and start is "2031-05-06T07:08:09" and comment is None limit 2',
        'Metadata where (parent_id is "t1"and key is "camera") or (parent_id is "t2"and key is k)',
        " Task where x is None   limit 2",
        "User where username is_not ann and memberships.group.name is 'Lighting'  limit 1",
        "Timelog where start >= '2031-05-01T00:00:00+02:00' and start before 2031-06-01",
        "TypedContext where custom_attributes any (key is fstart and value >= 1001)",
        "Shot where children[Task].status.state.short is_not DONE and ancestors any (id = 'sq1')",
    ],
)
def test_what_clients_in_the_field_send_is_understood(text):
    assert parse(text)
