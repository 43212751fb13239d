"""The journal: names data on its way into a location until there is a record of it.

It is written before data moves and closed when the records are committed. After a crash the file
is still there and tells which data may be without a record.
"""

from __future__ import annotations

import json
import os
import socket
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from io import TextIOWrapper

    from ftrack_core.ports import Accessor

    from .plan import TransferItem, TransferPlan

__all__ = ["Journal", "PendingJournal", "Unrecorded", "pending_journals", "verify"]

_SUFFIX = ".transfer.jsonl"


class Journal:
    """The journal of one plan: a file of JSON lines in *folder*, nothing at all without one.

    The first line says which location it is about and who writes; then comes a line for each
    planned item and, as they arrive, one for each that was moved.
    """

    def __init__(self, plan: TransferPlan, folder: Path | None = None) -> None:
        self.path: Path | None = None
        self._file: TextIOWrapper | None = None
        self._lock = Lock()
        if folder is not None:
            self._open(folder)
            self._write([_head(plan), *map(_planned, plan.items)])

    def moved(self, item: TransferItem) -> None:
        """Note that the data of *item* is in place."""
        self._write([{"moved": item.target_identifier}])

    def close(self) -> None:
        """The records are committed, or the data is gone again: nothing is left to remember."""
        self.abandon()
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def abandon(self) -> None:
        """Leave the journal as it is, for `verify`: what became of the records is not known."""
        with self._lock:
            file, self._file = self._file, None
        if file is not None:
            file.close()

    def _open(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.path = folder / f"{uuid.uuid4().hex}{_SUFFIX}"
            self._file = self.path.open("x", encoding="utf-8")
        except OSError as error:
            raise ConfigurationError(
                f"the transfer journal cannot be written in {folder}: {error.strerror}; "
                "give the session a cache_folder that can be written, or none"
            ) from error

    def _write(self, lines: Iterable[dict[str, Any]]) -> None:
        with self._lock:
            if self._file is not None:
                self._file.writelines(json.dumps(line) + "\n" for line in lines)
                self._file.flush()


def _head(plan: TransferPlan) -> dict[str, Any]:
    return {
        "location_id": plan.location_id,
        "location_name": plan.location_name,
        "host": socket.gethostname(),
        "process": os.getpid(),
        "started": time.time(),
    }


def _planned(item: TransferItem) -> dict[str, Any]:
    return {
        "component_id": item.component_id,
        "source": item.source_identifier,
        "target": item.target_identifier,
    }


@dataclass(frozen=True)
class PendingJournal:
    """What a journal file says that was never closed, by a crash or because it is in use.

    *host*, *process* and *started* (seconds since 1970) tell whether its writer may still run.
    *targets* maps resource identifiers to component ids; *moved* are those surely in place.
    """

    path: Path
    location_id: str
    location_name: str
    host: str
    process: int
    started: float
    targets: dict[str, str]
    moved: frozenset[str]

    def discard(self) -> None:
        """Remove the file, once all is settled."""
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Unrecorded:
    """Data in a location that no record of the server speaks of."""

    location_id: str
    component_id: str
    resource_identifier: str


def pending_journals(folder: Path) -> list[PendingJournal]:
    """Return the journals in *folder* that were not closed, the oldest first."""
    found = [_read(path) for path in sorted(Path(folder).glob(f"*{_SUFFIX}"))]
    return sorted((one for one in found if one is not None), key=lambda one: one.started)


def verify(
    journal: PendingJournal,
    accessor: Accessor,
    recorded: Callable[[str, Iterable[str]], Iterable[str]],
) -> list[Unrecorded]:
    """Return the data that *journal* names and that exists without a record.

    *accessor* is that of the journal's location. *recorded* is given the location's id and
    resource identifiers and returns those that the server has a record of; see
    `ftrack_core.publish.recorded_in`.
    """
    known = set(recorded(journal.location_id, journal.targets))
    return [
        Unrecorded(journal.location_id, component_id, target)
        for target, component_id in journal.targets.items()
        if target not in known and accessor.exists(target)
    ]


def _read(path: Path) -> PendingJournal | None:
    """Read one file; None where not even its first line was written."""
    lines = list(_lines(path))
    if not lines or "location_id" not in lines[0]:
        return None
    head = lines[0]
    return PendingJournal(
        path,
        head["location_id"],
        head["location_name"],
        head["host"],
        head["process"],
        head["started"],
        {line["target"]: line["component_id"] for line in lines if "target" in line},
        frozenset(line["moved"] for line in lines if "moved" in line),
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for text in file:
            try:
                yield json.loads(text)
            except ValueError:
                return  # the writer died in the middle of this line
