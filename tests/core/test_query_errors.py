"""A wrong query says where it is wrong, what could have stood there and what was probably meant."""

from __future__ import annotations

import pytest
from ftrack_core.errors import QuerySyntaxError
from ftrack_core.query import parse, parse_criteria


def refusal(marked):
    """Parse *marked* without its ``^``; return the error, which has to point at the ``^``."""
    text = marked.replace("^", "")
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    assert caught.value.position == marked.index("^")
    assert caught.value.text == text
    return caught.value.reason


@pytest.mark.parametrize(
    ("marked", "meant"),
    [
        ("^selct name from Task", "select"),
        ("select name ^frm Task", "from"),
        ("Task ^wher name is x", "where"),
        ("Task where name ^iss x", "is"),
        ("Task where name ^grater_than x", "greater_than"),
        ("Task where name is x ^adn id is y", "and"),
        ("Task order by name ^descnding", "descending"),
        ("Task ^limt 5", "limit"),
        ("select ^cuont(id) from Task", "count"),
    ],
)
def test_a_misspelt_keyword_is_recognised(marked, meant):
    assert f"did you mean {meant!r}" in refusal(marked)


@pytest.mark.parametrize(
    ("marked", "meant"),
    [
        ("Task where name ^== x", "="),
        ("Task where name ^<> x", "!="),
        ("Task where bid ^=> 3", ">="),
        ("Task where name ^contains x", "like"),
        ("Task where name ^not in (x)", "not_in"),
        ("Task where name ^not like x", "not_like"),
        ("Task where name ^not x", "is_not"),
        ("Task where name ^is not none", "is_not"),
        ("Task where name ^is not 'x'", "is_not"),
    ],
)
def test_the_operators_of_other_languages_are_recognised(marked, meant):
    assert f"did you mean {meant!r}" in refusal(marked)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("^", "expected 'select' or an entity type, found the end"),
        ("^5", "expected 'select' or an entity type, found '5'"),
        ("Task where^", "expected 'not', '(' or a condition, found the end"),
        ("Task where name^", "expected an operator, found the end"),
        ("Task where name is^", "expected a value, found the end"),
        ("Task where name is ^)", "expected a value, found ')'"),
        ("Task where (name is x^", "expected 'and', 'or' or ')', found the end"),
        ("Task where name has ^x", "expected '(', found 'x'"),
        ("Task where id in ^x", "expected '(', found 'x'"),
        ("Task where id in (a ^b)", "expected ',' or ')', found 'b'"),
        ("Task where id in (^, a)", "expected 'select', ')' or a value, found ','"),
        ("Task where a. is ^x", "expected an operator, found 'x'"),  # "is" can be a name
        ("Task where parent[^] is x", "expected an entity type, found ']'"),
        ("Task order ^name", "expected 'by', found 'name'"),
        ("Task limit ^five", "expected a whole number, found 'five'"),
        ("Task limit ^-1", "expected a whole number"),
        ("select ^from Task", "expected an attribute to select"),
        ("select name, ^", "expected an attribute, found the end"),
        ("select count(id^, name) from Task", "expected ')', found ','"),
        ("Task where name is 'x' ^; drop", "found ';'"),
        ("Task where name is ^'x", "never closed"),
        ("Task where id in (^select id, name from Task)", "exactly one attribute"),
        ("Task where id in (^select count(id) from Task)", "exactly one attribute"),
    ],
)
def test_what_was_expected_is_said(marked, expected):
    assert expected in refusal(marked)


def test_a_number_too_long_for_a_count_is_refused():
    assert "whole number" in refusal("Task limit ^" + "9" * 5000)


def test_criteria_have_to_be_the_whole_text():
    with pytest.raises(QuerySyntaxError, match="expected 'and', 'or' or the end, found 'limit'"):
        parse_criteria("name is x limit 5")


@pytest.mark.parametrize(
    "piece", ["(", "not ", "a any (", "a has (", "a in (select b from C where "]
)
def test_nesting_beyond_reason_is_a_syntax_error(piece):
    with pytest.raises(QuerySyntaxError, match="nested too deeply"):
        parse("Task where " + piece * 10_000)


def test_a_hundred_levels_are_no_problem():
    assert parse("Task where " + "(" * 100 + "a = 1" + ")" * 100)


def test_a_long_chain_is_not_deep():
    criterion = parse_criteria(" or ".join(["a = 1"] * 10_000))
    assert len(criterion.operands) == 10_000


def test_the_error_shows_the_place_in_the_text():
    with pytest.raises(QuerySyntaxError, match="Task >>>wher name is x"):
        parse("Task wher name is x")


def test_of_a_long_text_only_what_is_around_the_fault_is_shown():
    text = "Task where " + "name is x and " * 400 + "name ilike y" + " and name is z" * 400
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    error = caught.value
    assert error.excerpt == "...e is x and name is x and name >>>ilike y and name is z and name..."
    assert str(error).endswith(f"at position {text.index('ilike')}: {error.excerpt}")


@pytest.mark.parametrize(
    ("marked", "excerpt"),
    [
        ("Task ^wher name is x", "Task >>>wher name is x"),
        ("Task where name is^", "Task where name is>>>"),
        ("Task where name is x and name is y and (^", "... name is x and name is y and (>>>"),
    ],
)
def test_dots_stand_for_what_is_left_out_of_the_text(marked, excerpt):
    with pytest.raises(QuerySyntaxError) as caught:
        parse(marked.replace("^", ""))
    assert caught.value.excerpt == excerpt


@pytest.mark.parametrize("word", ["'" + "x" * 10_000 + "'", "x" * 10_000])
def test_a_long_word_is_not_repeated_in_full(word):
    with pytest.raises(QuerySyntaxError) as caught:
        parse(f"Task where name is x {word}")
    assert len(str(caught.value)) < 300
