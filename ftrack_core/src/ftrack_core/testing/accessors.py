"""What every accessor promises, as tests to inherit.

Subclass `AccessorSuite` and give it a fixture that returns a fresh, empty accessor::

    class TestVault(AccessorSuite):
        @pytest.fixture
        def accessor(self, tmp_path):
            return VaultAccessor(tmp_path / "root")

Optional capabilities (ranges, atomic writes, copy, bulk removal) are tested where the accessor has
them and skipped where it has not.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any, ClassVar, TypeVar

import pytest

from ftrack_core.errors import (
    AccessorError,
    ResourceExistsError,
    ResourceNotFoundError,
    UnsupportedOperationError,
)
from ftrack_core.ports.accessor import (
    Accessor,
    SupportsAtomicWrite,
    SupportsBulkRemove,
    SupportsCopy,
    SupportsRanges,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager

__all__ = ["AccessorSuite"]

_MEBIBYTE = 1024 * 1024
_AWKWARD_NAMES = (
    "-dash first.txt",
    "a blank.exr",
    "double..dot.txt",
    "half 50% done.txt",
    "jpg&png=both.txt",
    "percent%20escape.txt",
    "plus+plus.txt",
    "quote's.txt",
    "sharp#tag.exr",
    "square[1].exr",
    "tilde~.txt",
    "ümläut.exr",
    "日本.exr",
    "🎬.mov",
)
_AWKWARD_IDENTIFIERS = (
    "missing",
    "taken.txt/child",
    "taken.txt",
    "folder/missing",
    "folder",
    "nul\0byte",
    "lone\ud800surrogate",
    "x" * 5000,
    "",
)

_Given = TypeVar("_Given")
_Result = TypeVar("_Result")


class AccessorSuite:
    """The promises of an accessor, one test each.

    *root_name* is the last part of the name of the root which the fixture uses, for the test that
    tries a sibling whose name begins alike; *large_size* is the size in bytes of a large file;
    *names* are names that are kept as they are: leave one out where the storage cannot hold it.
    """

    root_name: ClassVar[str] = "root"
    large_size: ClassVar[int] = 20 * _MEBIBYTE
    names: ClassVar[tuple[str, ...]] = _AWKWARD_NAMES

    # --- content ------------------------------------------------------------------------------

    def test_the_accessor_has_every_method_of_the_port(self, accessor: Accessor) -> None:
        """Callers may use any method of the port."""
        assert isinstance(accessor, Accessor)

    def test_what_was_written_is_read_back(self, accessor: Accessor) -> None:
        """A resource holds what was written."""
        _write(accessor, "note.txt", b"hello")
        assert _read(accessor, "note.txt") == b"hello"

    def test_every_byte_survives(self, accessor: Accessor) -> None:
        """Content is bytes: line ends and zero bytes are nobody's business."""
        content = bytes(range(256)) + b"\r\n\n\r\x1a\0"
        _write(accessor, "plate.exr", content)
        assert _read(accessor, "plate.exr") == content

    def test_an_empty_file_is_a_file(self, accessor: Accessor) -> None:
        """Nothing written makes an empty file, not none."""
        _write(accessor, "empty.txt", b"")
        assert accessor.is_file("empty.txt")
        assert _read(accessor, "empty.txt") == b""

    def test_names_are_kept_as_they_are(self, accessor: Accessor) -> None:
        """Blanks, ``#``, ``%`` and letters of any script are part of a name."""
        for name in self.names:
            _write(accessor, f"a folder/{name}", name.encode())
        assert accessor.list("a folder") == sorted(f"a folder/{name}" for name in self.names)
        for name in self.names:
            assert _read(accessor, f"a folder/{name}") == name.encode()

    def test_a_large_file_goes_in_and_comes_out_in_pieces(self, accessor: Accessor) -> None:
        """A file need not fit in memory: it is written and read piece by piece."""
        written = sha256()
        with accessor.open("movie.mov", "wb") as stream:
            for number in range(self.large_size // _MEBIBYTE):
                piece = bytes([number % 251]) * _MEBIBYTE
                stream.write(piece)
                written.update(piece)
        read = sha256()
        with accessor.open("movie.mov", "rb") as stream:
            while piece := stream.read(_MEBIBYTE - 7):
                assert len(piece) <= _MEBIBYTE - 7
                read.update(piece)
        assert read.digest() == written.digest()

    def test_readers_do_not_disturb_one_another(self, accessor: Accessor) -> None:
        """Each opened stream has a position of its own."""
        _write(accessor, "note.txt", b"0123456789")
        with accessor.open("note.txt") as one, accessor.open("note.txt") as other:
            assert one.read(4) == b"0123"
            assert other.read(4) == b"0123"
            assert one.read() == b"456789"

    def test_writing_again_replaces_the_whole_content(self, accessor: Accessor) -> None:
        """Mode ``wb`` overwrites; no tail of a longer content stays."""
        _write(accessor, "note.txt", b"a long text")
        _write(accessor, "note.txt", b"short")
        assert _read(accessor, "note.txt") == b"short"

    # --- containers ---------------------------------------------------------------------------

    def test_the_root_is_an_empty_container_at_first(self, accessor: Accessor) -> None:
        """The empty identifier is the root."""
        assert accessor.is_container("")
        assert accessor.list("") == []

    def test_writing_creates_the_containers_above(self, accessor: Accessor) -> None:
        """Nobody has to make containers first."""
        _write(accessor, "shots/sh010/plate.exr", b"x")
        assert accessor.is_container("shots")
        assert accessor.is_container("shots/sh010")

    def test_list_is_sorted(self, accessor: Accessor) -> None:
        """Files and containers come in one order, by identifier."""
        for name in ("d.txt", "c/x.txt", "a.txt", "B.txt", "ä.txt", "a/x.txt"):
            _write(accessor, f"folder/{name}", b"x")
        listed = accessor.list("folder")
        assert listed == [
            "folder/B.txt",
            "folder/a",
            "folder/a.txt",
            "folder/c",
            "folder/d.txt",
            "folder/ä.txt",
        ]

    def test_list_shows_direct_children_only(self, accessor: Accessor) -> None:
        """What lies deeper is the business of the next list."""
        _write(accessor, "shots/sh010/plate.exr", b"x")
        _write(accessor, "shots/notes.txt", b"x")
        assert accessor.list("shots") == ["shots/notes.txt", "shots/sh010"]
        assert accessor.list("") == ["shots"]

    def test_names_that_begin_alike_are_told_apart(self, accessor: Accessor) -> None:
        """``v1`` is not a part of ``v10``."""
        _write(accessor, "v10/plate.exr", b"x")
        assert not accessor.exists("v1")
        assert not accessor.is_container("v1")
        _write(accessor, "v1/plate.exr", b"x")
        assert accessor.list("v1") == ["v1/plate.exr"]

    def test_a_made_container_exists_and_is_empty(self, accessor: Accessor) -> None:
        """A container can be there before anything is in it."""
        accessor.make_container("shots")
        assert accessor.is_container("shots")
        assert accessor.list("shots") == []

    def test_making_a_container_twice_is_no_error(self, accessor: Accessor) -> None:
        """One that exists stays as it is, with all that it holds."""
        _write(accessor, "shots/plate.exr", b"x")
        accessor.make_container("shots")
        accessor.make_container("shots", recursive=False)
        assert accessor.list("shots") == ["shots/plate.exr"]

    def test_making_a_container_makes_those_above(self, accessor: Accessor) -> None:
        """Making is recursive unless told otherwise."""
        accessor.make_container("shots/sh010/plates")
        assert accessor.is_container("shots/sh010/plates")
        assert accessor.is_container("shots")

    def test_making_a_container_alone_needs_its_parent(self, accessor: Accessor) -> None:
        """With *recursive* False a missing parent is an error and nothing is made."""
        with pytest.raises(ResourceNotFoundError):
            accessor.make_container("shots/sh010", recursive=False)
        assert not accessor.exists("shots")
        accessor.make_container("shots", recursive=False)
        accessor.make_container("shots/sh010", recursive=False)
        assert accessor.is_container("shots/sh010")

    def test_the_container_of_an_identifier_is_what_is_above(self, accessor: Accessor) -> None:
        """It is computed from the identifier; nothing needs to exist."""
        assert accessor.get_container("shots/sh010/plate.exr") == "shots/sh010"
        assert accessor.get_container("shots/sh010") == "shots"
        assert accessor.get_container("plate.exr") == ""

    # --- what is what -------------------------------------------------------------------------

    def test_a_file_is_a_file_and_nothing_else(self, accessor: Accessor) -> None:
        """A file exists, is no container and no sequence."""
        _write(accessor, "plate.exr", b"x")
        assert accessor.exists("plate.exr")
        assert accessor.is_file("plate.exr")
        assert not accessor.is_container("plate.exr")
        assert not accessor.is_sequence("plate.exr")

    def test_a_container_is_not_a_file(self, accessor: Accessor) -> None:
        """A container exists and is no file."""
        accessor.make_container("shots")
        assert accessor.exists("shots")
        assert not accessor.is_file("shots")

    def test_nothing_is_under_an_unused_identifier(self, accessor: Accessor) -> None:
        """Asking is never an error."""
        for unused in ("missing", "missing/deeper.txt"):
            assert not accessor.exists(unused)
            assert not accessor.is_file(unused)
            assert not accessor.is_container(unused)

    # --- what is missing ----------------------------------------------------------------------

    def test_reading_what_is_missing_is_an_error(self, accessor: Accessor) -> None:
        """It is `ResourceNotFoundError`, at the latest when reading."""
        with pytest.raises(ResourceNotFoundError):
            _read(accessor, "missing.txt")

    def test_listing_what_is_missing_is_an_error(self, accessor: Accessor) -> None:
        """An empty list would look like an empty container."""
        with pytest.raises(ResourceNotFoundError):
            accessor.list("missing")

    def test_removing_what_is_missing_is_an_error(self, accessor: Accessor) -> None:
        """Removing twice shows that somebody else was there."""
        with pytest.raises(ResourceNotFoundError):
            accessor.remove("missing.txt")

    def test_an_error_says_which_resource(self, accessor: Accessor) -> None:
        """A program reads the attribute, a person the text."""
        with pytest.raises(AccessorError) as caught:
            accessor.remove("shots/missing.txt")
        assert caught.value.resource_identifier == "shots/missing.txt"
        assert "missing.txt" in str(caught.value)

    # --- removing -----------------------------------------------------------------------------

    def test_a_removed_file_is_gone(self, accessor: Accessor) -> None:
        """What was removed cannot be read."""
        _write(accessor, "note.txt", b"x")
        accessor.remove("note.txt")
        assert not accessor.exists("note.txt")
        with pytest.raises(ResourceNotFoundError):
            _read(accessor, "note.txt")

    def test_an_empty_container_can_be_removed(self, accessor: Accessor) -> None:
        """A container that holds nothing goes like a file."""
        accessor.make_container("shots/empty")
        accessor.remove("shots/empty")
        assert not accessor.exists("shots/empty")

    def test_a_container_that_holds_something_stays(self, accessor: Accessor) -> None:
        """Nobody loses a tree by removing its top."""
        _write(accessor, "shots/sh010/plate.exr", b"x")
        with pytest.raises(AccessorError):
            accessor.remove("shots")
        assert _read(accessor, "shots/sh010/plate.exr") == b"x"

    def test_removing_takes_that_one_and_no_other(self, accessor: Accessor) -> None:
        """Names are neither prefixes nor patterns."""
        for name in ("v1", "v10", "v1.txt", "frame[1].exr", "frame1.exr"):
            _write(accessor, f"shots/{name}", b"x")
        accessor.remove("shots/v1")
        accessor.remove("shots/frame[1].exr")
        assert accessor.list("shots") == ["shots/frame1.exr", "shots/v1.txt", "shots/v10"]

    # --- what is refused ----------------------------------------------------------------------

    def test_reading_a_container_is_an_error(self, accessor: Accessor) -> None:
        """A container has no content."""
        _write(accessor, "shots/plate.exr", b"x")
        with pytest.raises(AccessorError):
            _read(accessor, "shots")

    def test_listing_a_file_is_an_error(self, accessor: Accessor) -> None:
        """A file holds no resources."""
        _write(accessor, "plate.exr", b"x")
        with pytest.raises(AccessorError):
            accessor.list("plate.exr")

    def test_an_unknown_mode_is_an_error(self, accessor: Accessor) -> None:
        """It is the accessor's own error, as any other."""
        _write(accessor, "plate.exr", b"x")
        with pytest.raises(AccessorError):
            accessor.open("plate.exr", "q")

    def test_identifiers_that_climb_out_are_refused(self, accessor: Accessor) -> None:
        """The root is a wall, for every method."""
        for outside in ("..", "../x", "shots/../../x", "./../x", "shots/sh010/../../../x"):
            _refuses(accessor, outside)

    def test_absolute_identifiers_are_refused(self, accessor: Accessor) -> None:
        """An identifier begins at the root, wherever that is."""
        _refuses(accessor, "/elsewhere/x")

    def test_a_sibling_whose_name_begins_alike_is_outside(self, accessor: Accessor) -> None:
        """Comparing paths as texts would let it in."""
        _refuses(accessor, f"../{self.root_name}_evil/x")
        _refuses(accessor, f"shots/../../{self.root_name}_evil/x")

    def test_no_foreign_error_escapes(self, accessor: Accessor) -> None:
        """Callers handle one family of errors, whatever the library underneath."""
        _write(accessor, "taken.txt", b"x")
        accessor.make_container("folder")
        for identifier in _AWKWARD_IDENTIFIERS:
            for call in _every_call(accessor):
                with suppress(AccessorError):
                    call(identifier)

    def test_paths_and_urls_are_given_or_unsupported(self, accessor: Accessor) -> None:
        """A caller that can do without asks and catches one error."""
        _write(accessor, "note.txt", b"x")
        for call in (accessor.get_filesystem_path, accessor.get_url):
            with suppress(UnsupportedOperationError):
                assert call("note.txt")

    # --- threads ------------------------------------------------------------------------------

    def test_threads_write_different_files_at_once(self, accessor: Accessor) -> None:
        """One accessor serves all workers of a transfer, new containers included."""
        names = [f"shots/sh{number % 3}/{number}.exr" for number in range(24)]
        _at_once(lambda name: _write(accessor, name, name.encode() * 50), names)
        assert _at_once(lambda name: _read(accessor, name), names) == [
            name.encode() * 50 for name in names
        ]

    # --- atomic writes, where the accessor has them -------------------------------------------

    def test_an_atomic_write_shows_nothing_before_its_end(self, accessor: Accessor) -> None:
        """Not the resource, nor any temporary one."""
        with _atomic(accessor).open_atomic("shots/plate.exr") as stream:
            stream.write(b"half")
            stream.flush()
            assert not accessor.exists("shots/plate.exr")
            assert _names(accessor, "shots") == []
            stream.write(b" and half")
        assert _read(accessor, "shots/plate.exr") == b"half and half"
        assert accessor.list("shots") == ["shots/plate.exr"]

    def test_a_large_atomic_write_arrives_whole(self, accessor: Accessor) -> None:
        """As large as a plain one, and as binary."""
        piece = bytes(range(256)) * (_MEBIBYTE // 256)
        with _atomic(accessor).open_atomic("movie.mov") as stream:
            for _ in range(self.large_size // _MEBIBYTE):
                stream.write(piece)
        digest = sha256(piece * (self.large_size // _MEBIBYTE)).digest()
        assert sha256(_read(accessor, "movie.mov")).digest() == digest

    def test_a_failed_atomic_write_leaves_nothing(self, accessor: Accessor) -> None:
        """An exception inside the block passes through and discards what was written."""
        with pytest.raises(ZeroDivisionError):
            _fail_within(_atomic(accessor).open_atomic("shots/plate.exr"))
        assert not accessor.exists("shots/plate.exr")
        assert _names(accessor, "shots") == []

    def test_a_failed_atomic_write_leaves_the_old_content(self, accessor: Accessor) -> None:
        """Whoever reads sees the old content or the new one, never a part."""
        _write(accessor, "plate.exr", b"old")
        with pytest.raises(ZeroDivisionError):
            _fail_within(_atomic(accessor).open_atomic("plate.exr", overwrite=True))
        assert _read(accessor, "plate.exr") == b"old"
        assert accessor.list("") == ["plate.exr"]

    def test_an_atomic_write_refuses_what_exists(self, accessor: Accessor) -> None:
        """Without *overwrite* the old content stays."""
        _write(accessor, "plate.exr", b"old")
        with (
            pytest.raises(ResourceExistsError),
            _atomic(accessor).open_atomic("plate.exr") as stream,
        ):
            stream.write(b"new")
        assert _read(accessor, "plate.exr") == b"old"

    def test_an_atomic_write_overwrites_when_told(self, accessor: Accessor) -> None:
        """With *overwrite* the new content takes the place of the old."""
        _write(accessor, "plate.exr", b"a long old content")
        with _atomic(accessor).open_atomic("plate.exr", overwrite=True) as stream:
            stream.write(b"new")
        assert _read(accessor, "plate.exr") == b"new"

    def test_of_atomic_writers_that_race_exactly_one_wins(self, accessor: Accessor) -> None:
        """The others learn it by `ResourceExistsError`, and the content is the winner's."""
        writers = 4
        everyone_has_written = threading.Barrier(writers)

        def write(content: bytes) -> bytes | None:
            try:
                with _atomic(accessor).open_atomic("race/plate.exr") as stream:
                    stream.write(content)
                    everyone_has_written.wait(timeout=30)
            except ResourceExistsError:
                return None
            return content

        outcomes = _at_once(write, [bytes([number]) * 1000 for number in range(writers)])
        winners = [content for content in outcomes if content is not None]
        assert len(winners) == 1
        assert _read(accessor, "race/plate.exr") == winners[0]

    def test_atomic_writes_do_not_climb_out(self, accessor: Accessor) -> None:
        """The wall around the root holds for them too."""
        with pytest.raises(AccessorError), _atomic(accessor).open_atomic("../x") as stream:
            stream.write(b"x")

    # --- ranges, where the accessor has them --------------------------------------------------

    def test_a_range_is_a_part_of_the_content(self, accessor: Accessor) -> None:
        """Offset and length are counted in bytes."""
        _write(accessor, "digits.txt", b"0123456789")
        assert _ranged(accessor).read_range("digits.txt", 0, 3) == b"012"
        assert _ranged(accessor).read_range("digits.txt", 4, 2) == b"45"
        assert _ranged(accessor).read_range("digits.txt", 0, 10) == b"0123456789"

    def test_a_range_ends_where_the_content_ends(self, accessor: Accessor) -> None:
        """There are fewer bytes at the end, and none behind it or in an empty file."""
        _write(accessor, "digits.txt", b"0123456789")
        _write(accessor, "empty.txt", b"")
        assert _ranged(accessor).read_range("digits.txt", 8, 100) == b"89"
        assert _ranged(accessor).read_range("digits.txt", 10, 5) == b""
        assert _ranged(accessor).read_range("digits.txt", 3, 0) == b""
        assert _ranged(accessor).read_range("empty.txt", 0, 5) == b""

    def test_a_range_of_what_is_missing_is_an_error(self, accessor: Accessor) -> None:
        """As any other reading."""
        with pytest.raises(ResourceNotFoundError):
            _ranged(accessor).read_range("missing.txt", 0, 5)

    def test_a_negative_range_is_an_error(self, accessor: Accessor) -> None:
        """Counting from the end is not offered."""
        _write(accessor, "digits.txt", b"0123456789")
        with pytest.raises(AccessorError):
            _ranged(accessor).read_range("digits.txt", -3, 2)

    # --- bulk removal and copy, where the accessor has them -----------------------------------

    def test_many_are_removed_and_the_others_stay(self, accessor: Accessor) -> None:
        """Those that are missing are no error, and names are no patterns."""
        bulk = _bulk(accessor)
        for number in range(5):
            _write(accessor, f"shots/{number}.exr", b"x")
        _write(accessor, "shots/[12].exr", b"x")
        bulk.remove_many(["shots/1.exr", "shots/missing.exr", "shots/[12].exr", "shots/3.exr"])
        assert accessor.list("shots") == ["shots/0.exr", "shots/2.exr", "shots/4.exr"]

    def test_removing_many_does_not_climb_out(self, accessor: Accessor) -> None:
        """The wall around the root holds here too."""
        with pytest.raises(AccessorError):
            _bulk(accessor).remove_many(["../x"])

    def test_a_copy_holds_the_same_content(self, accessor: Accessor) -> None:
        """Where the storage can copy within itself it copies whole, into new containers."""
        _write(accessor, "plate.exr", b"content")
        assert _copying(accessor).copy_from(accessor, "plate.exr", "shots/copy.exr")
        assert _read(accessor, "shots/copy.exr") == b"content"
        assert _read(accessor, "plate.exr") == b"content"
        assert accessor.list("shots") == ["shots/copy.exr"]

    def test_a_copy_of_what_is_missing_is_an_error(self, accessor: Accessor) -> None:
        """And leaves nothing behind."""
        with pytest.raises(ResourceNotFoundError):
            _copying(accessor).copy_from(accessor, "missing.exr", "copy.exr")
        assert accessor.list("") == []


def _write(accessor: Accessor, identifier: str, content: bytes) -> None:
    with accessor.open(identifier, "wb") as stream:
        stream.write(content)


def _read(accessor: Accessor, identifier: str) -> bytes:
    with accessor.open(identifier, "rb") as stream:
        return stream.read()


def _fail_within(writer: AbstractContextManager[IO[bytes]]) -> None:
    with writer as stream:
        stream.write(b"half")
        raise ZeroDivisionError


def _names(accessor: Accessor, container: str) -> list[str]:
    try:
        return accessor.list(container)
    except ResourceNotFoundError:
        return []


def _every_call(accessor: Accessor) -> list[Callable[[str], Any]]:
    """Return the ways to use an identifier; those that change something come last."""
    return [
        accessor.list,
        accessor.exists,
        accessor.is_file,
        accessor.is_container,
        accessor.is_sequence,
        accessor.get_container,
        accessor.get_filesystem_path,
        accessor.get_url,
        lambda identifier: _read(accessor, identifier),
        lambda identifier: _write(accessor, identifier, b"x"),
        accessor.make_container,
        accessor.remove,
    ]


def _refuses(accessor: Accessor, identifier: str) -> None:
    for call in _every_call(accessor):
        with pytest.raises(AccessorError) as caught:
            call(identifier)
        # "not found" would mean that it went there to look
        assert not isinstance(caught.value, ResourceNotFoundError)


def _at_once(call: Callable[[_Given], _Result], values: Iterable[_Given]) -> list[_Result]:
    with ThreadPoolExecutor(max_workers=8) as workers:
        return list(workers.map(call, values))


def _atomic(accessor: Accessor) -> SupportsAtomicWrite:
    if not isinstance(accessor, SupportsAtomicWrite):
        pytest.skip("this accessor has no atomic writes")
    return accessor


def _ranged(accessor: Accessor) -> SupportsRanges:
    if not isinstance(accessor, SupportsRanges):
        pytest.skip("this accessor reads no ranges")
    return accessor


def _bulk(accessor: Accessor) -> SupportsBulkRemove:
    if not isinstance(accessor, SupportsBulkRemove):
        pytest.skip("this accessor has no bulk removal")
    return accessor


def _copying(accessor: Accessor) -> SupportsCopy:
    if not isinstance(accessor, SupportsCopy):
        pytest.skip("this accessor does not copy by itself")
    return accessor
