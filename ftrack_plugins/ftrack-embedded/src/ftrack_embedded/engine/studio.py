"""A studio: one database, and the engine that answers batches with it."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import SessionClosedError
from sqlalchemy import select

from ftrack_embedded.model import load_model
from ftrack_embedded.model.object_types import OwnObjectType, own_object_types
from ftrack_embedded.model.tables import metadata_for

from . import keys
from .background import Background
from .batch import carry_out, checked, prepared, writes
from .caller import ADMINISTRATOR, Caller
from .catalogue import Catalogue
from .database import Database
from .encoding import fail_abandoned
from .files.garbage import Collector
from .files.store import FileStore
from .founding import found_or_open
from .outage import outage_told
from .schema import SchemaAnswer
from .tell import change_record
from .transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType

    from .changes import ChangeRecord, Listener

__all__ = ["Studio"]

_LOGGER: Final = logging.getLogger(__name__)


@lru_cache(maxsize=16)
def _shape(*own: OwnObjectType) -> tuple[Catalogue, SchemaAnswer]:
    """Return what all studios of a process have in common that have the same object types."""
    model = load_model(*own)
    metadata = _shape()[0].metadata if own else metadata_for(model)
    return Catalogue(model, metadata), SchemaAnswer(model)


class Studio:
    """An ftrack-compatible server without a network, used by many threads at once.

    *path* is the database file; without one the studio is private and gone when it is closed. A new
    database is filled by *seed*: ``empty``, ``default`` (workflow and the user ``admin``) or
    ``demo`` (a show to play with); an existing one is opened as it is. *database_url* names another
    database in the form of SQLAlchemy. *demo* sets the sizes of the demo: seed, sequences, shots,
    tasks, users. *files* is the folder for uploaded bytes, by default ``<path>.files`` beside the
    database; a studio given by *database_url* keeps files only where this names a folder.

    Raises ConfigurationError for an unknown seed, a file that is no studio, and one that was made
    by a newer version.
    """

    def __init__(
        self,
        path: str | Path | None = None,
        *,
        seed: str = "default",
        database_url: str | None = None,
        demo: Mapping[str, int] | None = None,
        files: str | Path | None = None,
    ) -> None:
        self.public_url = ""
        """Where an HTTP server in front of the studio is reached; empty without one."""
        self.catalogue, self.schema = _shape()
        self._listeners: tuple[Listener, ...] = ()
        self._taking_up = threading.Lock()
        self._closed = False
        self.background = Background()
        """What is done beside the requests, such as encoding a movie."""
        self._database = Database(Path(path) if path is not None else None, database_url)
        self.files = FileStore.beside(self._database.path, files)
        self._collector = Collector(self)
        try:
            found_or_open(self._database, self.catalogue, seed, demo or {})
            self._take_up_object_types()
            fail_abandoned(self)
        except BaseException:
            self.close()
            raise
        self._collector.collect_when_due()

    @property
    def path(self) -> Path | None:
        """The database file; None for a database given by URL."""
        return self._database.path

    # --- batches -------------------------------------------------------------------------------

    def execute(
        self, batch: Sequence[Mapping[str, Any]], *, caller: Caller | None = None
    ) -> list[Any]:
        """Carry out *batch* and return one answer for each operation, in JSON values.

        Without a *caller* the administrator acts. All operations succeed or nothing is changed.

        Raises:
            ServerError: an operation was refused; its *operation* is the position in the batch.
            AuthenticationError: there is no such user.
        """
        if self._closed:
            raise SessionClosedError("The studio is closed; open another.")
        operations = checked(batch)
        opened = self.writing if writes(operations) else self.reading
        with prepared(self, operations) as ready, opened(caller or Caller()) as tx:
            tx.prepared = ready
            return carry_out(tx, operations)

    @contextmanager
    def reading(self, caller: Caller) -> Iterator[Transaction]:
        """Open a transaction of *caller* that sees the last commit and changes nothing."""
        with outage_told(), self._database.reading() as connection:
            yield Transaction(self, connection, caller)

    @contextmanager
    def writing(self, caller: Caller) -> Iterator[Transaction]:
        """Open a transaction that is committed unless the block raises; listeners hear of it."""
        with outage_told(), self._database.writing() as connection:
            tx = Transaction(self, connection, caller)
            yield tx
            record = change_record(tx) if self._listeners and tx.rows.changes else None
        if any(change.entity_type == "ObjectType" for change in tx.rows.changes):
            self._take_up_object_types()
        tx.finish()
        if record is not None:
            self._tell(record)
        self._collector.collect_when_due()

    def _take_up_object_types(self) -> None:
        """Let the schema have an entity type for each object type of this studio's own."""
        # One reads after the other, so that what was read last is what stays.
        with self._taking_up, self._database.reading() as connection:
            found = connection.execute(select(self.catalogue.table("ObjectType"))).mappings()
            own = own_object_types(load_model(), [dict(row) for row in found])
            self.catalogue, self.schema = _shape(*own)

    # --- listeners -----------------------------------------------------------------------------

    def add_listener(self, listener: Listener) -> None:
        """Call *listener* with a ChangeRecord after each batch that has changed something."""
        self._listeners = (*self._listeners, listener)

    def remove_listener(self, listener: Listener) -> None:
        """Stop calling *listener*."""
        self._listeners = tuple(one for one in self._listeners if one != listener)

    def _tell(self, record: ChangeRecord) -> None:
        for listener in self._listeners:
            try:
                listener(record)
            except Exception:
                _LOGGER.exception("A listener to changes failed.")

    # --- keys ----------------------------------------------------------------------------------

    def create_api_key(
        self, username: str | None = ADMINISTRATOR, *, role: str | None = None
    ) -> str:
        """Return a new API key of *username*; only its hash is kept. See `register_api_key`."""
        key = keys.new_key()
        self.register_api_key(username, key, role=role)
        return key

    def register_api_key(self, username: str | None, key: str, *, role: str | None = None) -> None:
        """Let *username* sign in with a *key* that was chosen elsewhere.

        Without a user name the key is a global one, with which all users sign in. *role* is a
        security role by name: what may be done with the key. A role whose name begins with "Read"
        writes nothing.
        """
        with self._database.writing() as connection:
            keys.register_key(connection, self.catalogue, username, key, role=role)

    def authenticate(self, username: str, key: str) -> Caller:
        """Return the caller for a user name and a key; AuthenticationError if they do not fit."""
        with self._database.reading() as connection:
            return keys.authenticate(connection, self.catalogue, username, key)

    # --- life ----------------------------------------------------------------------------------

    def close(self) -> None:
        """End what is done in the background and close the database; a private one is removed.

        Closing again does nothing.
        """
        if not self._closed:
            self._closed = True
            self.background.close()
            self._database.close()

    def __enter__(self) -> Studio:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Studio {'private' if self._database.is_private else self.path or 'by URL'}>"
