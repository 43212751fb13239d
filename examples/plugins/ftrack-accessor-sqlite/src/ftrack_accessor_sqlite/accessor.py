"""The accessor: files and containers as rows."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing, contextmanager
from typing import IO, TYPE_CHECKING, Any

from ftrack_core.errors import (
    AccessorError,
    ResourceExistsError,
    ResourceNotFoundError,
    UnsupportedOperationError,
)
from ftrack_core.ports import normalised_identifier

if TYPE_CHECKING:
    import builtins
    from collections.abc import Iterator
    from types import TracebackType

__all__ = ["SqliteAccessor"]

_TABLE = (
    "create table if not exists resource (identifier text primary key, above text, content blob)"
)
_PATIENCE = 30.0  # seconds that a writer waits for another one


class SqliteAccessor:
    """Keeps resources in the SQLite file *path*; a container is a row without content."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __repr__(self) -> str:
        return f"SqliteAccessor({self._path!r})"

    # --- looking ---------------------------------------------------------------------------------

    def list(self, resource_identifier: str) -> builtins.list[str]:
        """Return the identifiers directly inside a container, sorted."""
        identifier = normalised_identifier(resource_identifier)
        with self._rows(identifier) as rows:
            self._require_container(rows, identifier)
            found = rows.execute("select identifier from resource where above = ?", (identifier,))
            return sorted(row[0] for row in found)

    def exists(self, resource_identifier: str) -> bool:
        """Return whether there is a file or a container."""
        return self._kind(resource_identifier) != ""

    def is_file(self, resource_identifier: str) -> bool:
        """Return whether it is a file."""
        return self._kind(resource_identifier) == "file"

    def is_container(self, resource_identifier: str) -> bool:
        """Return whether it is a container; the root always is one."""
        return self._kind(resource_identifier) == "container"

    def is_sequence(self, resource_identifier: str) -> bool:
        """Return False: a row is a file or a container."""
        normalised_identifier(resource_identifier)
        return False

    def get_container(self, resource_identifier: str) -> str:
        """Return the identifier of the container above; empty for the root."""
        return _above(normalised_identifier(resource_identifier))

    def get_filesystem_path(self, resource_identifier: str) -> str:
        """Raise `UnsupportedOperationError`: a row has no path."""
        raise UnsupportedOperationError(
            "a file in a database has no path", resource_identifier=resource_identifier
        )

    def get_url(self, resource_identifier: str) -> str:
        """Raise `UnsupportedOperationError`: a row has no URL."""
        raise UnsupportedOperationError(
            "a file in a database has no URL", resource_identifier=resource_identifier
        )

    # --- reading and writing ---------------------------------------------------------------------

    def open(self, resource_identifier: str, mode: str = "rb") -> IO[bytes]:
        """Open a file in ``rb`` or ``wb``; what is written is kept when the stream is closed."""
        identifier = normalised_identifier(resource_identifier)
        if mode == "wb":
            with self._rows(identifier) as rows:
                self._refuse_container(rows, identifier)
            return _Writer(lambda content: self._keep(identifier, content, overwrite=True))
        if mode != "rb":
            raise _error(identifier, f"mode {mode!r} is not known; use 'rb' or 'wb'")
        with self._rows(identifier) as rows:
            self._refuse_container(rows, identifier)
            row = _row(rows, identifier)
        if row is None or row[0] is None:
            raise _missing(identifier)
        return io.BytesIO(row[0])

    @contextmanager
    def open_atomic(
        self, resource_identifier: str, *, overwrite: bool = False
    ) -> Iterator[IO[bytes]]:
        """Return a writer; the file appears when the block ends without an exception."""
        identifier = normalised_identifier(resource_identifier)
        with self._rows(identifier) as rows:
            self._refuse_container(rows, identifier)
            if not overwrite and _row(rows, identifier) is not None:
                raise _taken(identifier)
        stream = io.BytesIO()
        yield stream
        self._keep(identifier, stream.getvalue(), overwrite=overwrite)

    def _keep(self, identifier: str, content: bytes, *, overwrite: bool) -> None:
        with self._rows(identifier) as rows:
            self._refuse_container(rows, identifier)
            if not overwrite and _row(rows, identifier) is not None:
                raise _taken(identifier)
            self._make(rows, _above(identifier))
            values = (identifier, _above(identifier), content)
            rows.execute("insert or replace into resource values (?, ?, ?)", values)

    # --- making and removing ---------------------------------------------------------------------

    def make_container(self, resource_identifier: str, recursive: bool = True) -> None:
        """Create a container, and those above it if *recursive*; one that exists is no error."""
        identifier = normalised_identifier(resource_identifier)
        with self._rows(identifier) as rows:
            if not recursive:
                self._require_container(rows, _above(identifier))
            self._make(rows, identifier)

    def _make(self, rows: sqlite3.Connection, identifier: str) -> None:
        row = _row(rows, identifier)
        if row is not None and row[0] is not None:
            raise _error(identifier, "there is a file of this name")
        if row is None:
            self._make(rows, _above(identifier))
            values = (identifier, _above(identifier))
            rows.execute("insert into resource values (?, ?, null)", values)

    def remove(self, resource_identifier: str) -> None:
        """Remove a file, or a container that is empty."""
        identifier = normalised_identifier(resource_identifier)
        with self._rows(identifier) as rows:
            if _row(rows, identifier) is None:
                raise _missing(identifier)
            held = rows.execute("select 1 from resource where above = ? limit 1", (identifier,))
            if not identifier or held.fetchone():
                raise _error(identifier, "the container is not empty or is the root")
            rows.execute("delete from resource where identifier = ?", (identifier,))

    # --- inside ----------------------------------------------------------------------------------

    @contextmanager
    def _rows(self, identifier: str) -> Iterator[sqlite3.Connection]:
        """Work on the file in one transaction; a connection each, since threads share none."""
        try:
            with closing(sqlite3.connect(self._path, timeout=_PATIENCE)) as connection:
                connection.isolation_level = None
                connection.execute("begin immediate")
                connection.execute(_TABLE)
                yield connection
                connection.execute("commit")
        except (sqlite3.Error, UnicodeError) as error:
            raise _error(identifier, f"{self._path}: {error}") from error

    def _kind(self, resource_identifier: str) -> str:
        identifier = normalised_identifier(resource_identifier)
        with self._rows(identifier) as rows:
            row = _row(rows, identifier)
        if row is None:
            return ""
        return "container" if row[0] is None else "file"

    def _require_container(self, rows: sqlite3.Connection, identifier: str) -> None:
        row = _row(rows, identifier)
        if row is None:
            raise _missing(identifier)
        if row[0] is not None:
            raise _error(identifier, "it is a file, not a container")

    def _refuse_container(self, rows: sqlite3.Connection, identifier: str) -> None:
        row = _row(rows, identifier)
        if row is not None and row[0] is None:
            raise _error(identifier, "it is a container, not a file")


