"""Which part of a file is asked for, and whether it has changed: RFC 9110, sections 13 and 14."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

__all__ = ["UNSATISFIABLE", "Validators", "wanted_range"]

_ONE_RANGE: Final = re.compile(r"bytes=([0-9]*)-([0-9]*)", re.IGNORECASE)
_MOST_DIGITS: Final = 18
_BEHIND_ALL: Final = 10**_MOST_DIGITS
UNSATISFIABLE: Final = (-1, -1)
"""What `wanted_range` returns where the range lies behind the end of the file."""


@dataclass(frozen=True)
class Validators:
    """By what a client recognises a state of a file; *modified* is in whole seconds."""

    etag: str
    modified: int

    @classmethod
    def of(cls, status: os.stat_result) -> Validators:
        """Return those of a file on disk, which is replaced as a whole or not at all."""
        return cls(f'"{status.st_mtime_ns:x}-{status.st_size:x}"', int(status.st_mtime))

    @property
    def last_modified(self) -> str:
        """The time as headers hold it."""
        return format_datetime(datetime.fromtimestamp(self.modified, timezone.utc), usegmt=True)

    def status(self, headers: Mapping[str, str]) -> int | None:
        """Return 304 or 412 where the conditions of a request ask for it, else None."""
        if "if-match" in headers:
            if not self._is_listed(headers["if-match"], weak=False):
                return 412
        elif self._is_newer_than(headers.get("if-unmodified-since")):
            return 412
        if "if-none-match" in headers:
            return 304 if self._is_listed(headers["if-none-match"], weak=True) else None
        since = _moment(headers.get("if-modified-since"))
        return 304 if since is not None and self.modified <= since else None

    def is_meant_by(self, if_range: str | None) -> bool:
        """Return whether a range may be given: the client has a part of this very state."""
        if if_range is None:
            return True
        return if_range.strip() == self.etag or _moment(if_range) == self.modified

    def _is_listed(self, tags: str, *, weak: bool) -> bool:
        listed = [tag.strip() for tag in tags.split(",")]
        if weak:
            listed = [tag.removeprefix("W/") for tag in listed]
        return "*" in listed or self.etag in listed

    def _is_newer_than(self, date: str | None) -> bool:
        moment = _moment(date)
        return moment is not None and self.modified > moment


def _moment(date: str | None) -> int | None:
    if date is None:
        return None
    try:
        return int(parsedate_to_datetime(date).timestamp())
    except (TypeError, ValueError, OverflowError):
        return None


def wanted_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return first byte and length of the one range asked for, None for the whole file.

    What cannot be understood, and several ranges at once, mean the whole file.
    """
    found = _ONE_RANGE.fullmatch((header or "").replace(" ", ""))
    if found is None or found.groups() == ("", ""):
        return None
    first, last = map(_number, found.groups())
    if first is None:
        length = min(last or 0, size)
        return (size - length, length) if length else UNSATISFIABLE
    if last is not None and last < first:
        return None
    end = size - 1 if last is None else min(last, size - 1)
    return (first, end - first + 1) if first < size else UNSATISFIABLE


def _number(digits: str) -> int | None:
    """Return a number, a huge one instead of one that is hugely longer."""
    significant = digits.lstrip("0")
    if len(significant) > _MOST_DIGITS:
        return _BEHIND_ALL
    return int(significant or "0") if digits else None
