"""The conformance suite is worth something only if a broken accessor fails it.

Each accessor below breaks one promise; the check of that promise must fail for it, and pass for the
accessor that keeps all of them.
"""

from __future__ import annotations

import io
import posixpath
from contextlib import contextmanager

import pytest
from ftrack_core.errors import AccessorError, ResourceExistsError, UnsupportedOperationError
from ftrack_core.testing.accessors import AccessorSuite
from ftrack_core.testing.memory_accessor import MemoryAccessor

CAUGHT = (Exception, pytest.fail.Exception)
BROKEN = {}


def breaks(*checks):
    """Register a broken accessor under the checks that must catch it."""

    def register(accessor_class):
        for check in checks:
            BROKEN[check] = accessor_class
        return accessor_class

    return register


class Kept(io.BytesIO):
    """A writer that hands what it got, changed by *change*, to *keep* when closed."""

    def __init__(self, keep, change=lambda content: content):
        super().__init__()
        self.keep = keep
        self.change = change

    def close(self):
        if not self.closed:
            self.keep(self.change(self.getvalue()))
        super().close()


class Changing(MemoryAccessor):
    """Changes the content on its way in."""

    def change(self, content):
        return content

    def open(self, resource_identifier, mode="rb"):
        if mode != "wb":
            return super().open(resource_identifier, mode)
        return Kept(lambda content: self.store(resource_identifier, content), self.change)

    def store(self, resource_identifier, content):
        with super().open(resource_identifier, "wb") as stream:
            stream.write(content)


# --- content -----------------------------------------------------------------------------------


@breaks("test_the_accessor_has_every_method_of_the_port")
class WithoutAMethod(MemoryAccessor):
    is_sequence = None


@breaks("test_what_was_written_is_read_back")
class LosesTheEnd(Changing):
    def change(self, content):
        return content[:4]


@breaks("test_every_byte_survives")
class TranslatesLineEnds(Changing):
    def change(self, content):
        return content.replace(b"\r\n", b"\n")


@breaks("test_an_empty_file_is_a_file")
class ForgetsEmptyFiles(Changing):
    def store(self, resource_identifier, content):
        if content:
            super().store(resource_identifier, content)


@breaks("test_names_are_kept_as_they_are")
class DecodesNames(MemoryAccessor):
    def open(self, resource_identifier, mode="rb"):
        return super().open(resource_identifier.replace("%20", " ").partition("#")[0], mode)


@breaks(
    "test_a_large_file_goes_in_and_comes_out_in_pieces", "test_a_large_atomic_write_arrives_whole"
)
class KeepsTheLastPiece(Changing):
    def change(self, content):
        return content[-1024 * 1024 :]

    @contextmanager
    def open_atomic(self, resource_identifier, *, overwrite=False):
        with self.open(resource_identifier, "wb") as stream:
            yield stream


@breaks("test_readers_do_not_disturb_one_another")
class SharesOneStream(MemoryAccessor):
    def open(self, resource_identifier, mode="rb"):
        if mode != "rb":
            return super().open(resource_identifier, mode)
        self.shared = getattr(self, "shared", None) or super().open(resource_identifier, mode)
        return self.shared


@breaks("test_writing_again_replaces_the_whole_content")
class WritesOverTheBeginning(Changing):
    def store(self, resource_identifier, content):
        old = self._files.get(resource_identifier, b"")
        super().store(resource_identifier, content + old[len(content) :])


# --- containers --------------------------------------------------------------------------------


@breaks("test_the_root_is_an_empty_container_at_first")
class HasAStrangeFile(MemoryAccessor):
    def __init__(self):
        super().__init__()
        self._files[".DS_Store"] = b""


@breaks("test_writing_creates_the_containers_above")
class MakesNoContainers(MemoryAccessor):
    def open(self, resource_identifier, mode="rb"):
        return Kept(lambda content: self._keep(resource_identifier, content))


@breaks("test_list_is_sorted")
class ListsInAnyOrder(MemoryAccessor):
    def list(self, resource_identifier):
        return super().list(resource_identifier)[::-1]


@breaks("test_list_shows_direct_children_only")
class ListsTheWholeTree(MemoryAccessor):
    def list(self, resource_identifier):
        super().list(resource_identifier)
        start = f"{resource_identifier}/" if resource_identifier else ""
        return sorted(one for one in self._files if one.startswith(start))


