"""What the server works out: each computed attribute, as it is answered and as it is asked for."""

from __future__ import annotations

import pytest
from ftrack_core.errors import ServerError
from ftrack_embedded import Caller
from operations import create, update

DAILIES = "77b9ab82-07c2-11e4-ba66-04011030cf01"
SERVER = "3a372bde-05bc-11e4-8908-20c9d081909b"
ORIGIN = "ce9b348f-8809-11e3-821c-20c9d081909b"


@pytest.fixture
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(
            [
                create("Project", id="p1", name="orbit", full_name="Orbit, the film"),
                create("Sequence", id="sq1", name="sq010", parent_id="p1"),
                create("Shot", id="sh1", name="sh010", parent_id="sq1"),
                create("Shot", id="sh2", name="sh020", parent_id="sq1"),
                create("Task", id="t1", name="animate", parent_id="sh1", bid=100),
                create("Task", id="t2", name="comp", parent_id="sh2"),
                create("Asset", id="a1", name="geo", context_id="sh1"),
                create("AssetVersion", id="v1", asset_id="a1"),
                create("AssetVersion", id="v2", asset_id="a1"),
                create("FileComponent", id="c1", name="picture"),
                create("FileComponent", id="c2", name="other picture"),
            ]
        )
        yield studio


@pytest.fixture
def one(rows):
    """Return the value of an attribute of the only row that is found."""

    def ask(attribute, where):
        (row,) = rows(f"select {attribute} from {where}")
        return row[attribute]

    return ask


# --- links -------------------------------------------------------------------------------------


@pytest.mark.parametrize("attribute", ["link", "_link"])
@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("Project where id is p1", [("p1", "orbit", "Project")]),
        (
            "Task where id is t1",
            [
                ("p1", "orbit", "Project"),
                ("sq1", "sq010", "TypedContext"),
                ("sh1", "sh010", "TypedContext"),
                ("t1", "animate", "TypedContext"),
            ],
        ),
    ],
)
def test_a_context_links_from_its_project_to_itself(one, attribute, where, expected):
    found = [(part["id"], part["name"], part["type"]) for part in one(attribute, where)]
    assert found == expected


def test_a_version_links_without_an_entry_for_its_asset(one):
    link = one("link", "AssetVersion where id is v2")
    assert [part["id"] for part in link] == ["p1", "sq1", "sh1", "v2"]
    assert link[-1] == {"type": "AssetVersion", "id": "v2", "name": "geo v002"}


def test_a_version_without_a_number_of_three_digits_is_named_in_full(do, one):
    do(create("AssetVersion", id="v9", asset_id="a1", version=1234))
    assert one("link", "AssetVersion where id is v9")[-1]["name"] == "geo v1234"


def test_a_group_links_from_the_topmost_one(do, one):
    do(create("Group", id="g1", name="all"), create("Group", id="g2", name="fx", parent_id="g1"))
    found = [(part["id"], part["name"]) for part in one("link", "Group where id is g2")]
    assert found == [("g1", "all"), ("g2", "fx")]


# --- time --------------------------------------------------------------------------------------


def test_time_is_logged_on_a_context_alone_and_not_on_those_below(do, rows, one):
    do(
        create("Timelog", context_id="t1", duration=30),
        create("Timelog", context_id="t1", duration=45.5),
        create("Timelog", context_id="sh1", duration=1),
    )
    assert one("time_logged", "Task where id is t1") == 75.5
    assert one("time_logged", "Shot where id is sh1") == 1
    assert one("time_logged", "Task where id is t2") == 0
    assert one("bid_time_logged_difference", "Task where id is t1") == 24.5
    found = rows("Task where time_logged > 75 and bid_time_logged_difference < 25")
    assert [row["id"] for row in found] == ["t1"]
    assert [row["id"] for row in rows("Task order by time_logged descending")] == ["t1", "t2"]


# --- versions ----------------------------------------------------------------------------------


