"""The operation ``search``: what it may be asked, and what is refused in plain words."""

from __future__ import annotations

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Caller
from operations import create

TASK = "11c137c0-ee7e-4f9c-91c5-8c77cec22b2c"
DAILIES = "77b9ab82-07c2-11e4-ba66-04011030cf01"


SHOW = (
    create("Project", id="p1", name="orbit"),
    create("Project", id="p2", name="comet"),
    create("Shot", id="sh1", name="light", parent_id="p1"),
    create("Task", id="t1", name="light", parent_id="sh1", bid=1),
    create("Task", id="t2", name="lighting", parent_id="sh1", bid=3),
    create("Task", id="t3", name="light_b", parent_id="sh1", bid=2),
    create("Task", id="t4", name="relight", parent_id="p2", bid=4),
    create("TypedContextList", id="li1", name="lights", project_id="p1", category_id=DAILIES),
    create("TypedContextList", id="li2", name="lights", project_id="p2", category_id=DAILIES),
    create("Note", id="n1", content="more light", parent_id="t1", parent_type="Task"),
    create("User", id="u1", username="light"),
    create("Setting", name="light", group="a", value="1"),
    create("Setting", name="light", group="b", value="2"),
    create("Setting", name="lights", group="a", value="3"),
)


@pytest.fixture(scope="module")
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(SHOW)
        yield studio


@pytest.fixture
def search(studio):
    def search(username="admin", **members):
        batch = [{"action": "search", **members}]
        return studio.execute(batch, caller=Caller(username))[0]

    return search


@pytest.fixture
def found(search):
    return lambda **members: [row["id"] for row in search(**members)["data"]]


@pytest.fixture
def refusal(search):
    def refused(**members):
        with pytest.raises(ServerError) as caught:
            search(**members)
        return f"{caught.value.exception}: {caught.value.content}"

    return refused


# --- what is asked -----------------------------------------------------------------------------


def test_an_expression_says_what_is_answered_and_filters(search):
    answer = search(expression="select bid from Task where bid > 1", terms=["light"])
    assert answer["action"] == "search"
    assert answer["metadata"] == {"next": {"offset": None}}
    assert [(row["id"], row["bid"]) for row in answer["data"]] == [("t3", 2), ("t2", 3), ("t4", 4)]


def test_an_entity_type_alone_is_answered_with_the_default_attributes(search, studio):
    query = {"action": "query", "expression": "Task where id is t4"}
    assert (
        search(entity_type="Task", terms=["relight"])["data"] == studio.execute([query])[0]["data"]
    )


def test_of_two_types_in_one_family_the_narrower_counts(found):
    terms = ["light"]
    assert found(expression="TypedContext", terms=terms) == ["sh1", "t1", "t3", "t2", "t4"]
    for expression, entity_type in (("TypedContext", "Task"), ("Task", "Context")):
        asked = {"expression": expression, "entity_type": entity_type}
        assert found(**asked, terms=terms) == ["t1", "t3", "t2", "t4"]


def test_the_order_of_the_expression_holds_among_names_that_fit_equally_well(found):
    assert found(expression="Task order by bid desc", terms=["light"]) == ["t1", "t2", "t3", "t4"]
    assert found(expression="Task order by bid", terms=["light"]) == ["t1", "t3", "t2", "t4"]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("limit 0", []),
        ("limit 2", ["t1", "t3"]),
        ("offset 3", ["t4"]),
        ("offset 1 limit 2", ["t3", "t2"]),
        ("offset 9", []),
    ],
)
def test_a_page_is_cut_from_the_ranked_rows(found, page, expected):
    assert found(expression=f"Task {page}", terms=["light"]) == expected


def test_without_terms_the_expression_is_answered_as_it_is(found):
    assert found(expression="Task order by bid desc limit 2") == ["t4", "t2"]
    assert found(expression="Task order by bid desc limit 2", terms=[]) == ["t4", "t2"]
    assert found(expression="Task limit 1", terms=["", "  "]) == ["t1"]


def test_entities_with_keys_of_several_parts_are_ranked_as_well(search):
    rows = search(entity_type="Setting", terms=["light"])["data"]
    assert [(row["name"], row["group"]) for row in rows] == [
        ("light", "a"),
        ("light", "b"),
        ("lights", "a"),
    ]


def test_notes_are_found_by_their_text(found):
    assert found(entity_type="Note", terms=["LIGHT", "more"]) == ["n1"]


