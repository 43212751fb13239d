"""What a session knows of its plugins, as a value, and how two such values differ."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ftrack_core.errors import PluginError
from ftrack_core.ports import PluginChange, PluginProblem, Tier

from .record import problem_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from .local import FileState
    from .record import Record

__all__ = ["Lineup", "change_between"]


@dataclass(frozen=True)
class Lineup:
    """The plugins of a session with what is wrong with them.

    *fixed* are those that stay as long as the session: installed ones and objects it was given;
    *fixed_problems* those of them that were left out; *files* the rest by path.
    """

    fixed: tuple[Record, ...] = ()
    fixed_problems: tuple[PluginProblem, ...] = ()
    files: Mapping[Path, FileState] = field(default_factory=dict)

    @property
    def records(self) -> tuple[Record, ...]:
        """All plugins, in no particular order."""
        local = (state.record for state in self.files.values())
        return (*self.fixed, *(record for record in local if record is not None))

    @property
    def problems(self) -> tuple[PluginProblem, ...]:
        """All problems there are."""
        local = (state.problem for state in self.files.values())
        return (*self.fixed_problems, *(problem for problem in local if problem is not None))

    def admission(self, before: Lineup) -> tuple[Record, ...]:
        """Return all plugins, those that were there *before* in front, then by tier and name.

        Where two do not go together it is so the new one that is refused.
        """
        known = set(before.records)
        return tuple(sorted(self.records, key=lambda one: (one not in known, one.tier, one.name)))

    def with_files(self, seen: Mapping[Path, FileState]) -> Lineup:
        """Return it with the files *seen* in their new state."""
        return replace(self, files={**self.files, **seen})

    def without_gone(self) -> Lineup:
        """Return it without the files that are gone and whose plugin has left."""
        kept = {path: state for path, state in self.files.items() if state.remains}
        return replace(self, files=kept)

    def refusing(self, name: str, error: Exception, before: Lineup) -> Lineup | None:
        """Return it with the plugin *name* as *before*; None where it has not changed."""
        for path, state in self.files.items():
            earlier = before.files.get(path)
            if state.name == name and state.record is not (earlier and earlier.record):
                return self.with_files({path: state.refused(error, earlier)})
        return None

    def refusing_all(self, seen: Iterable[Path], error: Exception, before: Lineup) -> Lineup:
        """Return it with all files *seen* as *before*, each with *error* for its problem."""
        return self.with_files(
            {path: self.files[path].refused(error, before.files.get(path)) for path in seen}
        )

    def skipping(self, error: PluginError) -> Lineup | None:
        """Return it without the fixed plugin that *error* names; None where it is none of them."""
        kept = tuple(record for record in self.fixed if record.name != error.plugin)
        if len(kept) == len(self.fixed):
            return None
        problems = (*self.fixed_problems, problem_of(error))
        return replace(self, fixed=kept, fixed_problems=problems)

    def raise_explicit_problems(self) -> None:
        """Raise the problem of a file that was given to the session by its path, if it has one."""
        for state in self.files.values():
            problem = state.problem
            if problem is not None and state.tier is Tier.EXPLICIT:
                raise PluginError(
                    problem.message,
                    plugin=problem.name,
                    hook=problem.hook,
                    path=str(problem.path or ""),
                    line=problem.line,
                )


def change_between(before: Lineup, after: Lineup, generation: int) -> PluginChange:
    """Describe how *after* differs from *before*; names are sorted."""
    old = {record.name: record for record in before.records}
    new = {record.name: record for record in after.records}
    return PluginChange(
        generation,
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        reloaded=tuple(sorted(n for n in new.keys() & old.keys() if new[n] is not old[n])),
        problems=after.problems,
        recovered=tuple(sorted(_troubled(before) & _sound(after))),
    )


def _troubled(lineup: Lineup) -> set[str]:
    return {state.name for state in lineup.files.values() if state.problem}


def _sound(lineup: Lineup) -> set[str]:
    return {state.name for state in lineup.files.values() if not state.problem}
