"""The threads in which a server works, apart by what they may have to wait for."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

__all__ = ["Pool", "Threads"]

_Answer = TypeVar("_Answer")


class Pool:
    """Some threads that do the same kind of work: ``await pool(function, argument)``."""

    def __init__(self, size: int, name: str) -> None:
        self._executor = ThreadPoolExecutor(size, name)

    async def __call__(self, work: Callable[..., _Answer], *given: Any) -> _Answer:
        """Do *work* in one of the threads and return what it returns."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, *given)

    def close(self) -> None:
        """Wait until all that was begun is done."""
        self._executor.shutdown()


class Threads:
    """Three kinds of threads: however much of one kind there is to do, the others go on."""

    def __init__(self) -> None:
        self.read = Pool(16, "ftrack-read")
        """Answers questions, and waits for nobody."""
        self.write = Pool(4, "ftrack-write")  # one writes, while the next ones make their answers
        """Changes the database, and may wait for others that do."""
        self.carry = Pool(8, "ftrack-carry")
        """Moves the bytes of files and makes pictures smaller; it may wait for a disk."""

    def __enter__(self) -> Threads:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for pool in (self.read, self.write, self.carry):
            pool.close()
