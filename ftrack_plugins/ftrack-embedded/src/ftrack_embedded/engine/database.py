"""The database of a studio: its file, its connections, and how transactions begin.

SQLite in WAL mode: a writer takes the lock when it begins, readers see the last commit and wait for
nobody. Another database is given by a URL of SQLAlchemy.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import weakref
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Engine, create_engine, event

from .by_url import engine_by_url
from .scratch import process_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Database"]

_BUSY_MILLISECONDS: Final = 60_000
_WRITES: Final = "ftrack_writes"
_LASTING: Final = (
    f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
)
# Nothing of a private file outlives the process: it need not be safe from a power cut.
_PRIVATE: Final = (*_LASTING[:2], "PRAGMA synchronous = OFF")
# A draft is written once by one connection, and thrown away if that fails.
_DRAFT: Final = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF")


class Database:
    """Connections to one database; used by many threads at once.

    Without *path* and *url* it is a private file in a temporary folder, removed by `close`. A
    *draft* is a file that `finish` turns into one that can be copied; nobody else opens it before.
    """

    def __init__(
        self, path: Path | None = None, url: str | None = None, *, draft: bool = False
    ) -> None:
        self._folder = None if path or url else _private_folder()
        self.path = path or (self._folder / "studio.db" if self._folder else None)
        if self.path is None:
            self._engine = engine_by_url(url or "", _WRITES)
        else:
            pragmas = _DRAFT if draft else _PRIVATE if self._folder else _LASTING
            self._engine = _sqlite(self.path, pragmas)
        self._writer = threading.Lock()
        self._discard = weakref.finalize(self, _discard, self._engine, self._folder, os.getpid())

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

    def finish(self) -> None:
        """Complete a draft: its one file can now be copied. The database is closed."""
        raw = self._engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode = WAL")
        finally:
            raw.close()
        self.close()

    def close(self) -> None:
        """Close all connections and remove a private file."""
        self._discard()


def _private_folder() -> Path:
    return Path(tempfile.mkdtemp(dir=process_folder()))


def _discard(engine: Engine, folder: Path | None, pid: int) -> None:
    """Close and remove; a forked child leaves both to the process that made them."""
    if os.getpid() != pid:
        return
    engine.dispose()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _sqlite(path: Path, pragmas: tuple[str, ...]) -> Engine:
    engine = create_engine(f"sqlite:///{path.as_posix()}", pool_size=16, max_overflow=-1)

    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions begin in `begins`, not in the driver
        for pragma in pragmas:
            connection.execute(pragma)

    def begins(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begins)
    return engine
