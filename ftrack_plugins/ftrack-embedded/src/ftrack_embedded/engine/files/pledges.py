"""Pledges: what this process has promised to do, noted where the next one finds it.

A pledge is a file that its process keeps locked until the work is done. The lock goes with the
process, however it ends; the file stays, and tells whoever opens the studio next what was left.
"""

from __future__ import annotations

import weakref
from typing import IO, TYPE_CHECKING

from ftrack_embedded.engine.locks import try_lock

from .receiver import full_disk_told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

__all__ = ["Pledge", "abandoned", "pledge"]


class Pledge:
    """A promise of this process; leaving its block without an error says that it is kept.

    With an error, or dropped, it is an abandoned one. *name* tells what was promised.
    """

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.name = path.name
        self._path = path
        self._let_go = weakref.finalize(self, file.close)

    def fulfil(self) -> None:
        """Say that the work is done, or that nobody waits for it any more."""
        self._let_go()  # first: some systems remove no open file
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> Pledge:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self.fulfil()
        else:
            self._let_go()


def pledge(folder: Path, name: str) -> Pledge:
    """Note in *folder* that this process has begun what *name* tells."""
    path = folder / name
    with full_disk_told():
        folder.mkdir(parents=True, exist_ok=True)
        file = path.open("xb")
        noted = Pledge(path, file)
        try_lock(file)  # nobody else has it: whoever finds an empty file lets it alone
        file.write(b"locked")
        file.flush()
    return noted


def abandoned(folder: Path) -> Iterator[Pledge]:
    """Take over the pledges of processes that have ended before they kept them, one by one."""
    for path in sorted(folder.glob("*")):
        taken = _taken_over(path)
        if taken is not None:
            yield taken


def _taken_over(path: Path) -> Pledge | None:
    try:
        if not path.stat().st_size:
            return None
        file = path.open("r+b")
    except OSError:  # it was kept meanwhile, or the folder can only be read
        return None
    if not try_lock(file):
        file.close()
        return None
    return Pledge(path, file)
