"""What the registry knows of each hook: its arguments and how it is called."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pluggy

from ftrack_core.hookspecs import AREAS, PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

__all__ = ["LISTS", "OBSERVERS", "PROVIDER_HOOKS", "Spec", "read_specs"]

OBSERVERS = frozenset(
    {
        "ftrack_after_commit",
        "ftrack_event_failed",
        "ftrack_plugins_changed",
        "ftrack_session_closing",
        "ftrack_session_started",
    }
)
"""Hooks that only hear of something; each implementation runs whatever the others do."""

LISTS = frozenset(
    {
        "ftrack_commands",
        "ftrack_entity_mixins",
        "ftrack_event_handlers",
        "ftrack_examine",
        "ftrack_locations",
        "ftrack_watch_paths",
    }
)
"""Hooks whose answers are iterables, so that an implementation may yield them."""

PROVIDER_HOOKS: Mapping[str, str] = {
    "transport": "ftrack_create_transport",
    "cache": "ftrack_create_cache",
    "structure": "ftrack_create_structure",
    "accessors": "ftrack_create_accessor",
    "events": "ftrack_create_event_hub",
}
"""The areas in which ``use={area: plugin}`` chooses one provider, and the hook that it limits."""


@dataclass(frozen=True)
class Spec:
    """A hook: its *name*, its *arguments* in order, and whether the first answer ends the call.

    *function* is its declaration and *options* what its marker says.
    """

    name: str
    arguments: tuple[str, ...]
    function: Callable[..., Any]
    options: pluggy.HookspecOpts

    @property
    def first_result(self) -> bool:
        """Whether the first answer that is not None ends the call."""
        return self.options["firstresult"]


@cache
def read_specs() -> Mapping[str, Spec]:
    """Read the specifications of all areas, by name. They are constants, and read once."""
    found = (spec for module in AREAS.values() for spec in _specs_in(module))
    return MappingProxyType({spec.name: spec for spec in found})


def _specs_in(module: ModuleType) -> Iterator[Spec]:
    manager = pluggy.PluginManager(PROJECT)
    for name, value in vars(module).items():
        options = manager.parse_hookspec_opts(module, name)
        if options is not None:
            arguments = tuple(inspect.signature(value).parameters)
            yield Spec(name, arguments, value, options)
