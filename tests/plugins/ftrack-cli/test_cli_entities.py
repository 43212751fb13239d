"""``ftrack get``, ``create``, ``set``, ``delete``: one entity, values as people write them."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

LIGHTING = "crooked_quarry/sq010/sq010_sh0010/lighting"
SHOT = "sq010_sh0010"


def lighting(place, names="id"):
    return place.row(
        f"select {names} from Task where name is lighting and parent.name is sq010_sh0010"
    )


def first_of(place, entity_type):
    with place.session() as session:
        return session.query(entity_type).first()["id"]


class TestWhichOne:
    @pytest.mark.parametrize(
        "key",
        [
            LIGHTING,
            "sq010_sh0010/lighting",
            'name is lighting and parent.name is "sq010_sh0010"',
            'Task where name is lighting and parent.name is "sq010_sh0010"',
            "select name from Task where name is lighting and parent.name is sq010_sh0010",
        ],
    )
    def test_by_path_by_criteria_and_by_query(self, key, place, run):
        done = run("get", "Task", key, "id", "--format", "value")
        assert done.lines == [lighting(place)["id"]]

    def test_by_id(self, place, run):
        done = run("get", "Task", lighting(place)["id"], "name", "--format", "value")
        assert done.lines == ["lighting"]

    def test_by_name(self, embedded, run):
        done = run("get", "Project", "The Crooked Quarry", "name", "--format", "value")
        assert done.lines == ["crooked_quarry"]

    def test_a_name_that_only_subtypes_have(self, embedded, run):
        done = run("get", "Resource", "ada.lindqvist", "resource_type", "--format", "value")
        assert done.lines == ["user"]

    def test_by_a_key_of_several_parts(self, embedded, run):
        with embedded.session() as session:
            shot = session.query("Shot").first()
            shot["metadata"]["colour"] = "warm"
            session.commit()
        done = run("get", "Metadata", f"{shot['id']},colour", "value", "--format", "value")
        assert done.lines == ["warm"]
        refused = run("get", "Metadata", "x")
        assert refused.status == 1
        assert refused.hint == "write it as PARENT_ID,KEY, without blanks"

    def test_a_name_with_anything_in_it_is_a_value(self, embedded, run):
        done = run("get", "Status", 'x" or name like "%')
        assert done.status == 1
        assert "there is no Status" in done.error

    def test_none_offers_near_names_and_those_there_are(self, place, run):
        done = run("get", "Status", "In progres")
        assert done.status == 1
        assert done.error.endswith("there is no Status 'In progres'. Did you mean 'In progress'?")
        assert done.hint.startswith("there are: Approved, ")

    def test_several_are_told_with_ids_and_where_they_are(self, place, run):
        done = run("get", "Task", "lighting")
        assert done.status == 1
        assert "more than 4 entities of the type Task are called 'lighting'" in done.error
        assert "/lighting)" in done.hint

    def test_an_id_that_there_is_not(self, place, run):
        done = run("get", "Task", "00000000-0000-4000-8000-000000000000")
        assert done.status == 1
        assert "there is no Task with the key" in done.error

    def test_an_empty_key(self, embedded, run):
        assert run("get", "Task", "").status == 1

    def test_a_type_that_there_is_not(self, place, run):
        for command in (
            ["get", "Tsk", "x"],
            ["create", "Tsk", "name=x"],
            ["set", "Tsk", "x", "a=b"],
        ):
            done = run(*command)
            assert done.status == 1
            assert done.error == "error: there is no entity type 'Tsk'. Did you mean 'Task'?"
            assert done.hint.startswith("ftrack types lists")


class TestGet:
    def test_all_values_are_shown_with_the_names_of_what_they_lead_to(self, place, run):
        lines = run("get", "Task", LIGHTING).lines
        shown = {line.split()[0]: line.split()[1:] for line in lines}
        assert shown["name"] == ["lighting"]
        assert shown["status.name"] == ["Approved"]
        assert shown["link"] == ["crooked_quarry/sq010/sq010_sh0010/lighting"]
        assert shown["custom_attributes.colorspace"] == []
        assert "status_id" not in shown
        assert "assignments" not in shown

    def test_what_is_named_is_shown_in_its_order(self, place, run):
        done = run("get", "Shot", SHOT, "custom_attributes.fstart", "parent[Sequence].name", "name")
        assert [line.split() for line in done.lines] == [
            ["custom_attributes.fstart", "1001"],
            ["parent[Sequence].name", "sq010"],
            ["name", "sq010_sh0010"],
        ]

    def test_json_is_one_object(self, place, run):
        done = run("get", "Shot", SHOT, "name", "metadata", "children.name", "--format", "json")
        found = json.loads(done.out)
        assert found.pop("children.name")
        assert found == {"name": "sq010_sh0010", "metadata": {}}

    @pytest.mark.parametrize(
        ("attribute", "said"),
        [
            ("nam", "Task has no attribute 'nam'. Did you mean 'name'?"),
            ("parent.nam", "Context has no attribute 'nam'. Did you mean 'name'?"),
            ("count(id)", "count(id) is no attribute"),
            ("x y", "position"),
            ("custom_attribute_links", "criteria of a query only"),
        ],
    )
    def test_an_attribute_that_there_is_not(self, attribute, said, place, run):
        done = run("get", "Task", LIGHTING, attribute)
        assert (done.status, done.out) == (1, "")
        assert said in done.error
        assert len(done.err.splitlines()) == 2

    def test_a_text_keeps_its_lines_at_a_terminal_only(self, embedded, run, terminal):
        run("set", "Task", LIGHTING, "description=one\ntwo")
        assert run("get", "Task", LIGHTING, "description").out == "description  one\\ntwo\n"
        shown = terminal("get", "Task", LIGHTING, "description").lines
        assert shown == ["description  one", "             two"]


class TestCreate:
    def test_it_prints_the_id_of_what_was_made(self, place, run):
        done = run(
            "create",
            "Task",
            "name=pipe 'n' \"q\" ü",
            f"parent={SHOT}",
            "type=Lighting",
            "bid=90.5",
            "end_date=2031-05-06",
            "metadata.colour=warm",
            "custom_attributes.complexity=Hard",
        )
        assert (done.status, done.err) == (0, "")
        row = place.row(
            "select name, parent.name, type.name, bid, end_date, metadata, custom_attributes "
            "from Task where id is :id",
            id=done.out.strip(),
        )
        assert row["name"] == "pipe 'n' \"q\" ü"
        assert row["parent"]["name"] == SHOT
        assert row["type"]["name"] == "Lighting"
        assert row["bid"] == 90.5
        assert row["end_date"]["value"] == "2031-05-06T00:00:00"
        assert [(one["key"], one["value"]) for one in row["metadata"]] == [("colour", "warm")]
        custom = {one["key"]: one["value"] for one in row["custom_attributes"]}
        assert custom["complexity"] == ["hard"]

    @pytest.mark.parametrize(
        "items", [f"{LIGHTING}, {SHOT}/compositing", f'["{LIGHTING}", "{SHOT}/compositing"]']
    )
    def test_a_list_is_given_with_commas_or_as_json(self, items, place, run):
        named = ["name=today", "project=crooked_quarry", "category=Dailies"]
        assert run("create", "TypedContextList", *named, f"items={items}").err == ""
        row = place.row("select items.name from TypedContextList where name is today")
        assert sorted(one["name"] for one in row["items"]) == ["compositing", "lighting"]

    def test_what_the_server_refuses_is_told_in_its_words(self, place, run):
        done = run("create", "Task", "name=nowhere")
        assert (done.status, done.out) == (1, "")
        assert done.error.startswith("error: the server refused: ")
        assert "rollback" not in done.err
        assert done.hint.startswith("nothing was changed")

    def test_one_bad_value_leaves_nothing_behind(self, place, run):
        done = run(
            "create", "Task", "name=half", f"parent={SHOT}", "custom_attributes.complexity=Hrad"
        )
        assert done.status == 1
        assert "complexity has no choice 'Hrad'. Did you mean 'Hard'?" in done.error
        assert len(done.err.splitlines()) == 2
        with place.session() as session:
            assert not session.query("Task where name is half").all()

    def test_a_dry_run_shows_the_operations_and_sends_none(self, place, run):
        done = run("create", "Task", "name=dry", f"parent={SHOT}", "metadata.a=b", "--dry-run")
        create, metadata = json.loads(done.out)
        assert (create["action"], create["entity_type"]) == ("create", "Task")
        assert create["entity_data"]["parent"]["__entity_type__"] == "Shot"
        assert metadata["entity_data"]["value"] == "b"
        assert done.err == "dry run: nothing was sent\n"
        with place.session() as session:
            assert not session.query("Task where name is dry").all()


class TestSet:
    def test_it_prints_what_has_changed(self, place, run):
        done = run("set", "Task", LIGHTING, "status=In progress", "bid=5", "name=lighting")
        assert (done.status, done.err) == (0, "")
        assert done.lines == ["status  Approved -> In progress", "bid     374400 -> 5"]
        row = lighting(place, "bid, status.name")
        assert (row["bid"], row["status"]["name"]) == (5, "In progress")
        assert run("set", "Task", LIGHTING, "bid=5").out == ""

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ("bid=-1.5", -1.5),
            ("description=", ""),
            ("description=none", None),
            ('description="none"', "none"),
            ("description=a=b", "a=b"),
            ("start_date=none", None),
        ],
    )
    def test_values_are_read_by_the_kind_of_the_attribute(self, given, expected, place, run):
        assert run("set", "Task", LIGHTING, given).status == 0
        name = given.partition("=")[0]
        assert lighting(place, name)[name] == expected

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ("2031-05-06", "2031-05-06T00:00:00"),
            ("2031-05-06T10:30", "2031-05-06T10:30:00"),
            ("2031-05-06 10:30:05+02:00", "2031-05-06T08:30:05"),
        ],
    )
    def test_moments(self, given, expected, place, run):
        assert run("set", "Task", LIGHTING, f"end_date={given}").status == 0
        assert lighting(place, "end_date")["end_date"]["value"] == expected

    def test_today_and_now(self, embedded, run):
        today = datetime.now(timezone.utc).date().isoformat()
        run("set", "Task", LIGHTING, "start_date=today", "end_date=now")
        row = lighting(embedded, "start_date, end_date")
        assert row["start_date"]["value"] >= f"{today}T00:00:00"
        assert row["start_date"]["value"].endswith("T00:00:00")
        assert row["end_date"]["value"] >= row["start_date"]["value"]

    @pytest.mark.parametrize("word", ["yes", "TRUE", "1", "on"])
    def test_truth_values(self, word, embedded, run):
        run("set", "Project", "crooked_quarry", f"is_private={word}")
        assert embedded.row("select is_private from Project")["is_private"] is True
        run("set", "Project", "crooked_quarry", "is_private=off")
        assert embedded.row("select is_private from Project")["is_private"] is False

    @pytest.mark.parametrize(
        "given",
        [
            "status=On Hold",
            "status.name=On Hold",
            'status=name is "On Hold"',
            'status=Status where name is "On Hold"',
        ],
    )
    def test_a_reference_is_found(self, given, place, run):
        assert run("set", "Task", LIGHTING, given).status == 0
        assert lighting(place, "status.name")["status"]["name"] == "On Hold"

    def test_a_reference_by_id_and_none(self, place, run):
        priority = place.row('select id from Priority where name is "High"')["id"]
        thumbnail = run("set", "Task", LIGHTING, f"priority={priority}", "thumbnail=none")
        assert thumbnail.status == 0
        assert lighting(place, "priority.name")["priority"]["name"] == "High"

    def test_metadata_is_set_and_removed_by_key(self, place, run):
        assert run("set", "Task", LIGHTING, "metadata.a.b=1", "metadata.c=2").status == 0
        found = lighting(place, "metadata")["metadata"]
        assert {one["key"]: one["value"] for one in found} == {"a.b": "1", "c": "2"}
        done = run("set", "Task", LIGHTING, "metadata.c=none")
        assert done.lines == ["metadata.c  2 -> (nothing)"]
        assert [one["key"] for one in lighting(place, "metadata")["metadata"]] == ["a.b"]

    @pytest.mark.parametrize(
        ("given", "key", "expected"),
        [
            ("fend=1200", "fend", 1200),
            ("fend=1200.5", "fend", 1200.5),
            ("resolution_width=4096", "resolution_width", 4096),
            ("colorspace=sRGB", "colorspace", "sRGB"),
            ("is_full_cg=yes", "is_full_cg", True),
            ("complexity=hard", "complexity", ["hard"]),
            ("complexity=", "complexity", []),
            ("camera=left", "camera", ["left"]),
            ("is_full_cg=none", "is_full_cg", None),
        ],
    )
    def test_custom_attributes_are_read_by_their_configuration(
        self, given, key, expected, place, run
    ):
        done = run("set", "Shot", SHOT, f"custom_attributes.{given}")
        assert (done.status, done.err) == (0, "")
        row = place.row("select custom_attributes from Shot where name is sq010_sh0010")
        values = {one["key"]: one["value"] for one in row["custom_attributes"]}
        assert values[key] == expected

    def test_none_takes_a_choice_away(self, place, run):
        run("set", "Shot", SHOT, "custom_attributes.complexity=Hard")
        done = run("set", "Shot", SHOT, "custom_attributes.complexity=none")
        assert done.lines == ["custom_attributes.complexity  hard -> (nothing)"]

    def test_a_date_and_several_choices(self, place, run):
        run("set", "Shot", SHOT, "custom_attributes.delivery_date=2031-05-06")
        row = place.row("select custom_attributes from Shot where name is sq010_sh0010")
        values = {one["key"]: one["value"] for one in row["custom_attributes"]}
        assert values["delivery_date"]["value"] == "2031-05-06T00:00:00"
        version = first_of(place, "AssetVersion")
        run("set", "AssetVersion", version, "custom_attributes.submitted_to=Lead,client")
        row = place.row("select custom_attributes from AssetVersion where id is :id", id=version)
        values = {one["key"]: one["value"] for one in row["custom_attributes"]}
        assert values["submitted_to"] == ["lead", "client"]

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ("staus=x", "Task has no attribute 'staus'. Did you mean 'status'"),
            ("bid=abc", "bid takes a number, not 'abc'"),
            ("bid=nan", "bid takes a finite number"),
            ("end_date=tomorow", "end_date takes a date such as"),
            ("status=Don", "there is no Status 'Don'"),
            ("status.nam=x", "Status has no attribute 'nam'. Did you mean 'name'?"),
            ("bid.x=3", "Task.bid has no parts"),
            ("metadata=3", "Task.metadata is set key by key"),
            ("custom_attributes=3", "is set key by key"),
            ("custom_attribute_links.x=3", "cannot be set by key"),
            ("time_logged=3", "Task.time_logged is computed by the server"),
            ("id=3", "Task.id is immutable"),
            ("created_at=now", "Task.created_at is immutable"),
            ("custom_attributes.colorspce=x", "no custom attribute 'colorspce'. Did you mean"),
            ("custom_attributes.fend=1", "Task has no custom attribute 'fend'"),
            ("custom_attributes.is_full_cg=tru", "takes true or false, not 'tru'. Did you mean"),
            ("custom_attributes.complexity=easy,hard", "complexity takes one value, not 2"),
            ("assignments=[1", 'assignments takes a list such as a,b or ["a", "b"]'),
        ],
    )
    def test_what_cannot_be_set_is_one_line_and_nothing_is_sent(self, given, said, place, run):
        before = lighting(place, "sort, bid, status, end_date, metadata")
        done = run("set", "Task", LIGHTING, "sort=1", given)
        assert (done.status, done.out) == (1, "")
        assert said in done.error
        assert len(done.err.splitlines()) == 2
        assert lighting(place, "sort, bid, status, end_date, metadata") == before

    def test_an_expression_is_not_set(self, embedded, run):
        done = run("set", "Shot", SHOT, "custom_attributes.frame_count=3")
        assert "is an expression" in done.error

    @pytest.mark.parametrize("given", [["bid"], ["=3"], ["bid=1", "bid=2"], []])
    def test_what_is_no_pair_is_a_wrong_use(self, given, embedded, run):
        done = run("set", "Task", LIGHTING, *given)
        assert (done.status, done.out) == (2, "")
        assert len(done.err.splitlines()) == 2

    def test_a_dry_run_changes_nothing(self, place, run):
        done = run("set", "Task", LIGHTING, "bid=1", "--dry-run")
        (update,) = json.loads(done.out)
        assert update["entity_data"] == {"__entity_type__": "Task", "bid": 1}
        assert done.err == "dry run: nothing was sent\n"
        assert lighting(place, "bid")["bid"] == 374400


class TestDelete:
    def count(self, place):
        with place.session() as session:
            return len(session.query(f'Task where parent.name is "{SHOT}"').all())

    def test_all_that_are_named_go_at_once(self, place, run):
        before = self.count(place)
        done = run("delete", "Task", LIGHTING, f"{SHOT}/compositing", "--yes")
        assert (done.status, done.err) == (0, "")
        assert [line.split(" (")[0] for line in done.lines] == [
            "deleted Task 'lighting'",
            "deleted Task 'compositing'",
        ]
        assert self.count(place) == before - 2

    def test_one_that_there_is_not_keeps_the_others(self, place, run):
        before = self.count(place)
        done = run("delete", "Task", LIGHTING, f"{SHOT}/nothing", "--yes")
        assert (done.status, done.out) == (1, "")
        assert "there is no Task" in done.error
        assert self.count(place) == before

    def test_without_a_terminal_it_needs_to_be_told(self, place, process):
        before = self.count(place)
        done = process("delete", "Task", LIGHTING, stdin="y\n")
        assert (done.status, done.out) == (2, "")
        assert "nobody can be asked" in done.error
        assert done.hint.startswith("--yes")
        assert self.count(place) == before

    def test_a_dry_run_deletes_nothing(self, place, run):
        before = self.count(place)
        done = run("delete", "Task", LIGHTING, LIGHTING, "--dry-run")
        (operation,) = json.loads(done.out)
        assert operation["action"] == "delete"
        assert self.count(place) == before

    @pytest.mark.parametrize(("typed", "status"), [("y\n", 0), ("n\n", 1), ("\n", 1), ("\x04", 1)])
    def test_at_a_terminal_it_asks(self, typed, status, embedded, terminal):
        before = self.count(embedded)
        done = terminal("delete", "Task", LIGHTING, typed=typed, asked="[y/N]")
        assert done.status == status
        assert "  Task 'lighting' (" in done.out
        assert f"Delete this, and what it contains, on {embedded.url}? [y/N]" in done.out
        assert ("nothing was deleted" in done.out) is (status == 1)
        assert self.count(embedded) == before - (0 if status else 1)

    def test_ctrl_c_at_the_question_deletes_nothing(self, embedded, terminal):
        before = self.count(embedded)
        done = terminal("delete", "Task", LIGHTING, interrupted_at="[y/N]")
        assert done.status == 130
        assert self.count(embedded) == before
