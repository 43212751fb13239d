"""Queries: their texts, their pages, what a result can do; and populating."""

import ftrack_api
import ftrack_api.query
import pytest
from ftrack_api.symbol import NOT_SET


def plain(expression):
    """A text with single blanks: more of them say the same."""
    return " ".join(expression.split())


def test_populating_many_is_one_query(session, wire):
    """39: `populate(users, "first_name, last_name")`."""
    users = session.query('select id from User where email like "%@studio.example"').all()[:4]
    wire.clear()
    assert session.populate(users, "first_name, last_name") is None
    (expression,) = wire.expressions
    assert expression.startswith("select first_name, last_name from User where id in (")
    assert all(one["id"] in expression for one in users)
    wire.clear()
    assert all(one["first_name"] and one["last_name"] for one in users)
    assert wire.requests == []


def test_populating_skips_new_entities(session, wire, unique):
    """39: created ones are skipped."""
    user = session.create("User", {"username": unique})
    wire.clear()
    session.populate([user], "first_name")
    session.populate(user, "first_name")
    session.populate([], "first_name")
    assert wire.requests == []
    assert user["first_name"] is NOT_SET


@pytest.mark.parametrize("form", [list, tuple, lambda one: one])
def test_populating_takes_lists_tuples_and_results(session, form):
    """1.9: one entity, list, tuple or the result of a query."""
    result = session.query("select id from Status limit 3")
    session.populate(form(result), "name, state.short")
    with session.auto_populating(False):
        assert all(one["name"] for one in result)
        assert all(one["state"]["short"] for one in result)


def test_populating_one_asks_for_one(session, wire, new_user):
    """17: `where id is X` for a single entity."""
    session.reset()
    user = session.query(f'select id from User where id is "{new_user["id"]}"').one()
    wire.clear()
    session.populate(user, "first_name")
    assert len(wire.expressions) == 1
    assert new_user["id"] in wire.expressions[0]
    with session.auto_populating(False):
        assert user["first_name"] == "Some"


def test_populating_entities_with_a_key_of_several_parts(session):
    """1.9: Metadata."""
    rows = session.query("select key from Metadata limit 3").all()
    session.populate(rows, "value")
    with session.auto_populating(False):
        assert all(one["value"] for one in rows)


def test_populating_leaves_edits_alone(session, new_user):
    """1.9: local values are not overwritten."""
    new_user["first_name"] = "Mine"
    session.populate(new_user, "first_name")
    assert new_user["first_name"] == "Mine"


def test_a_type_alone_asks_for_the_default_projections(session, wire):
    """41: `User limit 10` asks for them with offset and limit."""
    projections = ", ".join(session.types["User"].default_projections)
    wire.clear()
    session.query("User limit 10").all()
    assert [plain(one) for one in wire.expressions] == [
        f"select {projections} from User offset 0 limit 10"
    ]


def test_a_query_asks_for_nothing_until_it_is_read(session, wire):
    """2: construction sends nothing; a Sequence."""
    wire.clear()
    result = session.query("select name from Status")
    assert isinstance(result, ftrack_api.query.QueryResult)
    assert wire.requests == []
    assert result[0]["name"]
    assert len(wire.expressions) == 1


def test_length_reads_everything(session, wire):
    """42: iterating afterwards sends nothing, and so does iterating again."""
    result = session.query("select name from Task", page_size=30)
    wire.clear()
    assert len(result) >= 100
    assert len(wire.expressions) >= 4
    assert len(list(result)) == len(result.all()) == len(result)
    assert len(set(wire.expressions)) == len(wire.expressions)  # no page is asked for twice


def test_pages_follow_one_another(session, wire):
    """2: offsets and limits of the pages, read as they are needed."""
    result = session.query("select name from Task order by id", page_size=40)
    wire.clear()
    rows = iter(result)
    next(rows)
    assert plain(wire.expressions[0]).endswith("order by id offset 0 limit 40")
    list(rows)
    assert plain(wire.expressions[1]).endswith("offset 40 limit 40")


def test_pages_hold_every_row_once(session, ask):
    """2: in whichever size."""
    wanted = {one["id"] for one in ask("select id from Task")}
    found = [one["id"] for one in session.query("select id from Task order by id", page_size=7)]
    assert len(found) == len(wanted)
    assert set(found) == wanted


def test_a_limit_and_an_offset_hold_across_pages(session):
    """2: the list is trimmed at the limit, counted from the offset."""
    everything = session.query("select id from Task order by id").all()
    part = session.query("select id from Task order by id offset 5 limit 9", page_size=4)
    assert part.all() == everything[5:14]
    assert len(session.query("select id from Task limit 3").all()) == 3


def test_one_asks_by_itself(session, wire):
    """43: `one()` after `all()` still sends its own `limit 2`."""
    result = session.query('User where username is "admin"')
    assert len(result.all()) == 1
    wire.clear()
    assert result.one() is result[0]
    assert [plain(one)[-8:] for one in wire.expressions] == [" limit 2"]


