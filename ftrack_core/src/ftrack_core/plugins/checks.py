"""What is checked before a set of plugins is taken into use."""

from __future__ import annotations

import inspect
import logging
from typing import TYPE_CHECKING

from ftrack_core.errors import PluginConflictError, did_you_mean

from .record import functions_of
from .specs import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ftrack_core.errors import PluginError
    from ftrack_core.ports import Tier

    from .record import Implementation, Record
    from .specs import Spec

__all__ = ["check_providers", "check_record", "warn_of_unmarked"]

_logger = logging.getLogger("ftrack_core.plugins")


def check_record(record: Record, specs: Mapping[str, Spec]) -> None:
    """Check the implementations of one plugin against the specifications.

    Raises:
        PluginError: a hook or an argument that does not exist, or a function that cannot be called
            in the way its marker says.
    """
    for one in record.implementations:
        reason = _fault(one, specs)
        if reason:
            raise record.error(reason, hook=one.hook, line=one.line if record.path else None)


def check_providers(records: Iterable[Record]) -> None:
    """Check that no two plugins of one tier claim the same thing.

    *records* stand in order of admission: the later of two is the one to blame.

    Raises:
        PluginConflictError: two of them state one scheme or name for one hook.
    """
    claims: dict[tuple[str, str, Tier], Record] = {}
    for record in records:
        for one, name in _claims(record):
            holder = claims.setdefault((one.hook, name, record.tier), record)
            if holder is not record:
                raise _conflict(record, holder, one, name)


def warn_of_unmarked(record: Record, specs: Mapping[str, Spec]) -> None:
    """Log each function that is called like a hook and lacks the marker."""
    marked = {one.attribute for one in record.implementations}
    for name in specs.keys() & functions_of(record.plugin).keys() - marked:
        _logger.warning(
            "plugin %s: %s is not marked with @hookimpl and is never called", record.label, name
        )


def _fault(one: Implementation, specs: Mapping[str, Spec]) -> str:
    spec = specs.get(one.hook)
    if spec is None:
        if one.options.get("optionalhook"):
            return ""
        return f"there is no such hook.{did_you_mean(one.hook, specs)}"
    return _argument_fault(one, spec) or _kind_fault(one, spec)


def _argument_fault(one: Implementation, spec: Spec) -> str:
    parameters = _parameters(one)
    unknown = [name for name in parameters if name not in spec.arguments]
    required = [name for name in unknown if parameters[name].default is inspect.Parameter.empty]
    if required:
        hint = "".join(did_you_mean(name, spec.arguments) for name in required)
        names = ", ".join(map(repr, required))
        offered = ", ".join(spec.arguments) or "none"
        return f"the hook has no argument {names} (it has: {offered}).{hint}"
    for name in spec.arguments:
        if name in parameters and parameters[name].default is not inspect.Parameter.empty:
            return f"take the default from argument {name!r}: the hook always hands it over"
    return ""


def _parameters(one: Implementation) -> dict[str, inspect.Parameter]:
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    found = inspect.signature(one.function).parameters
    return {name: value for name, value in found.items() if value.kind in positional}


def _kind_fault(one: Implementation, spec: Spec) -> str:
    function = inspect.unwrap(one.function)
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return "hooks are plain functions; nobody awaits this one"
    yields = inspect.isgeneratorfunction(function)
    if one.options.get("hookwrapper"):
        return "mark it with @hookimpl(wrapper=True) and return what its yield gave"
    if one.is_wrapper:
        if not spec.first_result:
            return "this hook is called for one plugin at a time: no wrapper can stand around it"
        return "" if yields else "a wrapper has to yield once"
    if yields and spec.name not in LISTS:
        return "it yields: mark it with @hookimpl(wrapper=True), or return the answer"
    return ""


def _claims(record: Record) -> Iterator[tuple[Implementation, str]]:
    for one in record.implementations:
        for name in one.provides:
            yield one, name


def _conflict(record: Record, holder: Record, one: Implementation, name: str) -> PluginError:
    return PluginConflictError(
        f"{name!r} is provided by plugin {holder.label} too; "
        f"take one out with block=[...], or choose one with use={{...}}",
        plugin=record.name,
        distribution=record.distribution,
        version=record.version,
        hook=one.hook,
        path=str(record.path) if record.path else "",
        line=one.line if record.path else None,
    )