@breaks("test_names_that_begin_alike_are_told_apart", "test_removing_takes_that_one_and_no_other")
class WorksByPrefix(MemoryAccessor):
    def is_container(self, resource_identifier):
        return any(one.startswith(resource_identifier) for one in self._containers)

    def remove(self, resource_identifier):
        for one in [one for one in self._files if one.startswith(resource_identifier)]:
            del self._files[one]


@breaks(
    "test_a_made_container_exists_and_is_empty",
    "test_making_a_container_makes_those_above",
    "test_making_a_container_alone_needs_its_parent",
    "test_a_container_is_not_a_file",
)
class MakesNothing(MemoryAccessor):
    def make_container(self, resource_identifier, recursive=True):
        pass


@breaks("test_making_a_container_twice_is_no_error")
class MakesOnce(MemoryAccessor):
    def make_container(self, resource_identifier, recursive=True):
        if self.is_container(resource_identifier):
            raise ResourceExistsError("it exists", resource_identifier=resource_identifier)
        super().make_container(resource_identifier, recursive)


@breaks("test_the_container_of_an_identifier_is_what_is_above")
class KnowsNoContainer(MemoryAccessor):
    def get_container(self, resource_identifier):
        return None


# --- what is what, what is missing -------------------------------------------------------------


@breaks("test_a_file_is_a_file_and_nothing_else")
class SeesSequences(MemoryAccessor):
    def is_sequence(self, resource_identifier):
        return True


@breaks("test_nothing_is_under_an_unused_identifier")
class SaysYes(MemoryAccessor):
    def exists(self, resource_identifier):
        return True


@breaks("test_reading_what_is_missing_is_an_error")
class ReadsNothing(MemoryAccessor):
    def open(self, resource_identifier, mode="rb"):
        return io.BytesIO()


@breaks("test_listing_what_is_missing_is_an_error", "test_listing_a_file_is_an_error")
class ListsNothing(MemoryAccessor):
    def list(self, resource_identifier):
        return []


@breaks("test_removing_what_is_missing_is_an_error", "test_a_removed_file_is_gone")
class RemovesNothing(MemoryAccessor):
    def remove(self, resource_identifier):
        pass


@breaks("test_an_error_says_which_resource")
class FailsWithoutAWord(MemoryAccessor):
    def remove(self, resource_identifier):
        raise AccessorError("it did not work")


# --- removing, refusing ------------------------------------------------------------------------


@breaks("test_an_empty_container_can_be_removed")
class RemovesFilesOnly(MemoryAccessor):
    def remove(self, resource_identifier):
        del self._files[resource_identifier]


@breaks("test_a_container_that_holds_something_stays")
class RemovesTrees(MemoryAccessor):
    def remove(self, resource_identifier):
        for one in [one for one in self._files if one.startswith(f"{resource_identifier}/")]:
            del self._files[one]


@breaks("test_reading_a_container_is_an_error")
class ReadsContainers(MemoryAccessor):
    def open(self, resource_identifier, mode="rb"):
        return io.BytesIO() if mode == "rb" else super().open(resource_identifier, mode)


@breaks("test_an_unknown_mode_is_an_error")
class KnowsEveryMode(MemoryAccessor):
    def open(self, resource_identifier, mode="rb"):
        return super().open(resource_identifier, "wb" if "w" in mode else "rb")


@breaks(
    "test_identifiers_that_climb_out_are_refused",
    "test_absolute_identifiers_are_refused",
    "test_atomic_writes_do_not_climb_out",
)
class HasNoWall(MemoryAccessor):
    def is_file(self, resource_identifier):
        return resource_identifier in self._files

    @contextmanager
    def open_atomic(self, resource_identifier, *, overwrite=False):
        yield io.BytesIO()


@breaks("test_a_sibling_whose_name_begins_alike_is_outside")
class ComparesPathsAsTexts(MemoryAccessor):
    def exists(self, resource_identifier):
        path = posixpath.normpath(posixpath.join("/root", resource_identifier))
        if not path.startswith("/root"):
            raise AccessorError("outside", resource_identifier=resource_identifier)
        return False


@breaks("test_no_foreign_error_escapes")
class LetsErrorsThrough(MemoryAccessor):
    def is_file(self, resource_identifier):
        resource_identifier.encode()
        return super().is_file(resource_identifier)


