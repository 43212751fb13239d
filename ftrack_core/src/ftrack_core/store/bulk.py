"""Merging into all known rows of a page at once: steps over whole columns, in C.

What `merging` does for one row takes several calls. Nearly always the rows that an answer is about
are alike: they hold the same names, came when one or two other answers did, and whatever is said of
one is said of all. Where it is not so these functions change nothing and return False; the rows are
then merged one by one.
"""

from __future__ import annotations

from collections import deque
from itertools import compress, repeat
from operator import eq, is_, itemgetter, ne, setitem
from typing import TYPE_CHECKING, Any

from ftrack_core.entity.rows import BARE, SERIALS, TYPE, serial_of_row

from .merging import one_serial

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["add_to_rows", "are_made_here", "renew_rows", "those_that_differ"]

Row = dict[str, Any]
_STAMP_OF = itemgetter(TYPE)


def are_made_here(rows: Sequence[Row], name: str) -> bool:
    """Whether *rows* hold a key and nothing else, and no server has said anything of them.

    *name* is the text under which the class of their entities knows its type. What was created here
    bears that very object; what a server sent bears a stamp or a text of its own.
    """
    if len(rows[0]) != BARE:
        return False
    return set(map(len, rows)) == {BARE} and all(map(is_, map(_STAMP_OF, rows), repeat(name)))


def those_that_differ(rows: Sequence[Row], said: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return those of *rows* of which something else is *said*, and what that is.

    What is said must not lead to other rows, which may lead back.
    """
    differ = list(map(ne, rows, said))
    return list(compress(rows, differ)), list(compress(said, differ))


def renew_rows(
    rows: Sequence[Row], olds: Sequence[Row], news: Sequence[Row], stamp: str, serial: int
) -> bool:
    """Make *rows* what was said at *serial*, if that is all they hold; they get the *stamp*.

    *olds* are those for which *news* were said.
    """
    if not all(map(eq, map(dict.keys, olds), map(dict.keys, news))):
        return False
    if not _are_older(rows, serial):
        return False
    deque(map(setitem, news, repeat(TYPE), repeat(stamp)), maxlen=0)
    deque(map(dict.update, olds, news), maxlen=0)  # each at once: other threads read them
    deque(map(setitem, rows, repeat(TYPE), repeat(stamp)), maxlen=0)
    return True


def add_to_rows(rows: Sequence[Row], said: Sequence[Row], serial: int) -> bool:
    """Put what was *said* at *serial* into *rows*, which keep their stamps."""
    names, serials = tuple(said[0]), rows[0].get(SERIALS)
    if SERIALS in names or list(map(tuple, said)).count(names) != len(said):
        return False
    if len(set(map(id, map(dict.get, rows, repeat(SERIALS))))) != 1:
        return False  # their values came at different times
    if serials and max(serials.values()) > serial:
        return False
    if not _are_older(rows, serial):
        return False
    deque(map(setitem, said, repeat(TYPE), map(_STAMP_OF, rows)), maxlen=0)
    deque(map(dict.update, rows, said), maxlen=0)
    now = {**(serials or {}), **one_serial(names, serial)}
    deque(map(setitem, rows, repeat(SERIALS), repeat(now)), maxlen=0)
    return True


def _are_older(rows: Sequence[Row], serial: int) -> bool:
    """Whether all *rows* came from the server, and were asked for before *serial*."""
    one_of_each = {id(stamp): row for stamp, row in zip(map(_STAMP_OF, rows), rows, strict=True)}
    came = [serial_of_row(row) for row in one_of_each.values()]
    return all(one is not None and one <= serial for one in came)
