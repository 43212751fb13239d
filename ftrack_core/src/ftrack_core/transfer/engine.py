"""The engine: moves the data of a plan, all of it or none."""

from __future__ import annotations

import hashlib
from collections import deque
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from threading import Event as Flag
from threading import Lock
from typing import IO, TYPE_CHECKING, Any

from ftrack_core.errors import (
    AccessorError,
    PluginError,
    ResourceExistsError,
    ResourceNotFoundError,
    TransferError,
)
from ftrack_core.locations.removal import remove_data
from ftrack_core.ports import SupportsAtomicWrite, SupportsCopy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from ftrack_core.ports import Accessor

    from .journal import Journal
    from .plan import TransferItem, TransferPlan

__all__ = ["Moved", "Progress", "remove_moved", "transfer"]

_WORKERS = 8
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Progress:
    """How far a transfer is; *total_bytes* only counts what is known beforehand."""

    items: int
    total_items: int
    bytes: int
    total_bytes: int


@dataclass(frozen=True)
class Moved:
    """One item that is in place; *size* in bytes, *md5* in hexadecimal where it was asked for."""

    item: TransferItem
    size: int
    md5: str | None = None


def transfer(
    plan: TransferPlan,
    *,
    journal: Journal | None = None,
    progress: Callable[[Progress], object] | None = None,
    checksum: bool = False,
    workers: int = _WORKERS,
    delegate: Callable[[TransferPlan], bool | None] | None = None,
) -> list[Moved]:
    """Move the data of *plan* and return what was moved, in the order of its items.

    Many items are moved by *workers* threads. The first failure stops the others, and what was
    moved is removed again; what was there before is never touched. *progress* is called with
    each piece, from one thread at a time; raising from it cancels the transfer. With *checksum*
    the MD5 of each resource is computed while it passes. *delegate* may move the whole plan by
    itself and says so by returning True; it is not asked with *checksum*.

    Raises:
        ResourceExistsError: a target is taken.
        ResourceNotFoundError: a source is missing.
        TransferError: any other failure, as its cause; *transferred* are the identifiers of what
            could not be removed again.
        PluginError: a plugin that was to move the plan raised; nothing is left behind.
    """
    run = _Run(plan, journal, progress, checksum=checksum)
    try:
        if delegate is not None and not checksum and run.delegated(delegate, workers):
            pass  # it has moved everything
        elif len(plan.items) > 1 and workers > 1:
            run.in_parallel(workers)
        else:
            run.one_by_one()
    except Exception as error:
        left = run.take_back()
        if isinstance(error, PluginError) and not left:
            raise
        raise _failure(plan, left, error) from error
    except BaseException:
        run.take_back()
        raise
    return [run.moved[item] for item in plan.items]


def remove_moved(plan: TransferPlan, moved: Sequence[Moved]) -> list[tuple[str, Exception]]:
    """Remove what `transfer` has moved; return what could not be removed, with the reasons."""
    return remove_data(plan.target, [one.item.target_identifier for one in moved])


class _StoppedError(Exception):
    """Another item has failed."""


