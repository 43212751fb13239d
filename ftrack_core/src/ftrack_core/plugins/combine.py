"""How the answers of several plugins become one, and when they cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.errors import PluginConflictError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ftrack_core.ports import Command, LocationBinding, Tier

    from .record import Record

__all__ = ["merge_commands", "merge_headers", "merge_locations"]


def merge_headers(answers: Iterable[tuple[Record, Mapping[str, str] | None]]) -> dict[str, str]:
    """Merge headers; names compare without regard to case.

    Raises:
        PluginConflictError: two plugins give one header different values.
    """
    given: dict[str, tuple[Record, str, str]] = {}
    for record, headers in answers:
        for name, value in (headers or {}).items():
            holder, _, held = given.setdefault(name.lower(), (record, name, value))
            if held != value:  # the values may be secret and are not told
                raise _conflict(
                    record, holder, "ftrack_request_headers", f"a different header {name!r}"
                )
    return {name: value for _, name, value in given.values()}


def merge_locations(items: Iterable[tuple[Record, LocationBinding]]) -> list[LocationBinding]:
    """Keep one binding for each name, that of the later tier; within one a default gives way.

    Raises:
        PluginConflictError: two plugins of one tier, or one of them twice, bind one name.
    """
    bound: dict[str, tuple[Record, LocationBinding]] = {}
    for record, binding in items:
        holder, _ = bound.setdefault(binding.name, (record, binding))
        held, here = _rank(holder), _rank(record)
        if held == here and bound[binding.name][1] is not binding:
            raise _conflict(record, holder, "ftrack_locations", f"the location {binding.name!r}")
        if held < here:
            bound[binding.name] = (record, binding)
    return [binding for _, binding in bound.values()]


def _rank(record: Record) -> tuple[Tier, bool]:
    """Return what decides between two bindings; those of a tier's defaults come first."""
    mine = (one for one in record.implementations if one.hook == "ftrack_locations")
    return record.tier, not any(one.options.get("trylast") for one in mine)


def merge_commands(items: Iterable[tuple[Record, Command]]) -> list[Command]:
    """Gather commands.

    Raises:
        PluginConflictError: two have one name.
    """
    added: dict[str, tuple[Record, Command]] = {}
    for record, command in items:
        holder, held = added.setdefault(command.name, (record, command))
        if held is not command:
            raise _conflict(record, holder, "ftrack_commands", f"a command {command.name!r}")
    return [command for _, command in added.values()]


def _conflict(record: Record, holder: Record, hook: str, what: str) -> PluginConflictError:
    return PluginConflictError(
        f"plugin {holder.label} gives {what} too; take one of them out with block=[...]",
        plugin=record.name,
        distribution=record.distribution,
        version=record.version,
        hook=hook,
        path=str(record.path) if record.path else "",
    )
