"""Puts newer values into a row, value by value.

A value is never replaced by one that was asked for earlier, in whichever order answers arrive.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ftrack_core.entity.rows import SERIALS, STAMPS, TYPE, arrival_of, serial_of_row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .cohort import Arrival

__all__ = [
    "add_values",
    "forget_values",
    "identifier_of",
    "is_unmet",
    "join_rows",
    "let_agree",
    "merge_row",
    "one_serial",
    "serial_of",
    "set_value",
    "update_row",
]


def serial_of(row: dict[str, Any], name: str) -> int:
    """Return when the value of *name* in *row* was asked for; -1 where there is none."""
    if name not in row:
        return -1
    serials: dict[str, int] = row.get(SERIALS) or {}
    if name in serials:
        return serials[name]
    return serial_of_row(row) or 0


def is_unmet(row: dict[str, Any], source: dict[str, Any]) -> bool:
    """Whether *row* was made here and no server has said anything of it before *source*.

    It holds a type and a key, and nothing is lost where the server's own row takes its place.
    """
    is_unsaid = arrival_of(row) is None and SERIALS not in row
    return is_unsaid and row.keys() <= source.keys()


def set_value(row: dict[str, Any], name: str, value: Any, serial: int) -> None:
    """Put one value into *row* unless what is there was asked for later."""
    add_values(row, {name: value}, serial)


def merge_row(
    target: dict[str, Any], source: dict[str, Any], arrival: Arrival, *, adopt: bool
) -> None:
    """Put the values of *source*, which came with *arrival*, into *target*.

    With *adopt* the target joins the cohort of the arrival, if that is not older than its own.
    """
    if target is source:
        return
    if adopt and arrival.serial >= (serial_of_row(target) or 0):
        _adopt(target, source, arrival)
    else:
        add_values(target, source, arrival.serial)


def update_row(target: dict[str, Any], source: dict[str, Any], stamp: str) -> None:
    """Put all of *source* into *target*, which bears *stamp*, at once: other threads read it."""
    target.update({**source, TYPE: stamp})


def add_values(target: dict[str, Any], source: dict[str, Any], serial: int) -> None:
    """Put the values of *source*, which was asked for at *serial*, into *target*."""
    serials: dict[str, int] | None = target.get(SERIALS)
    of_row = serial_of_row(target) or 0
    if serials is None and serial >= of_row and SERIALS not in source and TYPE in target:
        # All of them are newer: what a loop that misses an attribute gets.
        update_row(target, source, target[TYPE])
        serials = one_serial(tuple(source), serial)
    else:
        serials = dict(serials or ())
        for name, value in source.items():
            if name in STAMPS:
                continue
            if serial >= serials.get(name, of_row if name in target else 0):
                target[name] = value
                serials[name] = serial
    if serials:
        target[SERIALS] = serials


def join_rows(target: dict[str, Any], source: dict[str, Any]) -> None:
    """Put what *source*, another row of the same entity, says into *target* where it is newer."""
    if SERIALS not in source:
        add_values(target, source, serial_of_row(source) or 0)
        return
    for name in source.keys() - STAMPS:
        set_value(target, name, source[name], serial_of(source, name))


def forget_values(row: dict[str, Any], names: Iterable[str], serial: int) -> None:
    """Forget what *row* says of *names*, and that this was at *serial*: older answers are none."""
    serials = dict(row.get(SERIALS) or {})
    for name in names:
        del row[name]
        serials[name] = serial
    row[SERIALS] = serials


def identifier_of(value: Any) -> Any:
    """Return the identifier of a row that a reference leads to, and an identifier as it is."""
    return value.get("id") if isinstance(value, dict) else value


def let_agree(rows: Iterable[dict[str, Any]], halves: Iterable[tuple[str, str]]) -> None:
    """Let no reference contradict its identifier in *rows*: only one of the two was said.

    *halves* are the names of these.
    """
    for reference, identifier in halves:
        for row in rows:
            if reference in row and identifier in row:
                _forget_the_older(row, reference, identifier)


def _forget_the_older(row: dict[str, Any], reference: str, identifier: str) -> None:
    """Of two that came in two answers and contradict each other, forget the one that is wrong.

    It is loaded when somebody looks. A reference that came later and leads nowhere says nothing
    against its identifier: it may lead to what the user must not see.
    """
    if identifier_of(row[reference]) == identifier_of(row[identifier]):
        return
    newer = serial_of(row, reference) - serial_of(row, identifier)
    if newer < 0:
        del row[reference]
    elif newer > 0 and row[reference] is not None:
        del row[identifier]


@lru_cache(maxsize=64)
def one_serial(names: tuple[str, ...], serial: int) -> dict[str, int]:
    """Return the serials of values that came together; all their rows hold them, unchanged."""
    return {name: serial for name in names if name not in STAMPS}


def _adopt(target: dict[str, Any], source: dict[str, Any], arrival: Arrival) -> None:
    if SERIALS not in target and source.keys() >= target.keys() - STAMPS:
        update_row(target, source, arrival.stamp(target[TYPE]))
        return
    expired = {
        name: at
        for name, at in (target.get(SERIALS) or {}).items()
        if name not in target and (at > arrival.serial or name not in source)
    }
    serials = expired | {
        name: serial
        for name in target
        if name not in STAMPS
        and ((serial := serial_of(target, name)) > arrival.serial or name not in source)
    }
    for name, value in source.items():
        if name not in STAMPS and serials.get(name, -1) <= arrival.serial:
            target[name] = value
    target[TYPE], target[SERIALS] = arrival.stamp(target[TYPE]), serials
