"""Many keys, some at a time: a statement takes only so many parameters."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["chunks"]

_SIZE: Final = 5000
_Key = TypeVar("_Key")


def chunks(keys: Iterable[_Key]) -> Iterator[list[_Key]]:
    """Yield *keys* in lists that fit into one statement."""
    left = iter(keys)
    while some := list(islice(left, _SIZE)):
        yield some
