"""``ftrack query``: any query, as a table, JSON or CSV, for people and for programs."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys

import pytest
from ftrack_cli.layout import show_table
from ftrack_cli.misnomers import naming_unknowns
from ftrack_core.errors import AuthenticationError
from ftrack_core.session.connection import Connection

from ftrack_core import Session

NAMES = 'select name from Task where parent.name is "sq010_sh0010" order by name'


class TestColumns:
    def test_they_are_what_is_selected_in_its_order_and_dotted(self, place, run):
        done = run(
            "query",
            'select name, parent.name, status.name from Task where name is "rigging" limit 1',
        )
        assert done.status == 0
        assert done.lines[0].split() == ["name", "parent.name", "status.name"]
        assert len(done.lines) == 2
        assert done.lines[1].split()[0] == "rigging"

    def test_they_are_the_default_projections_where_nothing_is_selected(self, embedded, run):
        done = run("query", "Task", "--limit", "2", "--format", "jsonl")
        assert [list(json.loads(line)) for line in done.lines] == [
            ["id", "context_type", "name"]
        ] * 2

    def test_a_row_that_came_before_is_whole_wherever_it_stands(self, place, run):
        """A server sends an entity in full once, and as its bare key afterwards."""
        done = run("query", "select name, project.full_name from Shot", "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(done.out)))
        assert len(rows) > 10
        assert {row["project.full_name"] for row in rows} == {"The Crooked Quarry"}

    def test_a_cast_stays_in_the_name(self, embedded, run):
        done = run(
            "query", "select parent[Shot].name from Task", "--limit", "1", "--format", "json"
        )
        assert list(json.loads(done.out)[0]) == ["parent[Shot].name"]

    def test_a_path_through_a_collection_gives_a_list(self, embedded, run):
        text = "select assignments.resource.username from Task where assignments any ()"
        done = run("query", text, "--limit", "1", "--format", "json")
        (row,) = json.loads(done.out)
        (username,) = row["assignments.resource.username"]
        assert "." in username

    def test_references_collections_and_mappings_are_shown_whole(self, embedded, run):
        text = "select status, custom_attributes, metadata, link from Shot"
        (row,) = json.loads(run("query", text, "--limit", "1", "--format", "json").out)
        assert row["status"].keys() == {"__entity_type__", "id"}
        assert row["custom_attributes"]["fstart"] == 1001
        assert row["metadata"] == {}
        assert row["link"][0]["type"] == "Project"
        (line,) = csv.DictReader(
            io.StringIO(run("query", text, "--limit", "1", "--format", "csv").out)
        )
        assert line["status"] == row["status"]["id"]
        assert "fstart=1001" in line["custom_attributes"]
        assert line["link"].startswith("crooked_quarry/")

    def test_a_key_or_the_values_of_a_mapping_can_be_selected(self, embedded, run):
        text = "select custom_attributes.key, custom_attributes.value from Shot"
        (row,) = json.loads(run("query", text, "--limit", "1", "--format", "json").out)
        pairs = dict(zip(row["custom_attributes.key"], row["custom_attributes.value"], strict=True))
        assert pairs["fstart"] == 1001


class TestGroups:
    TEXT = "select count(id), sum(bid), max(end_date) from Task group by status.name"

    def test_aggregates_stand_behind_what_is_grouped_by(self, place, run):
        done = run("query", self.TEXT, "--format", "json")
        rows = json.loads(done.out)
        assert list(rows[0]) == ["status.name", "count(id)", "sum(bid)", "max(end_date)"]
        with place.session() as session:
            assert sum(row["count(id)"] for row in rows) == len(session.query("Task"))
        assert all(re.fullmatch(r"2026-\d\d-\d\dT18:00:00Z", row["max(end_date)"]) for row in rows)

    def test_numbers_of_a_table_stand_to_the_right(self, embedded, run):
        lines = run("query", "select count(id), status.name from Task group by status.name").lines
        assert lines[0].split() == ["count(id)", "status.name"]
        assert all(re.match(r" +\d+  \S", line) for line in lines[1:])

    def test_a_limit_holds_for_groups(self, embedded, run):
        assert len(run("query", self.TEXT, "--limit", "2").lines) == 3

    def test_an_aggregate_without_groups_is_refused_by_the_server(self, place, run):
        done = run("query", "select count(id) from Task")
        assert (done.status, done.out) == (1, "")
        assert "'group by'" in done.error


class TestFormats:
    def test_json_is_a_list_and_jsonl_an_object_a_line(self, embedded, run):
        whole = json.loads(run("query", NAMES, "--format", "json").out)
        lines = [json.loads(line) for line in run("query", NAMES, "--format", "jsonl").lines]
        assert whole == lines
        assert len(whole) > 1

    def test_csv_has_a_header_and_quotes_what_needs_it(self, embedded, run):
        with embedded.session() as session:
            task = session.query("Task").first()
            task["description"] = 'a "b", c\nd'
            session.commit()
            key = task["id"]
        text = f"select id, description, bid, parent from Task where id is {key}"
        header, row = csv.reader(io.StringIO(run("query", text, "--format", "csv").out))
        assert header == ["id", "description", "bid", "parent"]
        assert row[:2] == [key, 'a "b", c\nd']

    @pytest.mark.parametrize(
        ("shown_as", "expected"),
        [("json", "[]\n"), ("jsonl", ""), ("csv", "name\n"), ("table", "name\n")],
    )
    def test_nothing_found_is_no_error(self, shown_as, expected, embedded, run):
        done = run("query", 'select name from Task where name is "nope"', "--format", shown_as)
        assert (done.status, done.out, done.err) == (0, expected, "")

    def test_values_keep_their_kinds_in_json(self, embedded, run):
        text = "select is_global, color, start_date, thumbnail.name from Project"
        (row,) = json.loads(run("query", text, "--format", "json").out)
        assert row == {
            "is_global": False,
            "color": "#2E86C1",
            "start_date": "2026-01-05T09:00:00Z",
            "thumbnail.name": None,
        }

    def test_letters_of_all_languages_stay(self, embedded, process):
        name = "Größe 東京 🎬"
        with embedded.session() as session:
            session.query("Project").one()["full_name"] = name
            session.commit()
        text = "select full_name from Project"
        for shown_as in ("table", "json", "jsonl", "csv"):
            done = process("query", text, "--format", shown_as)
            assert name in done.out
        done = process("query", text, "--format", "csv", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
        assert name in done.out

    def test_wide_letters_keep_the_columns_in_line(self, capsys):
        show_table(["a", "b"], [["東京", "x"], ["Rom", "y"]])
        assert capsys.readouterr().out == "a     b\n東京  x\nRom   y\n"

    def test_what_acts_on_a_terminal_is_made_harmless(self, embedded, run):
        with embedded.session() as session:
            session.query("Project").one()["full_name"] = "a\x1b[2Jb\nc\u202ed\x9be"
            session.commit()
        text = "select full_name from Project"
        assert run("query", text).lines[1] == r"a\x1b[2Jb\nc\u202ed\x9be"
        shown = run("query", text, "--format", "json").out
        assert "\x1b" not in shown
        assert "\x9b" not in shown
        assert json.loads(shown) == [{"full_name": "a\x1b[2Jb\nc\u202ed\x9be"}]


class TestRows:
    def test_all_pages_come_and_no_more_than_the_limit(self, tmp_path, monkeypatch, run):
        monkeypatch.setenv("FTRACK_SERVER", f"embedded://{tmp_path}/many.db")
        monkeypatch.setenv("FTRACK_API_USER", "admin")
        with Session() as session:
            for number in range(1203):
                session.create("Disk", {"name": f"disk{number:04d}"})
            session.commit()
        text = 'select name from Disk where name like "disk%" order by name'
        assert len(run("query", text).lines) == 1204
        assert len(run("query", text, "--limit", "777", "--format", "csv").lines) == 778
        assert len(run("query", f"{text} limit 5", "--limit", "9", "--format", "csv").lines) == 6
        assert run("query", f"{text} offset 1200", "--format", "csv").lines[1:] == [
            "disk1200",
            "disk1201",
            "disk1202",
        ]

    def test_a_limit_of_none_gives_none(self, embedded, run):
        assert run("query", NAMES, "--limit", "0").lines == ["name"]

    def test_only_the_rows_that_are_wanted_are_asked_for(self, embedded, run, monkeypatch):
        batches = []
        carry = Connection.carry
        monkeypatch.setattr(
            Connection, "carry", lambda self, batch: batches.extend(batch) or carry(self, batch)
        )
        run("query", "select name from Task", "--limit", "3")
        asked = [one["expression"] for one in batches if "Task" in one.get("expression", "")]
        assert asked == ["select name from Task offset 0 limit 3"]


class TestValues:
    def test_a_value_takes_its_place_whatever_it_holds(self, place, run):
        done = run(
            "query",
            "select name from Project where full_name is :n",
            "--value",
            'n=x" or name like "%',
        )
        assert (done.status, done.lines) == (0, ["name"])
        done = run(
            "query",
            "select name from Project where full_name is :n",
            "--value",
            "n=The Crooked Quarry",
        )
        assert done.lines == ["name", "crooked_quarry"]

    def test_a_place_without_a_value_is_a_wrong_use(self, embedded, run):
        done = run("query", "Task where name is :name")
        assert done.status == 2
        assert done.error == "error: there is no value for ':name': Task where name is >>>:name"
        assert done.hint.startswith("--value NAME=VALUE")

    def test_a_value_without_a_place_is_a_wrong_use(self, embedded, run):
        done = run("query", "Task where name is :name", "--value", "name=x", "--value", "nam=y")
        assert done.status == 2
        assert "'nam' has no place" in done.error

    def test_a_value_that_is_no_pair(self, embedded, run):
        done = run("query", "Task where name is :name", "--value", "x")
        assert done.status == 2
        assert done.error == "error: 'x' behind --value is no name=value"


class TestBadQueries:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("select nme from Task", "Task has no attribute 'nme'. Did you mean 'name'?"),
            ("select status.nam from Task", "Status has no attribute 'nam'. Did you mean 'name'?"),
            ("Task where stats.name is x", "Task has no attribute 'stats'. Did you mean"),
            ("Task where name is x or not nam is x", "Task has no attribute 'nam'."),
            ('Task where parent has (nme is "x")', "Context has no attribute 'nme'."),
            ("Task where id in (select task_d from AssetVersion)", "no attribute 'task_d'"),
            ("Task order by nme", "Task has no attribute 'nme'."),
            ("select count(i) from Task group by nme", "Task has no attribute"),
            ("Tusk", "there is no entity type 'Tusk'. Did you mean 'Task'?"),
            ("Task whree name is x", "at position 5: Task >>>whree name is x"),
            ("Task where name", ">>>"),
        ],
    )
    def test_each_is_one_line_that_says_what_was_meant(self, text, said, place, run):
        done = run("query", text)
        assert (done.status, done.out) == (1, "")
        assert said in done.error
        assert "limit 500" not in done.err
        assert done.hint
        assert len(done.err.splitlines()) == 2

    def test_what_a_subtype_has_is_not_called_wrong(self, embedded, run):
        """The users among resources have names; what is wrong stands behind it."""
        done = run("query", "select assignments.resource.username, nme from Task")
        assert "no attribute 'nme'" in done.error

    def test_a_refused_key_is_not_taken_for_a_wrong_name(self, embedded):
        with (
            embedded.session() as session,
            pytest.raises(AuthenticationError, match="no such key"),
            naming_unknowns(session, "select nme from Task"),
        ):
            raise AuthenticationError("InvalidCredentialsError", "no such key")

    def test_a_query_in_pieces_is_told_to_be_quoted(self, embedded, run):
        done = run("query", "Task", "where", "name", "is", "x")
        assert done.status == 2
        assert done.error == "error: the query came in 5 pieces"
        assert done.hint == "put all of it in quotes: ftrack query 'Task where name is x'"

    def test_an_empty_query(self, embedded, run):
        assert run("query", "  ").status == 2

    @pytest.mark.parametrize("limit", ["-1", "many"])
    def test_a_limit_that_is_none(self, limit, embedded, run):
        assert run("query", "Task", "--limit", limit).status == 2


class TestPipes:
    def test_a_query_can_come_by_standard_input(self, embedded, process):
        done = process("query", "-", stdin=f"{NAMES}\n limit 1\n")
        assert (done.status, len(done.lines)) == (0, 2)

    @pytest.mark.parametrize("shown_as", ["table", "json", "jsonl", "csv"])
    def test_it_ends_quietly_when_the_reader_goes_away(self, shown_as, embedded):
        command = [sys.executable, "-m", "ftrack_cli", "query", "--format", shown_as]
        started = subprocess.Popen(
            [*command, "select id, name, status.name from Task"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        started.stdout.close()
        assert started.stderr.read() == b""
        assert started.wait(60) == 0
        started.stderr.close()

    def test_a_pipe_gets_no_colours_and_nothing_is_cut(self, embedded, process):
        done = process("query", "select id, name, link, status.name, id from Shot", COLUMNS="30")
        assert "\x1b" not in done.out
        assert "…" not in done.out
        assert all(re.match(r"[0-9a-f-]{36}  ", line) for line in done.lines[1:])
        assert done.err == ""


class TestTerminal:
    def test_a_table_fits_and_long_texts_give_way_to_ids(self, embedded, terminal):
        with embedded.session() as session:
            for task in session.query("Task"):
                task["description"] = "A long description of everything there is to do " * 3
            session.commit()
        done = terminal("query", "select id, name, description from Task limit 3")
        lines = done.lines
        rows = [line for line in lines if re.match(r"[0-9a-f-]{36}  \w+ +A long", line)]
        assert len(rows) == 3
        assert all(len(row) <= 80 and row.endswith("…") for row in rows)
        assert "(3 rows)" in lines
        assert done.status == 0

    def test_what_does_not_fit_as_a_table_is_a_record_each(self, embedded, terminal):
        text = (
            "select id, name, link, parent.name, status.name, type.name, start_date, end_date, bid"
        )
        done = terminal("query", f"{text}, created_at from Task limit 2", columns=60)
        lines = done.lines
        assert sum(bool(re.match(r"status\.name +\w", line)) for line in lines) == 2
        assert max(map(len, lines)) <= 60

    def test_it_says_where_the_limit_cut(self, embedded, terminal):
        assert "(2 rows, as many as --limit allows)" in terminal("query", NAMES, "--limit", "2").out
        assert "(1 row)" in terminal("query", f"{NAMES} limit 1").out

    def test_progress_is_shown_where_the_output_goes_elsewhere(self, embedded):
        pty = pytest.importorskip("pty", reason="this system has no terminals")
        ours, theirs = pty.openpty()
        done = subprocess.run(
            [sys.executable, "-m", "ftrack_cli", "query", NAMES],
            env={**os.environ, "TERM": "xterm"},
            stdout=subprocess.PIPE,
            stderr=theirs,
            timeout=60,
        )
        shown = os.read(ours, 65536).decode()
        os.close(theirs)
        os.close(ours)
        assert "asking the server" in shown
        assert done.stdout.startswith(b"name\n")
        assert b"\x1b" not in done.stdout
