"""``ftrack types``: what the schema of a server says, for people and for programs."""

from __future__ import annotations

import json


class TestTypes:
    def test_all_types_are_listed_by_name(self, place, run):
        done = run("types")
        assert done.lines[0].split() == ["type", "key", "derives", "from"]
        names = [line.split()[0] for line in done.lines[1:]]
        assert names == sorted(names)
        assert "Task" in names
        (task,) = (line.split() for line in done.lines if line.startswith("Task "))
        assert task == ["Task", "id", "TypedContext"]

    def test_attributes_of_one_have_kind_type_and_flags(self, place, run):
        lines = run("types", "Task").lines
        told = {line.split()[0]: line.split()[1:] for line in lines}
        assert told["attribute"] == ["kind", "of", "flags"]
        assert told["bid"][:2] == ["value", "number"]
        assert told["status"] == ["reference", "Status"]
        assert told["assignments"] == ["collection", "Appointment"]
        assert told["metadata"] == ["mapping", "Metadata"]
        assert told["time_logged"] == ["value", "number", "immutable,", "computed"]
        assert told["id"][2].startswith("key")
        assert told["custom_attribute_links"][-2:] == ["criteria", "only"]

    def test_json_of_all(self, embedded, run):
        told = {one["name"]: one for one in json.loads(run("types", "--format", "json").out)}
        assert told["Task"]["primary_key"] == ["id"]
        assert told["Task"]["base"] == "TypedContext"
        assert "bid" in told["Task"]["attributes"]

    def test_json_of_one(self, embedded, run):
        told = json.loads(run("types", "Metadata", "--format", "json").out)
        (key,) = (one for one in told if one["name"] == "key")
        assert key["kind"] == "value"
        assert key["data_type"] == "string"
        assert "key" in key["flags"]

    def test_an_unknown_type_offers_the_nearest(self, place, run):
        done = run("types", "Tas")
        assert (done.status, done.out) == (1, "")
        assert "Did you mean 'Task'?" in done.error

    def test_names_are_whole_at_a_terminal(self, embedded, terminal):
        done = terminal("types", "Task")
        assert "custom_attribute_links_from" in done.out
        assert max(map(len, done.lines)) <= 80
