"""The engine moves the data of a plan: all of it or none, and never over what is there."""

from __future__ import annotations

import hashlib
import threading

import pytest
from ftrack_core.errors import (
    AccessorError,
    PluginError,
    ResourceExistsError,
    ResourceNotFoundError,
    TransferError,
)
from ftrack_core.locations import PathAccessor
from ftrack_core.testing.memory_accessor import MemoryAccessor, PlainMemoryAccessor
from ftrack_core.transfer import TransferItem, TransferPlan, transfer

MEBIBYTE = 1024 * 1024


@pytest.fixture(params=[MemoryAccessor, PlainMemoryAccessor], ids=["atomic", "plain"])
def target(request):
    return request.param()


@pytest.fixture
def source():
    accessor = PlainMemoryAccessor()
    for number in range(40):
        with accessor.open(f"in/{number}", "wb") as stream:
            stream.write(bytes([number]) * number)
    return accessor


def plan_of(source, target, numbers=range(40)):
    items = [TransferItem(f"c{n}", source, f"in/{n}", f"out/{n}", n) for n in numbers]
    return TransferPlan(target, tuple(items), "l1", "studio.prod")


def test_everything_arrives(source, target):
    moved = transfer(plan_of(source, target))
    assert [one.size for one in moved] == list(range(40))
    for number in range(40):
        with target.open(f"out/{number}") as stream:
            assert stream.read() == bytes([number]) * number


def test_a_large_file_is_never_whole_in_memory(tmp_path):
    path = tmp_path / "big"
    with path.open("wb") as file:
        file.truncate(5 * MEBIBYTE)
    pieces = []

    class Counting(PlainMemoryAccessor):
        def open(self, resource_identifier, mode="rb"):
            stream = super().open(resource_identifier, mode)
            write = stream.write
            stream.write = lambda piece: pieces.append(len(piece)) or write(piece)
            return stream

    item = TransferItem("c", PathAccessor(), str(path), "big", 5 * MEBIBYTE)
    transfer(TransferPlan(Counting(), (item,)))
    assert len(pieces) == 5
    assert max(pieces) <= MEBIBYTE


def test_a_checksum_is_computed_while_the_bytes_pass(source, target):
    moved = transfer(plan_of(source, target, [7]), checksum=True)
    assert moved[0].md5 == hashlib.md5(b"\7" * 7).hexdigest()


def test_without_one_the_target_may_copy_by_itself(source):
    class Recording(MemoryAccessor):
        copied = ()

        def copy_from(self, source, source_identifier, resource_identifier):
            self.copied += (resource_identifier,)
            return super().copy_from(source, source_identifier, resource_identifier)

    target = Recording()
    transfer(plan_of(source, target, [1]))
    transfer(plan_of(source, target, [2]), checksum=True)
    assert target.copied == ("out/1",)


def test_a_target_that_cannot_copy_is_streamed_to(tmp_path):
    (tmp_path / "a").write_bytes(b"from disk")
    target = MemoryAccessor()
    transfer(TransferPlan(target, (TransferItem("c", PathAccessor(), str(tmp_path / "a"), "a"),)))
    with target.open("a") as stream:
        assert stream.read() == b"from disk"


def test_many_items_are_moved_at_the_same_time(source):
    together = threading.Barrier(4, timeout=10)

    class Meeting(PlainMemoryAccessor):
        def open(self, resource_identifier, mode="rb"):
            together.wait()
            return super().open(resource_identifier, mode)

    transfer(plan_of(source, Meeting(), range(4)), workers=4)


def test_progress_counts_items_and_bytes(source, target):
    told = []
    transfer(plan_of(source, target), progress=told.append)
    assert (told[-1].items, told[-1].total_items) == (40, 40)
    assert told[-1].bytes == told[-1].total_bytes == sum(range(40))


def test_an_existing_target_is_refused_and_stays(source, target):
    with target.open("out/20", "wb") as stream:
        stream.write(b"theirs")
    with pytest.raises(ResourceExistsError, match=r"studio\.prod.*out/20"):
        transfer(plan_of(source, target))
    assert target.list("out") == ["out/20"]
    with target.open("out/20") as stream:
        assert stream.read() == b"theirs"


def test_a_missing_source_is_named(source, target):
    source.remove("in/30")
    with pytest.raises(ResourceNotFoundError, match="in/30"):
        transfer(plan_of(source, target))
    assert not target.exists("out") or target.list("out") == []


def test_after_a_failure_nothing_further_begins(source, target):
    begun = []

    class Failing(PlainMemoryAccessor):
        def open(self, resource_identifier, mode="rb"):
            begun.append(resource_identifier)
            raise AccessorError("the share is gone")

    with pytest.raises(TransferError, match="the share is gone"):
        transfer(plan_of(source, Failing()), workers=2)
    assert len(begun) <= 3