@breaks("test_paths_and_urls_are_given_or_unsupported")
class RefusesUrlsInItsOwnWay(MemoryAccessor):
    def get_url(self, resource_identifier):
        raise NotImplementedError


@breaks("test_threads_write_different_files_at_once")
class WritesOneAfterTheOther(Changing):
    latest = ""

    def open(self, resource_identifier, mode="rb"):
        if mode == "wb":
            self.latest = resource_identifier
            return Kept(lambda content: self.store("shots/sh0/latest", content))
        return super().open(resource_identifier, mode)


# --- atomic writes -----------------------------------------------------------------------------


@breaks("test_an_atomic_write_shows_nothing_before_its_end")
class ShowsTemporaryNames(MemoryAccessor):
    @contextmanager
    def open_atomic(self, resource_identifier, *, overwrite=False):
        with self.open(f"{resource_identifier}.part", "wb"):
            pass
        with super().open_atomic(resource_identifier, overwrite=overwrite) as stream:
            yield stream
        self.remove(f"{resource_identifier}.part")


@breaks(
    "test_a_failed_atomic_write_leaves_nothing",
    "test_a_failed_atomic_write_leaves_the_old_content",
)
class KeepsWhatFailed(MemoryAccessor):
    @contextmanager
    def open_atomic(self, resource_identifier, *, overwrite=False):
        stream = io.BytesIO()
        try:
            yield stream
        finally:
            self._keep(resource_identifier, stream.getvalue())


@breaks(
    "test_an_atomic_write_refuses_what_exists",
    "test_of_atomic_writers_that_race_exactly_one_wins",
)
class LetsTheLastOneWin(MemoryAccessor):
    def open_atomic(self, resource_identifier, *, overwrite=False):
        return super().open_atomic(resource_identifier, overwrite=True)


@breaks("test_an_atomic_write_overwrites_when_told")
class NeverOverwrites(MemoryAccessor):
    def open_atomic(self, resource_identifier, *, overwrite=False):
        return super().open_atomic(resource_identifier, overwrite=False)


# --- ranges, bulk removal, copy ----------------------------------------------------------------


@breaks("test_a_range_is_a_part_of_the_content")
class ReturnsTheWholeFile(MemoryAccessor):
    def read_range(self, resource_identifier, start, length):
        return self.open(resource_identifier).read()


@breaks("test_a_range_ends_where_the_content_ends", "test_a_range_of_what_is_missing_is_an_error")
class FillsUpWithZeros(MemoryAccessor):
    def read_range(self, resource_identifier, start, length):
        content = self._files.get(resource_identifier, b"")
        return content[start : start + length].ljust(length, b"\0")


@breaks("test_a_negative_range_is_an_error")
class CountsFromTheEnd(MemoryAccessor):
    def read_range(self, resource_identifier, start, length):
        return self._files[resource_identifier][start:][:length]


@breaks("test_many_are_removed_and_the_others_stay", "test_removing_many_does_not_climb_out")
class StopsAtWhatIsMissing(MemoryAccessor):
    def remove_many(self, resource_identifiers):
        for one in resource_identifiers:
            if self._files.pop(one, None) is None:
                return


@breaks("test_a_copy_holds_the_same_content", "test_a_copy_of_what_is_missing_is_an_error")
class CopiesNothing(MemoryAccessor):
    def copy_from(self, source, source_identifier, resource_identifier):
        return True


@pytest.mark.parametrize("check", sorted(BROKEN))
def test_a_broken_accessor_fails_the_check_of_what_it_breaks(check):
    with pytest.raises(CAUGHT):
        getattr(AccessorSuite(), check)(BROKEN[check]())


@pytest.mark.parametrize("check", sorted(BROKEN))
def test_the_same_check_passes_for_an_accessor_that_keeps_its_promises(check):
    getattr(AccessorSuite(), check)(MemoryAccessor())


def test_every_check_has_an_accessor_that_it_catches():
    checks = {name for name in dir(AccessorSuite) if name.startswith("test_")}
    assert checks == set(BROKEN)


def test_an_accessor_may_say_that_it_does_not_support_urls():
    with pytest.raises(UnsupportedOperationError):
        MemoryAccessor().get_url("plate.exr")
