"""Lets equal values of many rows be one text: a decoder makes one of 85 bytes for each id it meets.

The tasks of a project have the same few statuses and types. It is a step for each row, so a name is
left alone whose texts are many, such as the parents of tasks.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["share_texts"]

Row = dict[str, Any]

_STEP = 17
"""Which rows of a large page are looked at first; a prime, as things may come in turns."""

_LARGE = 10 * _STEP
_FEW = 11
"""How many texts those rows may show; one of a full page stands in dozens of rows then."""


def share_texts(rows: Sequence[Row], names: Iterable[str]) -> None:
    """Let equal values be one object, for those of *names* of which *rows* seem to hold only a few.

    There has to be a row.
    """
    for name in names:
        # Rows of one width may have other names, and a server may send what has no hash.
        with suppress(KeyError, TypeError):
            _share(rows, name)


def _share(rows: Sequence[Row], name: str) -> None:
    sample = rows[::_STEP] if len(rows) > _LARGE else rows
    if len({row[name] for row in sample}) > _FEW:
        return
    first = rows[0][name]
    shared: dict[Any, Any] = {}
    for row in rows:
        value = row[name]
        # Most often all are alike, and comparing takes less than hashing.
        row[name] = first if value == first else shared.setdefault(value, value)
