"""What cannot be: something above itself, a reference to the wrong type, two projects at once.

A batch may name what it creates later, so rings are looked for when all of it is carried out.
"""

from __future__ import annotations

import pytest
from ftrack_core.errors import ServerError


def create(entity_type, identifier, /, **data):
    data = {"id": identifier, "name": identifier, **data}
    if entity_type in ("Note", "TypedContextLink", "AssetVersionLink", "AssetVersion"):
        del data["name"]
    return {"action": "create", "entity_type": entity_type, "entity_data": data}


def update(entity_type, key, /, **data):
    return {
        "action": "update",
        "entity_type": entity_type,
        "entity_key": [key],
        "entity_data": data,
    }


@pytest.fixture
def studio(new_studio):
    with new_studio() as studio:
        studio.execute(
            [
                create("Project", "p1"),
                create("Project", "p2"),
                create("Folder", "f1", parent_id="p1"),
                create("Folder", "f2", parent_id="p2"),
                create("Shot", "sh1", parent_id="f1"),
                create("Asset", "as1", context_id="f1"),
                create("AssetVersion", "v1", asset_id="as1"),
                create("ContainerComponent", "box"),
                create("Group", "g1"),
                create("Note", "n1", content="Too dark", parent_id="sh1"),
            ]
        )
        yield studio


@pytest.fixture
def refused(studio):
    """Execute operations that have to fail and return the error; nothing of them may stay."""

    def attempt(*operations):
        with pytest.raises(ServerError) as caught:
            studio.execute(operations)
        return caught.value

    return attempt


@pytest.fixture
def row(studio):
    def read(expression):
        (found,) = studio.execute([{"action": "query", "expression": expression}])[0]["data"]
        return found

    return read


# --- rings -------------------------------------------------------------------------------------

LINKS = [
    ("Folder", "parent_id", {"project_id": "p1"}),
    ("ContainerComponent", "container_id", {}),
    ("Group", "parent_id", {}),
    ("Note", "in_reply_to_id", {"content": "See above"}),
]


@pytest.mark.parametrize(("entity_type", "link", "data"), LINKS)
def test_nothing_is_created_above_itself(refused, entity_type, link, data):
    error = refused(create(entity_type, "c1", **data, **{link: "c1"}))
    assert error.exception == "ValidationError"
    assert error.operation == 0
    assert f"{entity_type} c1 cannot be" in error.content
    assert "itself" in error.content


@pytest.mark.parametrize(("entity_type", "link", "data"), LINKS)
def test_two_that_are_created_are_not_each_above_the_other(refused, entity_type, link, data):
    error = refused(
        create(entity_type, "c1", **data, **{link: "c2"}),
        create(entity_type, "c2", **data, **{link: "c1"}),
    )
    assert error.exception == "ValidationError"
    assert error.operation in (0, 1)
    assert "itself" in error.content


@pytest.mark.parametrize(("entity_type", "link", "data"), LINKS)
def test_what_is_there_is_not_moved_below_what_is_created_below_it(
    studio, refused, entity_type, link, data
):
    studio.execute(
        [create(entity_type, "old", **data, **({link: "p1"} if "Fo" in entity_type else {}))]
    )
    error = refused(
        create(entity_type, "new", **data, **{link: "old"}),
        update(entity_type, "old", **{link: "new"}),
    )
    assert error.exception == "ValidationError"
    assert error.operation == 1
    assert "itself" in error.content


@pytest.mark.parametrize(("entity_type", "link", "data"), LINKS)
def test_nothing_is_moved_below_itself(studio, refused, entity_type, link, data):
    top = {link: "p1"} if entity_type == "Folder" else {}
    studio.execute(
        [
            create(entity_type, "c1", **data, **top),
            create(entity_type, "c2", **data, **{link: "c1"}),
        ]
    )
    for parent in ("c1", "c2"):
        error = refused(update(entity_type, "c1", **{link: parent}))
        assert error.exception == "ValidationError"
        assert "itself" in error.content


def test_a_ring_that_a_collection_closes_is_refused(refused):
    members = [{"__entity_type__": "ContainerComponent", "id": "box"}]
    error = refused(
        create("ContainerComponent", "inner", container_id="box"),
        update("ContainerComponent", "inner", members=members),
    )
    assert (error.exception, error.operation) == ("ValidationError", 1)


def test_a_ring_that_the_batch_opens_again_is_none(studio, row):
    studio.execute(
        [
            create("ContainerComponent", "inner", container_id="inner"),
            update("ContainerComponent", "inner", container_id="box"),
        ]
    )
    assert (
        row("select container_id from ContainerComponent where id is inner")["container_id"]
        == "box"
    )


