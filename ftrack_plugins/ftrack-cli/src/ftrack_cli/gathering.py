"""Plugins and their commands, found without a session. A broken plugin is passed over."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ftrack_core.errors import FtrackError, PluginError
from ftrack_core.plugins import Registry
from ftrack_core.plugins.record import problem_of
from ftrack_core.ports import Context, PluginProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ftrack_core.plugins import Hooks
    from ftrack_core.ports import Command, PluginInfo

__all__ = ["Gathered", "gather"]

_HOOK = "ftrack_commands"

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Gathered:
    """What there is: commands by name, all plugins, and what is wrong with some of them.

    *hooks* asks those whose commands could be had. *missing* are folders that are not there.
    """

    commands: Mapping[str, Command]
    infos: tuple[PluginInfo, ...]
    problems: tuple[PluginProblem, ...]
    hooks: Hooks
    missing: tuple[Path, ...] = ()


def gather(folders: Sequence[Path] | None = None) -> Gathered:
    """Load the installed plugins and those in *folders*, and ask for their commands.

    Without *folders* they are those of ``FTRACK_PLUGIN_PATH``. A plugin that does not load, or
    fails when it is asked, is left out and logged. Raises `ConfigurationError` where
    ``FTRACK_PLUGINS_BLOCK`` names no plugin.
    """
    if folders is None:
        named = _split("FTRACK_PLUGIN_PATH", os.pathsep)
        folders = [Path(one).expanduser() for one in named]
    registry = whole = _load(folders, ())
    failed: dict[str, PluginProblem] = {}
    while True:
        try:
            commands = registry.hooks.ftrack_commands()
            break
        except (FtrackError, SystemExit) as error:
            problem = _problem(error, whole.infos, failed, folders)
            _logger.warning("plugin not asked for commands: %s", problem)
            failed[problem.name] = problem
            registry = _load(folders, failed)
    by_name = {command.name: command for command in commands}
    problems = (*whole.problems, *failed.values())
    missing = tuple(folder for folder in folders if not folder.is_dir())
    return Gathered(by_name, whole.infos, problems, registry.hooks, missing)


def _load(folders: Sequence[Path], without: Iterable[str]) -> Registry:
    block = (*_split("FTRACK_PLUGINS_BLOCK", ","), *without)
    context = Context(os.environ.get("FTRACK_SERVER", ""), os.environ.get("FTRACK_API_USER", ""))
    registry = Registry(
        context,
        folders=folders,
        block=block,
        on_plugin_error="skip",
    )
    registry.load()
    return registry


def _split(variable: str, separator: str) -> list[str]:
    parts = os.environ.get(variable, "").split(separator)
    return [part.strip() for part in parts if part.strip()]


def _problem(
    error: FtrackError | SystemExit,
    infos: Iterable[PluginInfo],
    failed: Iterable[str],
    folders: Sequence[Path],
) -> PluginProblem:
    """Say which plugin is to be left out, and why; each is asked alone where *error* is silent."""
    askable = [info.name for info in infos if _HOOK in info.hooks and info.name not in failed]
    if isinstance(error, PluginError) and error.plugin in askable:
        return problem_of(error)
    everything = {info.name for info in infos}
    for name in askable:
        own = _failure(_load(folders, everything - {name}))
        if isinstance(own, PluginError) and own.plugin == name:
            return problem_of(own)
        if own is not None:
            return PluginProblem(name, f"{type(own).__name__}: {own}", hook=_HOOK)
    raise error


def _failure(registry: Registry) -> FtrackError | SystemExit | None:
    try:
        registry.hooks.ftrack_commands()
    except (FtrackError, SystemExit) as error:
        return error
    return None