def test_one_and_first_refuse_limits(session):
    """44: ValueError; `first()` with an offset is fine."""
    for text in ("User limit 1", "User offset 1"):
        with pytest.raises(ValueError):
            session.query(text).one()
    with pytest.raises(ValueError):
        session.query("User limit 1").first()
    ordered = "select id from User order by id"
    assert session.query(f"{ordered} offset 1").first() is session.query(ordered).all()[1]


def test_one_wants_exactly_one(session):
    """2: NoResultFoundError, MultipleResultsFoundError; `first()` gives None."""
    with pytest.raises(ftrack_api.exception.NoResultFoundError):
        session.query("User where username is nobody").one()
    with pytest.raises(ftrack_api.exception.MultipleResultsFoundError):
        session.query("Task").one()
    with pytest.raises(ftrack_api.exception.IncorrectResultError):
        session.query("Task").one()
    assert session.query("User where username is nobody").first() is None


def test_first_asks_for_one_row(session, wire):
    """2: its own request, with limit 1."""
    wire.clear()
    session.query("select name from Task").first()
    (expression,) = wire.expressions
    assert expression.startswith("select name from Task")
    assert expression.endswith(" limit 1")


def test_results_are_sequences(session):
    """2: index, in, count, reversed, truth, IndexError."""
    result = session.query("select name from Status order by name", page_size=5)
    rows = session.query("select name from Status order by name").all()
    assert result[7] is rows[7]
    assert rows[2] in result
    assert result.index(rows[3]) == 3
    assert result.count(rows[3]) == 1
    assert list(reversed(result)) == rows[::-1]
    assert bool(result)
    assert not session.query("User where username is nobody")
    with pytest.raises(IndexError):
        result[10000]
    assert result[1:3] == rows[1:3]
    assert result[-1] is rows[-1]


@pytest.mark.better("negative indices and slices read what they need")
def test_results_can_be_read_from_the_end(session):
    """15.1, 5: on a fresh result."""
    rows = session.query("select name from Status order by name").all()
    assert session.query("select name from Status order by name", page_size=5)[-1] is rows[-1]
    assert session.query("select name from Status order by name", page_size=5)[1:3] == rows[1:3]


@pytest.mark.better("a limit within quotes is part of the text")
def test_words_in_quotes_are_text(session, project, unique):
    """15.1, 4: `name is "limit 10 tons"`."""
    folder = session.create("Folder", {"name": f"{unique} limit 10 tons", "parent": project})
    session.commit()
    assert session.query(f'Folder where name is "{unique} limit 10 tons"').all() == [folder]


@pytest.mark.parametrize(
    "condition",
    [
        'username is "admin"', "username = admin", 'username in ("admin", "x")',
        'username like "adm%" and username is_not None',
        "(username is admin) and not (username is nobody)",
        'username is "admin" or username is "nobody"',
    ],
)  # fmt: skip
def test_conditions_of_every_kind(session, condition):
    """14.1: the server judges the text, as it was written."""
    assert [one["username"] for one in session.query(f"User where {condition}")] == ["admin"]


def test_conditions_reach_across_relations(session):
    """14.1: `has`, `any`, dotted paths."""
    shots = session.query(
        'select name from Shot where parent has (name is "sq010") and children any (name like "%")'
    ).all()
    assert shots
    assert set(shots) <= set(session.query('Shot where parent.name is "sq010"'))


def test_projections_reach_across_relations(session, wire):
    """14.1: nested values are there without further requests."""
    task = session.query(
        "select name, parent.name, parent.parent.name, status.state.name from Task"
        ' where parent.parent has (name is "sq010")'
    ).first()
    wire.clear()
    assert task["parent"]["parent"]["name"] == "sq010"
    assert task["status"]["state"]["name"]
    assert wire.requests == []


def test_the_size_of_a_page_is_an_argument(session, wire):
    """1.9: `query(expression, page_size=500)`, positional or named."""
    wire.clear()
    session.query("select id from Project", 3).all()
    session.query(expression="select id from Project", page_size=4).all()
    session.query("select id from Project").all()
    assert [plain(one).split()[-1] for one in wire.expressions] == ["3", "4", "500"]


def test_what_the_server_does_not_understand_is_told(session):
    """1.6: as a ServerError, at the first row."""
    result = session.query("select name from Task where")
    with pytest.raises(ftrack_api.exception.ServerError):
        result.all()


def test_a_subclass_hears_of_each_query(new_session):
    """standing in for `query` with a subclass: what scripts ask goes through it."""
    texts = []

    class Listening(ftrack_api.Session):
        def query(self, expression, page_size=500):
            texts.append(expression)
            return super().query(expression, page_size=page_size)

    session = new_session(kind=Listening)
    user = session.query("User where username is admin").one()
    session.populate(user, "first_name")
    assert texts[0] == "User where username is admin"
    assert all(isinstance(one, str) for one in texts)