def test_one_version_of_an_asset_is_the_latest(do, rows, one):
    found = rows("select is_latest_version from AssetVersion where asset_id is a1 order by version")
    assert [row["is_latest_version"] for row in found] == [False, True]
    do(create("AssetVersion", id="v0", asset_id="a1", version=0))
    assert [row["id"] for row in rows("AssetVersion where is_latest_version is True")] == ["v2"]
    assert one("latest_version", "Asset where id is a1")["id"] == "v2"
    assert [row["id"] for row in rows("Asset where latest_version.version is 2")] == ["a1"]


# --- pictures ----------------------------------------------------------------------------------


def picture_of(row):
    address = row["thumbnail_url"]
    assert set(address) == {"url", "value"}
    assert address["url"] == address["value"]
    return address["url"]


@pytest.mark.parametrize(
    ("entity_type", "identifier"),
    [("Project", "p1"), ("Shot", "sh1"), ("AssetVersion", "v1"), ("User", None)],
)
def test_a_picture_is_an_address_under_both_names_and_never_missing(
    do, rows, entity_type, identifier
):
    where = f"id is {identifier}" if identifier else 'username is "admin"'
    expression = f"select id, thumbnail_url from {entity_type} where {where}"
    (row,) = rows(expression)
    assert picture_of(row).endswith("/img/thumbnail2.png")
    do(update(entity_type, row["id"], thumbnail_id="c1"))
    (row,) = rows(expression)
    assert "/component/thumbnail?id=c1" in picture_of(row)


def test_an_address_of_a_picture_holds_no_key(studio, do, rows):
    do(update("Shot", "sh1", thumbnail_id="c1"))
    key = studio.create_api_key("admin")
    (answer,) = studio.execute(
        [{"action": "query", "expression": "select thumbnail_url from Shot where id is sh1"}],
        caller=studio.authenticate("admin", key),
    )
    assert key not in str(answer)
    assert "apiKey" not in str(answer)


def sources(rows, where="TypedContext"):
    found = rows(f"select thumbnail_source_id from {where} order by id")
    return {row["id"]: row["thumbnail_source_id"] for row in found}


NO_SOURCES = dict.fromkeys(("sh1", "sh2", "sq1", "t1", "t2"))


def test_where_no_context_has_a_picture_none_is_taken_over(rows):
    assert sources(rows) == NO_SOURCES


def test_a_context_without_a_picture_takes_it_from_the_nearest_one_above(do, rows):
    do(update("Project", "p1", thumbnail_id="c1"))
    assert sources(rows) == dict.fromkeys(NO_SOURCES, "p1")
    do(update("Shot", "sh1", thumbnail_id="c2"))
    assert sources(rows) == {"sh1": None, "sh2": "p1", "sq1": "p1", "t1": "sh1", "t2": "p1"}
    do(update("Task", "t1", thumbnail_id="c2"), update("Project", "p1", thumbnail_id=None))
    assert sources(rows) == NO_SOURCES


def test_contexts_are_found_by_where_their_picture_is_from(do, rows):
    do(update("Shot", "sh1", thumbnail_id="c1"))
    assert [row["id"] for row in rows("TypedContext where thumbnail_source_id is sh1")] == ["t1"]
    found = rows("Task where thumbnail_source_id is none")
    assert [row["id"] for row in found] == ["t2"]
    found = rows("AssetVersion where asset.parent[Shot].children[Task].thumbnail_source_id is sh1")
    assert len(found) == 2
    assert sources(rows, "Task where parent.thumbnail_source_id is none") == {
        "t1": "sh1",
        "t2": None,
    }


def test_a_source_of_pictures_is_worked_out_below_other_entities_too(do, rows):
    do(update("Sequence", "sq1", thumbnail_id="c1"))
    (project,) = rows("select descendants.thumbnail_source_id from Project where id is p1")
    found = {row["id"]: row["thumbnail_source_id"] for row in project["descendants"]}
    assert found == {"sq1": None, "sh1": "sq1", "sh2": "sq1", "t1": "sq1", "t2": "sq1"}


