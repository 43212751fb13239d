"""The command ``ftrack plugins``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.hookspecs import PROJECT
from rich import box
from rich.table import Table
from rich.text import Text

from .console import output_console
from .gathering import gather

if TYPE_CHECKING:
    from ftrack_core.ports import PluginInfo, PluginProblem

__all__ = ["list_plugins"]

_PREFIX = f"{PROJECT}_"


def list_plugins() -> int:
    """Print the plugins in their order, the one that wins last, and the problems there are."""
    found = gather()
    console = output_console()
    console.print(_plugins(found.infos))
    if found.problems:
        console.print(_problems(found.problems))
    return 0


def _plugins(infos: tuple[PluginInfo, ...]) -> Table:
    table = _table("name", "tier", "distribution", "version", f"hooks ({_PREFIX}...)")
    for info in infos:
        source = info.distribution or (str(info.path) if info.path else "")
        hooks = "\n".join(hook.removeprefix(_PREFIX) for hook in info.hooks)
        table.add_row(Text(info.name, "bold"), info.tier.name.lower(), source, info.version, hooks)
    return table


def _problems(problems: tuple[PluginProblem, ...]) -> Table:
    table = _table("name", "problem", "where")
    for one in problems:
        where = f"{one.path}:{one.line}" if one.line else str(one.path or "")
        table.add_row(Text(one.name, "bold red"), Text(one.message), where)
    return table


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in ("name", "tier", "version"))
    return table
