"""Local plugins: files and package folders that are watched for changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import finalize

from ftrack_core.errors import PluginError
from ftrack_core.ports import PluginProblem, Tier

from .older import older_plugin
from .record import Record, problem_of
from .source import content_digest, load_source, unload_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["FileState", "LocalFiles"]


@dataclass(frozen=True)
class FileState:
    """What is known of one file.

    *digest* is that of the content last looked at, good or bad, "" when the file is gone; *record*
    is the plugin of its last good content, whose digest is *good*; *problem* says why the last
    content was not taken.
    """

    path: Path
    name: str
    tier: Tier
    digest: str = ""
    record: Record | None = None
    good: str = ""
    problem: PluginProblem | None = None

    @property
    def is_gone(self) -> bool:
        """Whether the file was not there when last looked for."""
        return not self.digest

    @property
    def remains(self) -> bool:
        """Whether there is a file or still a plugin of it."""
        return bool(self.digest or self.record)

    def refused(self, error: Exception, before: FileState | None) -> FileState:
        """Return the state in which the present content is refused and the one *before* stays."""
        record, good = (before.record, before.good) if before else (None, "")
        return replace(self, record=record, good=good, problem=self._problem(error))

    def _problem(self, error: Exception) -> PluginProblem:
        if isinstance(error, PluginError):
            return replace(problem_of(error, self.path), name=self.name)
        return PluginProblem(self.name, f"{type(error).__name__}: {error}", self.path)


class LocalFiles:
    """The files and folders of a session, and what has changed in them.

    *paths* are plugins given one by one, *folders* hold any number of them; names in *taken* belong
    to others, names in *blocked* are left out. A file whose name is taken is called after its
    folder as well.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        folders: Iterable[Path],
        *,
        blocked: Collection[str] = (),
        taken: Iterable[str] = (),
    ) -> None:
        self._paths = tuple(dict.fromkeys(path.absolute() for path in paths))
        self._folders: tuple[Path, ...] = ()
        self._blocked = frozenset(blocked)
        self._names: dict[Path, str] = {}
        self._taken = set(taken)
        self.add_folders(folders)

    @property
    def watched(self) -> tuple[Path, ...]:
        """The folders in which a change may concern a plugin."""
        return tuple(dict.fromkeys((*self._folders, *(path.parent for path in self._paths))))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all files seen so far, also of those left out."""
        return tuple(self._names.values())

    @property
    def stems(self) -> tuple[str, ...]:
        """The bare names of all files seen so far."""
        return tuple(path.stem for path in self._names)

    def add_folders(self, folders: Iterable[Path]) -> bool:
        """Add folders and return whether any of them is new."""
        known = self._folders
        added = (folder.expanduser().absolute() for folder in folders)
        self._folders = tuple(dict.fromkeys((*known, *added)))
        return self._folders != known

    def look(self, known: Mapping[Path, FileState]) -> dict[Path, FileState]:
        """Return the new state of each file that is not as it was, loaded where it could be."""
        places = {path: (name, tier) for path, name, tier in self._present()}
        gone = {path: (known[path].name, known[path].tier) for path in known.keys() - places.keys()}
        seen = {}
        for path, (name, tier) in {**places, **gone}.items():
            before = known.get(path, FileState(path, name, tier))
            digest = content_digest(path) if path in places else ""
            if digest != before.digest:
                seen[path] = _look_at(before, digest)
        return seen

    def _present(self) -> Iterator[tuple[Path, str, Tier]]:
        found = [(path, Tier.EXPLICIT) for path in self._paths]
        found += [(path, Tier.LOCAL) for path in self._in_folders() if path not in self._paths]
        for path, tier in found:
            name = self._name_of(path)
            if name not in self._blocked and path.stem not in self._blocked:
                yield path, name, tier

    def _in_folders(self) -> Iterator[Path]:
        for folder in self._folders:
            try:
                entries = sorted(folder.iterdir())
            except OSError:
                continue  # it may come to be, or come back
            yield from filter(_is_plugin, entries)

    def _name_of(self, path: Path) -> str:
        if path not in self._names:
            choices = (path.stem, f"{path.parent.name}/{path.stem}", str(path))
            self._names[path] = next(name for name in choices if name not in self._taken)
            self._taken.add(self._names[path])
        return self._names[path]


def _is_plugin(path: Path) -> bool:
    if path.name.startswith(("_", ".")):
        return False
    return (path.suffix == ".py" and path.is_file()) or (path / "__init__.py").is_file()


def _look_at(before: FileState, digest: str) -> FileState:
    now = replace(before, digest=digest, problem=None)
    if now.is_gone:
        return replace(now, record=None, good="")
    if digest == before.good:
        return now
    try:
        return replace(now, record=_load(before), good=digest)
    except PluginError as error:
        return now.refused(error, before)


def _load(state: FileState) -> Record:
    module = load_source(state.path, plugin=state.name)
    name = module.__name__
    record = Record.of(module, state.name, state.tier, path=state.path, module=name)
    if not record.implementations:
        older = older_plugin(module, state.name, state.path)
        if older is not None:
            record = Record.of(older, state.name, state.tier, path=state.path, module=name)
    finalize(record, unload_name, name).atexit = False
    return record
