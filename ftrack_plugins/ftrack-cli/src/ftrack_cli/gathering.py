"""Plugins and their commands, found without a session. A broken plugin is passed over."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftrack_core.errors import FtrackError, PluginError
from ftrack_core.plugins import Registry
from ftrack_core.ports import Context, PluginProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ftrack_core.ports import Command, PluginInfo

__all__ = ["Gathered", "gather"]

_HOOK = "ftrack_commands"

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Gathered:
    """What there is: commands by name, all plugins, and what is wrong with some of them."""

    commands: Mapping[str, Command]
    infos: tuple[PluginInfo, ...]
    problems: tuple[PluginProblem, ...]


def gather() -> Gathered:
    """Load the installed plugins and those in ``FTRACK_PLUGIN_PATH``, and ask for their commands.

    A plugin that does not load, or fails when it is asked, is left out and logged. Raises
    `ConfigurationError` where ``FTRACK_PLUGINS_BLOCK`` names no plugin.
    """
    registry = whole = _load(())
    failed: dict[str, PluginProblem] = {}
    while True:
        try:
            commands = registry.hooks.ftrack_commands()
            break
        except (FtrackError, SystemExit) as error:
            name = _culprit(error, registry)
            failed[name] = problem = PluginProblem(name, f"its commands are left out: {error}")
            _logger.warning("%s", problem)
            registry = _load(failed)
    named = {command.name: command for command in commands}
    return Gathered(named, whole.infos, (*whole.problems, *failed.values()))


def _load(without: Iterable[str]) -> Registry:
    folders = _split("FTRACK_PLUGIN_PATH", os.pathsep)
    block = (*_split("FTRACK_PLUGINS_BLOCK", ","), *without)
    context = Context(os.environ.get("FTRACK_SERVER", ""), os.environ.get("FTRACK_API_USER", ""))
    registry = Registry(
        context,
        folders=[os.path.expanduser(folder) for folder in folders],  # noqa: PTH111 -- kept as text
        block=block,
        on_plugin_error="skip",
    )
    registry.load()
    return registry


def _split(variable: str, separator: str) -> list[str]:
    parts = os.environ.get(variable, "").split(separator)
    return [part.strip() for part in parts if part.strip()]


def _culprit(error: BaseException, registry: Registry) -> str:
    """Return the plugin to leave out; where the error does not name it each is asked alone."""
    askable = [info.name for info in registry.infos if _HOOK in info.hooks]
    if isinstance(error, PluginError) and error.plugin in askable:
        return error.plugin
    for name in askable:
        alone = _load(info.name for info in registry.infos if info.name != name)
        try:
            alone.hooks.ftrack_commands()
        except (FtrackError, SystemExit):
            return name
    raise error
