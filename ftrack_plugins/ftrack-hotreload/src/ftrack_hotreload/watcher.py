"""Watches folders and has a session look for changed plugins."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from .relevance import Relevance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from watchdog.observers.api import ObservedWatch

    Refresh = Callable[[], object]

__all__ = ["Watcher"]

_logger = logging.getLogger("ftrack_hotreload")

_PAUSE = 0.15
"""One save is a burst of up to 17 events; it is over when none came for so many seconds."""

_LONGEST_PAUSE = 1.0
"""A folder in which something happens all the time is looked at every so many seconds."""

_ALIVE = 30.0
"""How often, in seconds, an idle watcher looks whether its session is still there."""


class Watcher:
    """Calls *refresh* on a thread of its own whenever a plugin in *folders* may have changed.

    *refresh* is a weak reference: when its referent is gone the watcher ends by itself. A folder
    may come to be later, go and come back. With *poll*, in seconds, *refresh* is called
    that often as well, for drives on which the system reports nothing.
    """

    def __init__(
        self,
        folders: Iterable[Path],
        refresh: Callable[[], Refresh | None],
        *,
        poll: float | None = None,
    ) -> None:
        self._folders = tuple(folder.absolute() for folder in folders)
        self._refresh = refresh
        self._poll = poll
        self._happened = threading.Event()
        self._stopping = threading.Event()
        self._handler = _Handler(Relevance(self._folders), self._happened)
        self._observer = Observer()
        self._watches: dict[Path, tuple[tuple[int, ...], ObservedWatch]] = {}
        self._unwatched: set[Path] = set()
        self._worker = threading.Thread(target=self._work, name="ftrack-hotreload", daemon=True)

    def start(self) -> None:
        """Begin to watch; what happens from now on is seen."""
        self._observer.start()
        self._arrange()
        self._happened.set()  # something may have happened since the plugins were loaded
        self._worker.start()

    def stop(self) -> None:
        """Stop watching and wait until nothing runs any more."""
        self._stopping.set()
        self._happened.set()
        if self._worker.is_alive() and self._worker is not threading.current_thread():
            self._worker.join()

    # --- the worker ----------------------------------------------------------------------------

    def _work(self) -> None:
        try:
            while self._next():
                if not self._look():
                    return
        finally:
            self._observer.stop()
            self._observer.join()

    def _next(self) -> bool:
        """Wait for something to happen, and for its end; return False when asked to stop."""
        if self._happened.wait(self._poll or _ALIVE):
            self._wait_for_quiet()
        return not self._stopping.is_set()

    def _wait_for_quiet(self) -> None:
        deadline = time.monotonic() + _LONGEST_PAUSE
        while self._happened.is_set() and time.monotonic() < deadline:
            self._happened.clear()
            if self._stopping.wait(_PAUSE):
                return

    def _look(self) -> bool:
        """Watch what there is now and refresh; return False when there is nobody to refresh."""
        self._arrange()
        refresh = self._refresh()
        if refresh is None:
            return False
        try:
            refresh()
        except Exception:
            _logger.exception("plugins could not be reloaded")
        return True

    # --- what is watched -----------------------------------------------------------------------

    def _arrange(self) -> None:
        """Watch each folder that exists, and above it the directory in which it comes or goes."""
        wanted = self._wanted()
        moved = self._handler.take_directories()
        for path, (identity, watch) in list(self._watches.items()):
            if _is_stale(path, moved) or identity != _identity(path, wanted.get(path)):
                del self._watches[path]
                self._end(watch)
        for path, recursive in wanted.items():
            if path not in self._watches:
                self._begin(path, recursive=recursive)

    def _wanted(self) -> Mapping[Path, bool]:
        """Return the directories to watch, and whether with all that is in them."""
        wanted = {_nearest_directory(folder.parent): False for folder in self._folders}
        wanted.update({folder: True for folder in self._folders if folder.is_dir()})
        return wanted

    def _begin(self, path: Path, *, recursive: bool) -> None:
        identity = _identity(path, recursive)
        try:
            watch = self._observer.schedule(self._handler, str(path), recursive=recursive)
        except (OSError, RuntimeError, SystemError) as error:  # each system has its own
            self._complain(path, error)
            return
        self._watches[path] = (identity, watch)
        self._happened.set()  # something may have happened there before it was watched

    def _complain(self, path: Path, error: Exception) -> None:
        if path not in self._unwatched:
            _logger.warning(
                "%s cannot be watched (%s): call session.plugins.refresh() after a change there",
                path,
                error,
            )
        self._unwatched.add(path)

    def _end(self, watch: ObservedWatch) -> None:
        try:
            self._observer.unschedule(watch)
        except (KeyError, OSError, RuntimeError):
            _logger.debug("the watch of %s had ended already", watch.path)


class _Handler(FileSystemEventHandler):
    """Takes note of events and returns at once: the observer's threads do no work of ours."""

    def __init__(self, relevance: Relevance, happened: threading.Event) -> None:
        self._relevance = relevance
        self._happened = happened
        self._directories: deque[Path] = deque()

    def on_any_event(self, event: FileSystemEvent) -> None:
        paths = (event.src_path, event.dest_path)
        if not self._relevance.concerns(event.event_type, paths, is_directory=event.is_directory):
            return
        if event.is_directory:
            self._directories.extend(Path(os.fsdecode(path)) for path in paths if path)
        self._happened.set()

    def take_directories(self) -> set[Path]:
        """Return the directories that came or went since the last call."""
        directories = set()
        while self._directories:
            directories.add(self._directories.popleft())
        return directories


def _is_stale(watched: Path, moved: Iterable[Path]) -> bool:
    """Return whether a watch may miss something now that directories have *moved*.

    One of a directory that went is dead, also if there is another of its name; and not every
    watchdog looks into a directory that was moved to where it watches.
    """
    return any(place == watched or watched in place.parents for place in moved)


def _nearest_directory(path: Path) -> Path:
    return next((one for one in (path, *path.parents) if one.is_dir()), path)


def _identity(path: Path, recursive: bool | None) -> tuple[int, ...]:
    """Return what tells a directory from a later one of the same name, and how it is watched."""
    if recursive is None:
        return ()
    try:
        found = path.stat()
    except OSError:
        return ()
    return (found.st_dev, found.st_ino, recursive)
