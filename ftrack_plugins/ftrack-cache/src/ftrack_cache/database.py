"""The file of a cache: an SQLite database that is ours, or an error that says what it is.

It is opened when it is first used, once for the process. Nothing is done to a file that was not
made here: what it is stands in its first hundred bytes, which are read before SQLite sees it.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from .errors import CacheFileError, CacheValueError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Database"]

Result = TypeVar("Result")

_MAGIC: Final = b"SQLite format 3\0"
_APPLICATION: Final = 0x66744361
"""Marks a database as a cache of ours: SQLite keeps it at offset 68 of the file."""

_LAYOUT: Final = 1
_TABLE: Final = """
CREATE TABLE entries (
    number INTEGER PRIMARY KEY,
    scope INTEGER NOT NULL,
    key NOT NULL,
    value NOT NULL,
    expires REAL NOT NULL,
    UNIQUE (scope, key)
)"""
_OLDER_HALF: Final = (
    "DELETE FROM entries WHERE number <= (SELECT number FROM entries ORDER BY number LIMIT 1 "
    "OFFSET (SELECT count(*) / 2 FROM entries))"
)
_HALVINGS: Final = 4


class Database:
    """One connection to the file at *path*, used by one thread at a time.

    *megabytes* bounds the file: what was written longest ago makes room. *timeout* is how many
    seconds to wait for another process.

    Every method raises `CacheFileError`, and `CacheValueError` for a text that has no UTF-8.
    """

    def __init__(self, path: str | os.PathLike[str], *, megabytes: float, timeout: float) -> None:
        self.path = Path(path).expanduser().absolute()
        self._megabytes = megabytes
        self._timeout = timeout
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._connection: sqlite3.Connection | None = None
        self._closer: Callable[[], object] = lambda: None
        self._identity: tuple[int, int] | None = None

    def read(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Return what *work* does with the connection."""
        self._leave_the_parent_process_alone()
        with self._lock:
            try:
                return work(self._present() or self._open())
            except sqlite3.Error as error:
                raise self._refusal(error) from error
            except UnicodeEncodeError as error:
                raise CacheValueError(
                    f"a file keeps no text with half a character in it ({error.reason}); "
                    "encode it to bytes yourself"
                ) from error

    def write(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Return what *work* does in one transaction; all of it is done, or nothing."""
        return self.read(lambda connection: self._make_room_and(work, connection))

    def close(self) -> None:
        """Close the connection, if there is one; the next use opens it again."""
        self._leave_the_parent_process_alone()
        with self._lock:
            self._connection = None
            self._closer()

    # --- transactions ----------------------------------------------------------------------------

    def _make_room_and(
        self, work: Callable[[sqlite3.Connection], Result], connection: sqlite3.Connection
    ) -> Result:
        for _ in range(_HALVINGS):
            try:
                return _in_transaction(work, connection)
            except sqlite3.OperationalError as error:
                if "full" not in str(error) or not _fills_its_bound(connection):
                    raise
            _in_transaction(lambda one: one.execute(_OLDER_HALF), connection)
        return _in_transaction(work, connection)

    def _leave_the_parent_process_alone(self) -> None:
        """Begin anew after a fork: a connection must not be used by two processes.

        The one of the parent stays open here until the end (its finaliser holds it).
        """
        if self._process != os.getpid():
            self._lock = threading.Lock()
            self._connection = None
            self._process = os.getpid()

    def _present(self) -> sqlite3.Connection | None:
        """Return the connection if its file is still there: people clear caches by removing it."""
        if self._connection is not None and self._identity != _identity_of(self.path):
            self._connection = None
            self._closer()
        return self._connection

    # --- opening ---------------------------------------------------------------------------------

    def _open(self) -> sqlite3.Connection:
        self._make_file()
        self._require_ours()
        connection = sqlite3.connect(
            str(self.path), timeout=self._timeout, isolation_level=None, check_same_thread=False
        )
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        self._closer = weakref.finalize(self, _close_in, os.getpid(), connection)
        self._identity = _identity_of(self.path)
        self._connection = connection
        return connection

    def _make_file(self) -> None:
        """Make the file where there is none, for nobody but its owner to read."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not self.path.exists():
                self._remove_journals()
            with suppress(FileExistsError):
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except OSError as error:
            raise CacheFileError(
                self.path,
                f"cannot be made ({error.strerror}); name one in a folder where you may write",
            ) from error

    def _remove_journals(self) -> None:
        """Remove what stayed when somebody removed the file: it would be taken for a new one's."""
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)

    def _require_ours(self) -> None:
        try:
            with self.path.open("rb") as file:
                head = file.read(100)
        except OSError as error:
            raise CacheFileError(
                self.path, f"cannot be read ({error.strerror}); name a file that you may read"
            ) from error
        if head and (
            not head.startswith(_MAGIC) or int.from_bytes(head[68:72], "big") != _APPLICATION
        ):
            raise CacheFileError(
                self.path,
                "is not a cache file and was left as it is; name another one, or move it away",
            )

    def _prepare(self, connection: sqlite3.Connection) -> None:
        if _number(connection, "application_id") != _APPLICATION:
            _in_transaction(self._found, connection)
        layout = _number(connection, "user_version")
        if layout != _LAYOUT:
            raise CacheFileError(
                self.path,
                f"was made by another ftrack-cache (layout {layout}, here {_LAYOUT}); "
                "install that one, or name another file",
            )
        connection.execute("SELECT 1 FROM entries LIMIT 1").fetchall()
        # Readers and one writer work beside each other.
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("PRAGMA synchronous = NORMAL")
        page_size = _number(connection, "page_size")
        most = max(int(self._megabytes * 2**20 / page_size), 16)
        connection.execute(f"PRAGMA max_page_count = {most}")

    def _found(self, connection: sqlite3.Connection) -> None:
        """Make an empty database ours, unless another process has just done so."""
        if _number(connection, "application_id") == _APPLICATION:
            return
        connection.execute(_TABLE)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_LAYOUT}")

    # --- errors ----------------------------------------------------------------------------------

    def _refusal(self, error: sqlite3.Error) -> CacheFileError:
        text = str(error)
        for word, reason in _REASONS:
            if word in text:
                return CacheFileError(self.path, reason.format(seconds=self._timeout, text=text))
        return CacheFileError(self.path, f"failed: {text}")


