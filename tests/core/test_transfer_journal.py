"""The journal names data on its way into a location until there is a record of it."""

from __future__ import annotations

import os

import pytest
from ftrack_core.errors import ConfigurationError
from ftrack_core.testing.memory_accessor import MemoryAccessor
from ftrack_core.transfer import Journal, TransferItem, TransferPlan, pending_journals, verify


@pytest.fixture
def storage():
    accessor = MemoryAccessor()
    for name in ("a", "b"):
        with accessor.open_atomic(name) as stream:
            stream.write(b"data")
    return accessor


@pytest.fixture
def plan(storage):
    items = [TransferItem(f"id-{name}", storage, f"/from/{name}", name) for name in "abc"]
    return TransferPlan(storage, tuple(items), "l1", "studio.prod")


def nothing_recorded(location_id, identifiers):
    return ()


def test_it_is_written_before_anything_moves(plan, tmp_path):
    journal = Journal(plan, tmp_path)
    [pending] = pending_journals(tmp_path)
    assert (pending.location_id, pending.location_name) == ("l1", "studio.prod")
    assert pending.targets == {"a": "id-a", "b": "id-b", "c": "id-c"}
    assert pending.moved == frozenset()
    assert pending.process == os.getpid()
    journal.close()


def test_it_tells_what_has_arrived(plan, tmp_path):
    journal = Journal(plan, tmp_path)
    journal.moved(plan.items[1])
    assert pending_journals(tmp_path)[0].moved == {"b"}
    journal.close()


def test_closing_it_leaves_no_file(plan, tmp_path):
    Journal(plan, tmp_path).close()
    assert pending_journals(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_it_writes_nothing(plan):
    journal = Journal(plan)
    journal.moved(plan.items[0])
    journal.close()
    assert journal.path is None


def test_a_line_that_was_cut_off_is_no_obstacle(plan, tmp_path):
    journal = Journal(plan, tmp_path)
    journal.moved(plan.items[0])
    journal.abandon()
    with journal.path.open("a") as file:
        file.write('{"moved": "b')
    [pending] = pending_journals(tmp_path)
    assert pending.moved == {"a"}


def test_an_empty_file_is_passed_over(tmp_path):
    (tmp_path / "x.transfer.jsonl").touch()
    assert pending_journals(tmp_path) == []


def test_a_folder_that_is_not_there_has_none(tmp_path):
    assert pending_journals(tmp_path / "missing") == []


def test_verify_names_data_without_a_record(plan, storage, tmp_path):
    Journal(plan, tmp_path).abandon()
    [pending] = pending_journals(tmp_path)
    found = verify(pending, storage, nothing_recorded)
    assert [(one.component_id, one.resource_identifier) for one in found] == [
        ("id-a", "a"),
        ("id-b", "b"),
    ]


def test_what_has_a_record_is_in_order(plan, storage, tmp_path):
    Journal(plan, tmp_path).abandon()
    [pending] = pending_journals(tmp_path)
    found = verify(pending, storage, lambda location_id, identifiers: ["a"])
    assert [one.resource_identifier for one in found] == ["b"]


def test_a_folder_that_cannot_be_written_is_told(plan, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="give the session a cache_folder"):
        Journal(plan, tmp_path / "file" / "deeper")