def test_a_long_chain_is_no_ring(studio):
    chain = [create("Folder", f"c{n}", parent_id=f"c{n - 1}" if n else "f1") for n in range(150)]
    studio.execute(chain)


@pytest.mark.parametrize(("link", "end"), [("TypedContextLink", "sh1"), ("AssetVersionLink", "v1")])
def test_nothing_is_linked_to_itself(studio, refused, link, end):
    error = refused(create(link, "l1", from_id=end, to_id=end))
    assert (error.exception, error.operation) == ("ValidationError", 0)
    assert f"{end} cannot be linked to itself" in error.content


def test_a_version_does_not_use_itself(refused):
    itself = [{"__entity_type__": "AssetVersion", "id": "v1"}]
    assert (
        refused(update("AssetVersion", "v1", uses_versions=itself)).exception == "ValidationError"
    )


def test_links_both_ways_are_legal(studio):
    """One task may begin with another, and that one end with it."""
    studio.execute(
        [
            create("TypedContextLink", "l1", from_id="sh1", to_id="f1"),
            create("TypedContextLink", "l2", from_id="f1", to_id="sh1"),
        ]
    )


# --- references to rows of another type -------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "text"),
    [
        (create("Task", "t1", parent_id="gone", project_id="p1"), "Context gone"),
        (create("TypedContextList", "l1", project_id="f1"), "Project f1"),
        (create("AssetVersion", "v2", asset_id="as1", task_id="p1"), "TypedContext p1"),
        (create("FileComponent", "c1", container_id="c1"), "ContainerComponent c1"),
        (update("Asset", "as1", context_id="v1"), "Context v1"),
        (create("Job", "j1", user_id="g1"), "User g1"),
    ],
)
def test_a_reference_leads_to_a_row_of_its_type(refused, row, operation, text):
    if operation["entity_type"] == "TypedContextList":
        operation["entity_data"]["category_id"] = row('ListCategory where name is "Dailies"')["id"]
    operation["entity_data"].pop("name", None) if operation["entity_type"] == "Job" else None
    error = refused(operation)
    assert error.exception == "IntegrityError"
    assert f"{text}, which does not exist" in error.content


def test_each_row_that_refers_to_nothing_counts_and_not_only_the_first(refused):
    error = refused(
        create("Asset", "as2", context_id="gone"),
        create("AssetVersion", "v2", asset_id="as1", task_id="gone"),
        update("Asset", "as2", context_id="f1"),
    )
    assert (error.exception, error.operation) == ("IntegrityError", 1)


# --- the project of a parent -------------------------------------------------------------------


def test_a_parent_in_another_project_is_refused_with_both(refused):
    error = refused(create("Task", "t1", project_id="p2", parent_id="f1"))
    assert (error.exception, error.operation) == ("ValidationError", 0)
    assert "f1 is in the project p1" in error.content
    assert "not in p2" in error.content


def test_a_parent_of_another_project_that_comes_later_is_refused_too(refused):
    error = refused(
        create("Task", "t1", project_id="p2", parent_id="later"),
        create("Folder", "later", parent_id="f1"),
    )
    assert (error.exception, error.operation) == ("ValidationError", 0)
    assert "later is in the project p1" in error.content


def test_a_move_names_one_project(refused):
    error = refused(update("Shot", "sh1", parent_id="f2", project_id="p1"))
    assert (error.exception, error.operation) == ("ValidationError", 0)
    assert "f2 is in the project p2" in error.content


def test_a_parent_and_its_own_project_agree(studio):
    (made,) = studio.execute([create("Task", "t1", project_id="p1", parent_id="f1")])
    assert made["data"]["project_id"] == "p1"
    (moved,) = studio.execute([update("Task", "t1", project_id="p2", parent_id="f2")])
    assert moved["data"]["project_id"] == "p2"


def test_a_child_that_comes_before_its_parent_is_in_its_project(studio, row):
    studio.execute(
        [
            create("Task", "t1", project_id="p1", parent_id="later"),
            create("Folder", "later", parent_id="f1"),
        ]
    )
    assert row("select parent.name from Task where project_id is p1")["parent"]["name"] == "later"


def test_children_that_come_before_their_parents_need_not_name_the_project(studio, row):
    studio.execute(
        [
            create("Shot", "middle", parent_id="later"),
            create("Task", "t1", parent_id="middle"),
            create("Folder", "later", parent_id="f1"),
        ]
    )
    for identifier in ("middle", "t1", "later"):
        assert (
            row(f"select project_id from TypedContext where id is {identifier}")["project_id"]
            == "p1"
        )