def test_errors_of_older_accessors_are_told_with_their_kind(source):
    class Old(PlainMemoryAccessor):
        def open(self, resource_identifier, mode="rb"):
            raise OSError("stale file handle")

    with pytest.raises(TransferError, match="OSError: stale file handle") as caught:
        transfer(plan_of(source, Old(), [1]))
    assert isinstance(caught.value.__cause__, OSError)


def test_streams_of_older_accessors_need_only_read_write_and_close(source):
    class Data:
        def __init__(self, stream):
            self._stream = stream

        def read(self, limit=None):
            return self._stream.read(limit)

        def write(self, content):
            self._stream.write(content)

        def close(self):
            self._stream.close()

    class Old(PlainMemoryAccessor):
        def open(self, resource_identifier, mode="rb"):
            return Data(super().open(resource_identifier, mode))

    target = Old()
    transfer(plan_of(source, target, [5]))
    transfer(plan_of_old := TransferPlan(PlainMemoryAccessor(), (back(target),)))
    with plan_of_old.target.open("back") as stream:
        assert stream.read() == b"\5" * 5


def back(source):
    return TransferItem("c", source, "out/5", "back")


def test_two_items_with_one_target_make_no_plan(source, target):
    items = tuple(TransferItem(f"c{n}", source, f"in/{n}", "out/same") for n in range(2))
    with pytest.raises(TransferError, match="in/0 and in/1 would both be kept"):
        TransferPlan(target, items)


# --- somebody else moves the plan ----------------------------------------------------------------


class Mover:
    """Moves the first *count* items of a plan, raises if told to, then says *answer*."""

    def __init__(self, count=40, answer=True, error=None):
        self.count, self.answer, self.error = count, answer, error
        self.asked = 0

    def __call__(self, plan):
        self.asked += 1
        for item in plan.items[: self.count]:
            with (
                item.source.open(item.source_identifier) as old,
                plan.target.open(item.target_identifier, "wb") as new,
            ):
                new.write(old.read())
        if self.error is not None:
            raise self.error
        return self.answer


def test_a_delegate_may_move_the_whole_plan(source, target):
    mover, told = Mover(), []
    moved = transfer(plan_of(source, target), delegate=mover, progress=told.append)
    assert [one.size for one in moved] == list(range(40))
    assert mover.asked == 1
    assert (told[-1].items, told[-1].bytes) == (40, sum(range(40)))
    assert target.exists("out/39")


@pytest.mark.parametrize("answer", [None, False])
def test_where_the_delegate_declines_the_engine_moves_the_data(source, target, answer):
    transfer(plan_of(source, target), delegate=Mover(0, answer))
    assert target.exists("out/39")


def test_a_checksum_is_not_left_to_a_delegate(source, target):
    mover = Mover()
    moved = transfer(plan_of(source, target, [7]), delegate=mover, checksum=True)
    assert (mover.asked, moved[0].md5) == (0, hashlib.md5(b"\7" * 7).hexdigest())


@pytest.mark.parametrize("error", [OSError("farm is down"), KeyboardInterrupt()])
def test_what_a_failing_delegate_has_moved_is_removed_again(source, target, error):
    with pytest.raises((TransferError, KeyboardInterrupt)):
        transfer(plan_of(source, target), delegate=Mover(10, error=error))
    assert not any(target.exists(f"out/{number}") for number in range(40))


def test_an_error_of_a_plugin_stays_that_of_the_plugin(source, target):
    error = PluginError("no licence", plugin="farm", hook="ftrack_transfer")
    with pytest.raises(PluginError, match="plugin 'farm' in ftrack_transfer: no licence"):
        transfer(plan_of(source, target), delegate=Mover(10, error=error))
    assert not target.exists("out/3")


def test_what_a_delegate_claims_to_have_moved_has_to_be_there(source, target):
    with pytest.raises(TransferError, match=r"39 resource\(s\) are not there, such as 'out/1'"):
        transfer(plan_of(source, target), delegate=Mover(1))
    assert not target.exists("out/0")


def test_a_delegate_never_gets_to_what_is_there_already(source, target):
    with target.open("out/5", "wb") as stream:
        stream.write(b"older")
    mover = Mover()
    with pytest.raises(ResourceExistsError, match="out/5"):
        transfer(plan_of(source, target), delegate=mover)
    assert mover.asked == 0
    assert not target.exists("out/0")
    with target.open("out/5") as stream:
        assert stream.read() == b"older"
