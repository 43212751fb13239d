"""The plugins of one session, and how a change of them is taken in."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal

from ftrack_core.errors import ConfigurationError, PluginError, did_you_mean

from .announcer import Announcer
from .checks import warn_of_unmarked
from .discovery import (
    find_explicit,
    find_installed,
    installed_entry_points,
    name_plugins,
    split_paths,
)
from .generation import Generation, Recipe
from .lineup import Lineup, change_between
from .local import LocalFiles
from .record import problem_of
from .relay import Hooks
from .source import content_digest, unload_name

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping

    from ftrack_core.ports import Context, PluginChange, PluginInfo, PluginProblem

    from .local import FileState
    from .record import Record

    Trial = Callable[[Generation], object]

__all__ = ["Registry"]

_logger = logging.getLogger("ftrack_core.plugins")


@dataclass(frozen=True)
class _Standing:
    """What is in use: swapped as one reference, so that its parts always fit one another."""

    hooks: Hooks
    lineup: Lineup = field(default_factory=Lineup)


class Registry:
    """Holds the plugins of one session as immutable generations.

    *plugins* are modules, instances, classes, paths or ``"package.module"`` names; *folders* hold
    local plugins; *block* names plugins to leave out; *use* names for an area (``transport``,
    ``cache``, ``structure``, ``accessors``, ``events``) the one plugin that provides there. With
    *on_plugin_error* ``"skip"`` a broken installed or explicit plugin is left out and recorded
    among the problems instead of raised; a broken local file always is. Without *installed* no
    installed plugin is looked for.

    *defaults* are the kernel's own implementations by hook, *bridge* those that stand between all
    plugins and the defaults. *trial* is given each new generation before it is taken, and refuses
    it by raising. *notify* is told of each change and each failed attempt, after it. With *trace*
    each call of a hook is written to the standard error stream.
    """

    def __init__(
        self,
        context: Context,
        *,
        plugins: Iterable[object] = (),
        folders: Iterable[str | os.PathLike[str]] = (),
        block: Iterable[str] = (),
        use: Mapping[str, str] | None = None,
        on_plugin_error: Literal["raise", "skip"] = "raise",
        defaults: Mapping[str, Callable[..., Any]] | None = None,
        bridge: Mapping[str, Callable[..., Any]] | None = None,
        notify: Callable[[PluginChange], object] | None = None,
        trial: Trial | None = None,
        installed: bool = True,
        trace: bool = False,
    ) -> None:
        self._context = context
        self._objects, self._paths = split_paths(plugins)
        self._given_folders = tuple(Path(folder) for folder in folders)
        self._blocked = frozenset(block)
        self._skip = _is_skip(on_plugin_error)
        self._installed = installed
        self._recipe = Recipe(defaults=defaults, bridge=bridge, use=use, trace=trace)
        self._trial = trial or _no_trial
        self._loaded: _Standing | None = None
        self._closed = False
        self._files = LocalFiles(self._paths, self._given_folders)
        self._slots: dict[str, dict[str, Any]] = {}
        self._announcer = Announcer(notify)
        self._changing = RLock()
        self._is_changing = False

    # --- what there is -------------------------------------------------------------------------

    @property
    def _standing(self) -> _Standing:
        return self._loaded or self._bare

    @cached_property
    def _bare(self) -> _Standing:
        return _Standing(Hooks(self._recipe.build(0, ())))

    @property
    def hooks(self) -> Hooks:
        """The hooks of the current generation; take them once for an operation."""
        return self._standing.hooks

    @property
    def current(self) -> Generation:
        """The current generation; number 0, the kernel alone, until plugins are loaded."""
        return self._standing.hooks.generation

    @property
    def infos(self) -> tuple[PluginInfo, ...]:
        """The plugins of the current generation in their order, so that the last wins."""
        return tuple(record.info for record in self.current.records)

    @property
    def problems(self) -> tuple[PluginProblem, ...]:
        """What is not loaded, or whose last change was not taken."""
        return self._standing.lineup.problems

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders to watch, whether they exist or not; complete once plugins are loaded."""
        return self._files.watched

    def slot(self, name: str) -> dict[str, Any]:
        """Return the dictionary called *name*, made when first asked for; it outlives reloads."""
        return self._slots.setdefault(name, {})

    # --- changing it ---------------------------------------------------------------------------

    def load(self) -> None:
        """Load all plugins and make generation 1; again does nothing.

        Raises:
            PluginError: an installed or explicit plugin is broken, unless they are skipped.
            PluginConflictError: two of them provide the same.
            ConfigurationError: *block* or *use* name a plugin that is not there.
        """
        with self._changing:
            if self._loaded is not None or self._is_changing or self._closed:
                return
            self._is_changing = True
            try:
                self._load_all()
            finally:
                self._is_changing = False
        self._announcer.tell()

    def refresh(self) -> PluginChange | None:
        """Take in what has changed in local files; return the change, or None without one.

        A file that cannot be loaded or does not fit changes nothing: its plugin stays as it was and
        the problem is recorded. Calls in flight are not disturbed, and callers of hooks never wait.
        """
        with self._changing:
            if self._is_changing or not self.current.number:
                return None
            self._is_changing = True
            try:
                change = self._take_in(self._files.look(self._standing.lineup.files))
            finally:
                self._is_changing = False
        self._announcer.tell()
        return change

    def close(self) -> None:
        """Let go of all plugins, for good; the kernel's own hooks are left. Again does nothing.

        A local plugin that keeps the session in a global of its module no longer keeps it alive.
        Calls in flight end on the plugins they began with.
        """
        with self._changing:
            self._closed = True
            lineup = self._standing.lineup
            self._loaded = None
        for record in lineup.records:
            if record.module:
                unload_name(record.module)

    # --- loading -------------------------------------------------------------------------------

    def _load_all(self) -> None:
        lineup = self._with_watch_paths(self._first_lineup())
        generation, lineup = self._settle(1, lineup, Lineup(), self._trial)
        self._recipe.check_use(lineup.records, [problem.name for problem in lineup.problems])
        for record in lineup.records:
            warn_of_unmarked(record, self._recipe.specs)
        self._swap(generation, lineup)

    def _first_lineup(self) -> Lineup:
        points = installed_entry_points() if self._installed else ()
        taken = {*self._recipe.reserved_names, *(point.name for point in points)}
        named = name_plugins(self._objects, taken)
        taken.update(named)
        self._files = LocalFiles(
            self._paths, self._given_folders, blocked=self._blocked, taken=taken
        )
        fixed, problems = self._load_fixed(named)
        lineup = Lineup(fixed, problems, self._files.look({}))
        self._check_blocked(taken)
        return lineup if self._skip else _demanding(lineup)

    def _load_fixed(
        self, named: Mapping[str, object]
    ) -> tuple[tuple[Record, ...], tuple[PluginProblem, ...]]:
        problems: list[PluginProblem] = []

        def report(error: PluginError) -> None:
            if not self._skip:
                raise error
            problems.append(problem_of(error))

        for error in self._missing_paths():
            report(error)
        found = list(find_installed(self._blocked, report)) if self._installed else []
        explicit = list(find_explicit(named, self._blocked, report))
        given = {id(record.plugin) for record in explicit}  # given again: it moves to that tier
        installed = [record for record in found if id(record.plugin) not in given]
        return (*installed, *explicit), tuple(problems)

    def _missing_paths(self) -> Iterable[PluginError]:
        for path in self._paths:
            if path.stem not in self._blocked and not content_digest(path):
                yield PluginError(
                    "this is neither a Python file nor a folder with an __init__.py; "
                    "give a folder of plugins as folders=[...]",
                    plugin=path.stem,
                    path=str(path),
                )

    def _check_blocked(self, names: Iterable[str]) -> None:
        known = {*names, *self._files.names, *self._files.stems}
        for name in sorted(self._blocked - known):
            raise ConfigurationError(
                f"block: there is no plugin {name!r}.{did_you_mean(name, known)}"
            )

    def _with_watch_paths(self, lineup: Lineup) -> Lineup:
        """Return *lineup* with the plugins of the folders that its plugins name."""
        if not any(record.implements("ftrack_watch_paths") for record in lineup.records):
            return lineup
        folders: list[Path] = []

        def ask(generation: Generation) -> None:
            folders[:] = Hooks(generation).ftrack_watch_paths(self._context)

        _, lineup = self._settle(0, lineup, Lineup(), ask)
        if not self._files.add_folders(folders):
            return lineup
        return lineup.with_files(self._files.look(lineup.files))

    # --- reloading -----------------------------------------------------------------------------

    def _take_in(self, seen: Mapping[Path, FileState]) -> PluginChange | None:
        if not seen:
            return None
        before = self._standing.lineup
        wanted = before.with_files(seen)
        number = self.current.number + 1
        try:
            generation, lineup = self._settle(number, wanted, before, self._trial)
        except Exception as error:  # noqa: BLE001 - a reload never brings down a session
            generation, lineup = self.current, wanted.refusing_all(seen, error, before)
        for record in set(lineup.records) - set(before.records):
            warn_of_unmarked(record, self._recipe.specs)
        return self._swap(generation, lineup.without_gone())

    def _settle(
        self, number: int, wanted: Lineup, before: Lineup, trial: Trial
    ) -> tuple[Generation, Lineup]:
        """Build a generation of what is *wanted*, with what does not fit left as *before*."""
        while True:
            if self.current.number and set(wanted.records) == set(before.records):
                return self.current, wanted
            try:
                generation = self._recipe.build(number, wanted.admission(before))
                trial(generation)
            except PluginError as error:
                reduced = self._reduced(wanted, before, error)
                if reduced is None:
                    raise
                wanted = reduced
            else:
                return generation, wanted

    def _reduced(self, wanted: Lineup, before: Lineup, error: PluginError) -> Lineup | None:
        """Return *wanted* without what *error* blames; None where that is not to be left out."""
        reduced = wanted.refusing(error.plugin, error, before)
        if self._skip and reduced is None and not self.current.number:
            reduced = wanted.skipping(error)
        if reduced is None or self._skip or self.current.number:
            return reduced
        return _demanding(reduced)

    def _swap(self, generation: Generation, lineup: Lineup) -> PluginChange:
        before = self._standing.lineup
        hooks = self.hooks if generation is self.current else Hooks(generation)
        self._loaded = _Standing(hooks, lineup)
        change = change_between(before, lineup, generation.number)
        _log(change, before)
        self._announcer.add(change)
        return change


def _is_skip(policy: str) -> bool:
    if policy not in ("raise", "skip"):
        raise ConfigurationError(f"on_plugin_error is 'raise' or 'skip', not {policy!r}")
    return policy == "skip"


def _no_trial(generation: Generation) -> None:
    """Take every generation."""


def _demanding(lineup: Lineup) -> Lineup:
    lineup.raise_explicit_problems()
    return lineup


def _log(change: PluginChange, before: Lineup) -> None:
    for problem in change.problems:
        if problem not in before.problems:
            _logger.error("plugin not taken: %s", problem)
    for name in change.recovered:
        _logger.info("plugin %s has recovered", name)
