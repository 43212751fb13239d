"""The database of a studio: its file, its connections, and how transactions begin.

SQLite in WAL mode: a writer takes the lock when it begins, readers see the last commit and wait for
nobody. Another database is given by a URL of SQLAlchemy.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Engine, create_engine, event

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Database"]

_BUSY_MILLISECONDS: Final = 60_000
_WRITES: Final = "ftrack_writes"


class Database:
    """Connections to one database; used by many threads at once.

    Without *path* and *url* it is a private file in a temporary folder, removed by `close`.
    """

    def __init__(self, path: Path | None = None, url: str | None = None) -> None:
        self._folder = None if path or url else Path(tempfile.mkdtemp(prefix="ftrack-studio-"))
        self.path = None if url else path or _private_file(self._folder)
        self._engine = create_engine(url) if url else _sqlite(self.path, self._folder is not None)
        self._writer = threading.Lock()
        self._discard = weakref.finalize(self, _discard, self._engine, self._folder)

    @property
    def is_private(self) -> bool:
        """Whether the database is a temporary file that goes when it is closed."""
        return self._folder is not None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees the last commit and changes nothing."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that may write; it is committed unless the block raises."""
        with self._writer, self._engine.connect() as connection:
            writer = connection.execution_options(**{_WRITES: True})
            with writer.begin():
                yield writer

    def close(self) -> None:
        """Close all connections and remove a private file."""
        self._discard()


def _discard(engine: Engine, folder: Path | None) -> None:
    engine.dispose()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _private_file(folder: Path | None) -> Path:
    assert folder is not None
    return folder / "studio.db"


def _sqlite(path: Path | None, private: bool) -> Engine:
    assert path is not None
    engine = create_engine(f"sqlite:///{path.as_posix()}", pool_size=16, max_overflow=-1)
    # Nothing of a private file outlives the process: it need not be safe from a power cut.
    synchronous = "OFF" if private else "NORMAL"

    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin in `begins`, not in the driver
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")

    def begins(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begins)
    return engine
