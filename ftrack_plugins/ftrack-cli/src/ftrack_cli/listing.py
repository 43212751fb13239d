"""What ``ftrack plugins`` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.hookspecs import PROJECT

from .gathering import gather
from .layout import Row, show_folded, show_records
from .writers import show_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ftrack_core.ports import PluginInfo, PluginProblem

__all__ = ["list_plugins"]

_PREFIX = f"{PROJECT}_"
_COLUMNS = ("#", "name", "tier", "version", "distribution", f"hooks ({_PREFIX}...)")


def list_plugins(shown_as: str = "table", folders: Sequence[Path] | None = None) -> int:
    """Print the plugins in their order, the one that wins last, and the problems there are."""
    found = gather(folders)
    if shown_as == "json":
        show_json(_described(found.infos, found.problems))
        return 0
    rows = [_row(number, info) for number, info in enumerate(found.infos, 1)]
    show_folded(_COLUMNS, rows, whole=_COLUMNS[:4])
    for problem in found.problems:
        print()
        show_records([_problem(problem)])
    for folder in found.missing:
        print()
        show_records([[("no such folder", str(folder)), ("named by", "FTRACK_PLUGIN_PATH")]])
    return 0


def _row(number: int, info: PluginInfo) -> Row:
    hooks = ", ".join(hook.removeprefix(_PREFIX) for hook in info.hooks)
    source = info.distribution or (str(info.path) if info.path else "")
    return [number, info.name, info.tier.name.lower(), info.version, source, hooks]


def _problem(problem: PluginProblem) -> list[tuple[str, str]]:
    described = [
        ("not loaded", problem.name),
        ("problem", problem.message),
        ("in", problem.hook),
        ("from", f"{problem.distribution} {problem.version}".strip()),
        ("at", _place(problem)),
    ]
    return [(label, text) for label, text in described if text]


def _place(problem: PluginProblem) -> str:
    return f"{problem.path}:{problem.line}" if problem.line else str(problem.path or "")


def _described(
    infos: Iterable[PluginInfo], problems: Iterable[PluginProblem]
) -> dict[str, list[dict[str, Any]]]:
    plugins = [
        {
            "order": number,
            "name": info.name,
            "tier": info.tier.name.lower(),
            "distribution": info.distribution or None,
            "version": info.version or None,
            "path": str(info.path) if info.path else None,
            "hooks": list(info.hooks),
        }
        for number, info in enumerate(infos, 1)
    ]
    wrong = [
        {
            "name": one.name,
            "problem": one.message,
            "hook": one.hook or None,
            "distribution": one.distribution or None,
            "version": one.version or None,
            "path": str(one.path) if one.path else None,
            "line": one.line,
        }
        for one in problems
    ]
    return {"plugins": plugins, "problems": wrong}