def test_an_entity_that_the_batch_has_answered_already_is_found_all_the_same(studio):
    batch = [
        {"action": "query", "expression": "select name from Task where id is t4"},
        {"action": "search", "expression": "select name, bid from Task", "terms": ["relight"]},
    ]
    (_, answer) = studio.execute(batch, caller=Caller(lean=True))
    assert answer["data"] == [{"__entity_type__": "Task", "id": "t4", "bid": 4}]


# --- where -------------------------------------------------------------------------------------


def test_a_context_leaves_what_is_below_it(found):
    assert found(entity_type="Task", terms=["light"], context_id="sh1") == ["t1", "t3", "t2"]
    assert found(entity_type="Task", terms=["light"], context_id="p2") == ["t4"]
    assert found(entity_type="Task", terms=["light"], context_id="nowhere") == []
    assert found(entity_type="Task", context_id="p2") == ["t4"]


def test_a_project_leaves_its_lists(found):
    assert found(entity_type="List", terms=["light"], context_id="p2") == ["li2"]


def test_a_context_says_nothing_of_people(found):
    assert found(entity_type="User", terms=["light"], context_id="p2") == ["u1"]


def test_object_types_leave_what_is_of_one_of_them(found):
    asked = {"entity_type": "TypedContext", "terms": ["light"], "context_id": "p1"}
    assert found(**asked, object_type_ids=[TASK]) == ["t1", "t3", "t2"]
    assert found(**asked, object_type_ids=[]) == ["sh1", "t1", "t3", "t2"]


def test_a_reader_finds_only_what_may_be_seen(studio, search):
    private = create("Project", id="px", name="light", is_private=True)
    undo = {"action": "delete", "entity_type": "Project", "entity_key": ["px"]}
    studio.execute([private])
    try:
        assert [row["id"] for row in search(entity_type="Project", terms=["light"])["data"]] == [
            "px"
        ]
        assert search("light", entity_type="Project", terms=["light"])["data"] == []
    finally:
        studio.execute([undo])


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize("terms", [["light"], ["nothing"], []])
@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({}, 'ValidationError: The operation "search" needs an "expression" or an'),
        ({"expression": 3}, 'ValidationError: The operation "search" needs an "expression"'),
        ({"entity_type": "Tsak"}, 'ValidationError: Entity type "Tsak" does not exist.'),
        ({"entity_type": 3}, 'ValidationError: Entity type "3" does not exist.'),
        (
            {"expression": "Task", "entity_type": "Tsak"},
            'ValidationError: Entity type "Tsak" does not exist. Did you mean',
        ),
        ({"expression": "Task", "entity_type": ["x"]}, "ValidationError: Entity type"),
        (
            {"expression": "Task", "entity_type": "User"},
            "ValidationError: The (expression) of search asks for Task and its",
        ),
        ({"expression": "Tsak"}, 'ParseError: Entity type "Tsak" does not exist.'),
        ({"expression": "Task wher"}, "ParseError: Failed to parse: Task >>>wher"),
        ({"expression": "select nmae from Task"}, "ParseError: No attribute 'nmae'"),
        ({"expression": "select parent.nmae from Shot"}, "ParseError: No attribute 'nmae'"),
        ({"expression": "Task where nmae is x"}, "ParseError: No attribute 'nmae'"),
        ({"expression": "Task order by nmae"}, "ParseError: No attribute 'nmae'"),
        ({"expression": "select count(id) from Task"}, "ParseError: 'count' needs a 'group by'"),
        (
            {"expression": "select count(id) from Task group by type_id"},
            "ValidationError: A search answers entities and no groups",
        ),
        ({"entity_type": "Task", "context_id": 3}, 'ValidationError: "context_id" of search'),
        (
            {"entity_type": "Task", "object_type_ids": "x"},
            'ValidationError: "object_type_ids" of search must be a list',
        ),
        (
            {"entity_type": "Task", "object_type_ids": [3]},
            'ValidationError: "object_type_ids" of search must be a list',
        ),
        (
            {"entity_type": "User", "object_type_ids": ["x"]},
            'ValidationError: "object_type_ids" of search: User has none.',
        ),
    ],
)
def test_what_makes_no_sense_is_refused_whether_or_not_something_is_found(
    refusal, members, said, terms
):
    assert refusal(**members, terms=terms).startswith(said.replace("(expression)", '"expression"'))


@pytest.mark.parametrize("terms", ["light", [3], {"a": 1}, 3])
def test_terms_are_a_list_of_words(refusal, terms):
    assert "must be a list of words" in refusal(entity_type="Task", terms=terms)


def test_what_has_no_name_cannot_be_searched_by_one(refusal, search):
    said = refusal(entity_type="Metadata", terms=["x"])
    assert said == "ValidationError: Metadata has no name that could be searched for."
    assert search(entity_type="Metadata")["data"] == []