_REASONS: Final = (
    ("malformed", "is damaged ({text}); move it away, it holds nothing that cannot be had again"),
    ("not a database", "is damaged ({text}); move it away, its content can be had again"),
    ("no such table", "is damaged ({text}); move it away, its content can be had again"),
    ("decode", "is damaged ({text}); move it away, its content can be had again"),
    ("readonly", "cannot be written ({text}); name one in a folder where you may write"),
    ("unable to open", "cannot be opened ({text}); name one in a folder where you may write"),
    ("full", "cannot grow ({text}); free space on its disk, or allow it more megabytes"),
    ("locked", "was in use by another process for {seconds:g} seconds; give a longer timeout"),
    ("disk I/O", "cannot be read or written ({text}); is its disk full, or gone?"),
)


def _identity_of(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one of its name; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 -- done each time; Path.stat takes longer
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _fills_its_bound(connection: sqlite3.Connection) -> bool:
    """Whether the file is about as large as it may be, and not the disk full."""
    return 2 * _number(connection, "page_count") >= _number(connection, "max_page_count")


def _in_transaction(
    work: Callable[[sqlite3.Connection], Result], connection: sqlite3.Connection
) -> Result:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # some errors have rolled it back already
            connection.execute("ROLLBACK")
        raise
    return result


def _close_in(process: int, connection: sqlite3.Connection) -> None:
    if process == os.getpid():
        connection.close()