class _Writer(io.BytesIO):
    """Hands over what was written when it is closed, unless the block around it failed."""

    def __init__(self, keep: Any) -> None:
        super().__init__()
        self._keep = keep

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            super().close()

    def close(self) -> None:
        if not self.closed:
            content = self.getvalue()
            super().close()  # first: what cannot be kept is not tried again by the collector
            self._keep(content)


def _row(rows: sqlite3.Connection, identifier: str) -> tuple[bytes | None] | None:
    """Return the content of a resource, None in it for a container; the root is always there."""
    if not identifier:
        return (None,)
    found: tuple[bytes | None] | None = rows.execute(
        "select content from resource where identifier = ?", (identifier,)
    ).fetchone()
    return found


def _above(identifier: str) -> str:
    return identifier.rpartition("/")[0]


def _missing(identifier: str) -> ResourceNotFoundError:
    return ResourceNotFoundError(
        f"there is nothing under {identifier!r}", resource_identifier=identifier
    )


def _taken(identifier: str) -> ResourceExistsError:
    return ResourceExistsError(f"{identifier!r} exists already", resource_identifier=identifier)


def _error(identifier: str, reason: str) -> AccessorError:
    return AccessorError(f"cannot use {identifier!r}: {reason}", resource_identifier=identifier)