class _Run:
    """One execution of a plan."""

    def __init__(
        self,
        plan: TransferPlan,
        journal: Journal | None,
        progress: Callable[[Progress], object] | None,
        *,
        checksum: bool,
    ) -> None:
        self._plan = plan
        self._journal = journal
        self._progress = progress
        self._checksum = checksum
        self._stop = Flag()
        self._lock = Lock()
        self._bytes = 0
        self.moved: dict[TransferItem, Moved] = {}

    def delegated(self, delegate: Callable[[TransferPlan], bool | None], workers: int) -> bool:
        """Let *delegate* move everything, and return whether it has."""
        target = self._plan.target
        with ThreadPoolExecutor(workers, "ftrack-transfer") as pool:
            targets = [item.target_identifier for item in self._plan.items]
            deque(pool.map(partial(_refuse_existing, target), targets), maxlen=0)
            try:
                if not delegate(self._plan):
                    return False
                present = dict(zip(targets, pool.map(target.exists, targets), strict=True))
            except BaseException:
                self.moved = self._arrived(pool.map(target.exists, targets))
                raise
        self.moved = self._arrived(present.values())
        missing = [one for one in targets if not present[one]]
        if missing:
            raise AccessorError(
                f"ftrack_transfer says that it has moved everything, and {len(missing)} "
                f"resource(s) are not there, such as {missing[0]!r}"
            )
        for item in self._plan.items:
            self._note(Moved(item, item.size), item.size)
        return True

    def _arrived(self, present: Iterable[bool]) -> dict[TransferItem, Moved]:
        """Return what is in place now; nothing was under these identifiers before."""
        there = zip(self._plan.items, present, strict=True)
        return {item: Moved(item, item.size) for item, is_there in there if is_there}

    def _note(self, moved: Moved, size: int) -> None:
        with self._lock:
            self.moved[moved.item] = moved
        if self._journal is not None:
            self._journal.moved(moved.item)
        self._report(size)

    def one_by_one(self) -> None:
        for item in self._plan.items:
            self._move(item)

    def in_parallel(self, workers: int) -> None:
        with ThreadPoolExecutor(workers, "ftrack-transfer") as pool:
            futures = [pool.submit(self._move, item) for item in self._plan.items]
            try:
                done, _ = wait(futures, return_when=FIRST_EXCEPTION)
                failed = any(one.exception() is not None for one in done)
            except BaseException:
                self._give_up(pool)
                raise
            if failed:
                self._give_up(pool)
                raise _first_error(futures)

    def _give_up(self, pool: ThreadPoolExecutor) -> None:
        """Let nothing more begin, and wait for what has begun."""
        self._stop.set()
        pool.shutdown(cancel_futures=True)

    def take_back(self) -> list[tuple[str, Exception]]:
        return remove_moved(self._plan, list(self.moved.values()))

    def _move(self, item: TransferItem) -> None:
        if self._stop.is_set():
            raise _StoppedError
        try:
            self._put(item)
        except BaseException:
            self._stop.set()  # at once: what waits in the pool must not start
            raise

    def _put(self, item: TransferItem) -> None:
        copied = not self._checksum and self._copied(item)
        size, md5 = (item.size, None) if copied else self._streamed(item)
        self._note(Moved(item, size, md5), item.size if copied else 0)

    def _copied(self, item: TransferItem) -> bool:
        """Let the target copy by itself, where it can and the bytes need not pass here."""
        target, identifier = self._plan.target, item.target_identifier
        if not isinstance(target, SupportsCopy):
            return False
        if isinstance(target, SupportsAtomicWrite):
            return target.copy_from(item.source, item.source_identifier, identifier)
        _refuse_existing(target, identifier)
        with _removed_on_failure(target, identifier):
            return target.copy_from(item.source, item.source_identifier, identifier)

    def _streamed(self, item: TransferItem) -> tuple[int, str | None]:
        with _opened(item.source.open(item.source_identifier, "rb")) as source:
            target = self._plan.target
            if isinstance(target, SupportsAtomicWrite):
                with target.open_atomic(item.target_identifier) as stream:
                    return self._pump(source, stream)
            return self._written_in_place(item, source)

    def _written_in_place(self, item: TransferItem, source: IO[bytes]) -> tuple[int, str | None]:
        target, identifier = self._plan.target, item.target_identifier
        _refuse_existing(target, identifier)
        _make_containers(target, identifier)
        with (
            _removed_on_failure(target, identifier),
            _opened(target.open(identifier, "wb")) as stream,
        ):
            return self._pump(source, stream)

    def _pump(self, source: IO[bytes], target: IO[bytes]) -> tuple[int, str | None]:
        digest = hashlib.md5(usedforsecurity=False) if self._checksum else None
        size = 0
        while piece := source.read(_PIECE):
            if self._stop.is_set():
                raise _StoppedError
            _write_all(target, piece)
            if digest is not None:
                digest.update(piece)
            size += len(piece)
            self._report(len(piece))
        return size, digest.hexdigest() if digest is not None else None

    def _report(self, size: int) -> None:
        if self._progress is None:
            return
        with self._lock:
            self._bytes += size
            plan = self._plan
            self._progress(Progress(len(self.moved), len(plan.items), self._bytes, plan.size))


def _opened(stream: Any) -> AbstractContextManager[Any]:
    """Return *stream* for a ``with`` block; streams of older accessors can only be closed."""
    return stream if hasattr(stream, "__exit__") else closing(stream)


@contextmanager
def _removed_on_failure(target: Accessor, identifier: str) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with suppress(Exception):  # there may be nothing yet
            target.remove(identifier)
        raise


def _write_all(stream: IO[bytes], piece: bytes) -> None:
    """Write the whole of *piece*: an unbuffered stream may take less at a time."""
    written = stream.write(piece)
    while written is not None and written < len(piece):
        piece = piece[written:]
        written = stream.write(piece)


def _make_containers(target: Accessor, identifier: str) -> None:
    """Older accessors do not make the containers above when a resource is opened."""
    try:
        container = target.get_container(identifier)
    except Exception:  # noqa: BLE001 -- an older accessor raises what it likes; opening will tell
        return
    if container:
        target.make_container(container)


def _refuse_existing(target: Accessor, identifier: str) -> None:
    if target.exists(identifier):
        raise ResourceExistsError(
            f"there is something under {identifier!r} already", resource_identifier=identifier
        )


def _first_error(futures: Sequence[Future[None]]) -> BaseException:
    """Return what made the transfer fail, rather than what followed from it."""
    errors = [one.exception() for one in futures if not one.cancelled()]
    happened = [error for error in errors if error is not None]
    return min(happened, key=lambda error: isinstance(error, _StoppedError))


def _failure(plan: TransferPlan, left: list[tuple[str, Exception]], error: Exception) -> Exception:
    """Return the error to raise for *error*; *left* is what could not be removed again."""
    text = f"nothing was put into {plan.label}: {_described(error)}"
    if left:
        listed = ", ".join(identifier for identifier, _ in left[:5])
        text = (
            f"putting data into {plan.label} failed: {_described(error)}; and {len(left)} "
            f"resource(s) could not be removed again ({_described(left[0][1])}): {listed}"
        )
    elif isinstance(error, ResourceExistsError):
        return ResourceExistsError(
            f"{text}. Publish a new version, or remove what is there first",
            resource_identifier=error.resource_identifier,
        )
    elif isinstance(error, ResourceNotFoundError):
        return ResourceNotFoundError(text, resource_identifier=error.resource_identifier)
    else:
        text += ". Nothing was left behind; put that right and try again"
    return TransferError(text, transferred=[identifier for identifier, _ in left])


def _described(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text if isinstance(error, AccessorError) else f"{type(error).__name__}: {text}"