def test_the_source_of_pictures_is_seen_by_those_who_see_the_project(studio, do):
    do(create("User", username="ann"), create("Project", name="x", is_private=True))
    do(update("Shot", "sh1", thumbnail_id="c1"))
    expression = "select thumbnail_source_id from Task where id is t1"
    (answer,) = studio.execute(
        [{"action": "query", "expression": expression}], caller=Caller("ann")
    )
    assert answer["data"][0]["thumbnail_source_id"] == "sh1"


# --- addresses of files ------------------------------------------------------------------------


def test_only_a_file_in_the_server_location_has_an_address(do, rows):
    do(
        create("ComponentLocation", component_id="c1", location_id=SERVER),
        create("ComponentLocation", component_id="c1", location_id=ORIGIN),
    )
    found = rows("select location_id, url from ComponentLocation")
    urls = {row["location_id"]: row["url"] for row in found}
    assert urls[ORIGIN] is None
    assert set(urls[SERVER]) == {"url", "value"}
    assert "/component/get?id=c1" in urls[SERVER]["url"] == urls[SERVER]["value"]


def test_a_component_itself_has_no_address(rows):
    with pytest.raises(ServerError) as caught:
        rows("select url from Component")
    assert caught.value.exception == "ParseError"


def test_files_of_notes_and_jobs_have_addresses(do, rows):
    do(
        create("Note", id="n1", content="x", parent_id="t1"),
        create("NoteComponent", note_id="n1", component_id="c1"),
        create("Job", id="j1"),
        create("JobComponent", job_id="j1", component_id="c2"),
    )
    for entity_type, component in (("NoteComponent", "c1"), ("JobComponent", "c2")):
        (row,) = rows(f"select url from {entity_type}")
        assert f"/component/get?id={component}" in row["url"]["url"] == row["url"]["value"]


# --- reviews -----------------------------------------------------------------------------------

PAST, FUTURE = "2001-01-01T00:00:00", "2999-01-01T00:00:00"


@pytest.mark.parametrize(
    ("start", "end", "is_open"),
    [(PAST, FUTURE, True), (PAST, PAST, False), (FUTURE, FUTURE, False)],
)
def test_a_review_is_open_between_its_start_and_its_end(do, rows, start, end, is_open):
    do(create("ReviewSession", name="x", project_id="p1", start_date=start, end_date=end))
    assert [row["is_open"] for row in rows("select is_open from ReviewSession")] == [is_open]
    assert len(rows(f"ReviewSession where is_open is {is_open}")) == 1


def test_a_review_shows_the_picture_of_its_first_version(do, rows):
    do(
        create("ReviewSession", id="r1", name="x", project_id="p1"),
        create("ReviewSessionObject", review_session_id="r1", version_id="v2", sort_order=2),
        create("ReviewSessionObject", review_session_id="r1", version_id="v1", sort_order=1),
        update("AssetVersion", "v1", thumbnail_id="c1"),
        update("AssetVersion", "v2", thumbnail_id="c2"),
    )
    names = "thumbnail_id, thumbnail_source_id, thumbnail_url"
    (review,) = rows(f"select {names} from ReviewSession")
    assert (review["thumbnail_id"], review["thumbnail_source_id"]) == ("c1", "v1")
    assert "id=c1" in picture_of(review)


# --- what is not computed ----------------------------------------------------------------------


def test_the_title_of_a_project_is_stored_and_the_names_of_people_are_joined_by_nobody(do, rows):
    (project,) = rows("select full_name from Project where id is p1")
    assert project["full_name"] == "Orbit, the film"
    do(update("Project", "p1", full_name="Another"))
    assert rows("Project where full_name is 'Another'")
    with pytest.raises(ServerError) as caught:
        rows("select full_name from User")
    assert caught.value.exception == "ParseError"


@pytest.mark.parametrize(
    "operation",
    [
        update("Task", "t1", time_logged=3),
        update("Task", "t1", link="x"),
        update("Task", "t1", thumbnail_source_id="sh1"),
        update("AssetVersion", "v1", is_latest_version=True),
        update("Task", "t1", thumbnail_url={"url": "x", "value": "x"}),
    ],
)
def test_what_is_worked_out_cannot_be_written(do, operation):
    with pytest.raises(ServerError) as caught:
        do(operation)
    assert caught.value.exception == "ValidationError"
