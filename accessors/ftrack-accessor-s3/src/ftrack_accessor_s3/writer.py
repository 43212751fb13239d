"""Writing an object as a stream: in one request while it is small, in parts when it grows."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from ftrack_core.errors import AccessorError, ResourceExistsError

from .failures import code_of, storage_errors

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Buffer

    from .conditions import Conditions
    from .objects import Objects

__all__ = ["PART_SIZE", "Writer"]

PART_SIZE = 8 * 1024 * 1024
"""The size in bytes of the first thousand parts; see `_size_of_part`."""

_ATTEMPTS = 3
_CONFLICT = {"409", "ConditionalRequestConflict"}


class Writer(io.RawIOBase):
    """Keeps one part in memory; the object appears when the writer is finished, never before.

    With *conditions* the object is created and never overwritten. A plain writer finishes when it
    is closed (*finish_on_close*), unless the block around it failed.
    """

    def __init__(
        self,
        objects: Objects,
        key: str,
        identifier: str,
        *,
        conditions: Conditions | None = None,
        finish_on_close: bool = True,
    ) -> None:
        self._objects = objects
        self._key = key
        self._identifier = identifier
        self._conditions = conditions
        self._finish_on_close = finish_on_close
        self._ended = False
        self._pending = bytearray()
        self._upload: str | None = None
        self._parts: list[dict[str, Any]] = []
        self._sent = 0

    def writable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self._sent + len(self._pending)

    def write(self, data: Buffer, /) -> int:
        """Take all of *data*; full parts are sent on the way."""
        self._refuse_ended()
        view = memoryview(data).cast("B")
        taken = 0
        while taken < len(view):
            room = _size_of_part(len(self._parts)) - len(self._pending)
            self._pending += view[taken : taken + room]
            taken += min(room, len(view) - taken)
            if len(self._pending) == _size_of_part(len(self._parts)):
                self._send()
        return len(view)

    def finish(self) -> None:
        """Make the object appear; whatever goes wrong, nothing of it stays."""
        self._refuse_ended()
        try:
            with storage_errors("write", self._identifier):
                if self._upload is None:
                    self._put()
                else:
                    self._complete(self._upload)
        except BaseException:
            self.discard()
            raise
        self._ended = True

    def discard(self) -> None:
        """Forget what was written."""
        if not self._ended and self._upload is not None:
            # the error that led here matters more than one while cleaning up
            with suppress(AccessorError), storage_errors("discard", self._identifier):
                self._objects.abort(self._key, self._upload)
        self._ended = True
        self._pending.clear()

    def close(self) -> None:
        """Close the stream; a plain writer's object appears now."""
        try:
            if self._finish_on_close and not self._ended:
                self.finish()
        finally:
            super().close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is not None:
            self.discard()
        self.close()

    def __del__(self) -> None:
        # a stream that was dropped halfway is no finished file, whatever the base class thinks
        self.discard()

    def _send(self) -> None:
        try:
            with storage_errors("write", self._identifier):
                self._upload = self._upload or self._objects.begin(self._key)
                self._put_part(self._upload)
        except BaseException:
            self.discard()
            raise

    def _put_part(self, upload: str) -> None:
        number = len(self._parts) + 1
        part = self._objects.put_part(self._key, upload, number, bytes(self._pending))
        self._parts.append(part)
        self._sent += len(self._pending)
        self._pending.clear()

    def _put(self) -> None:
        content = bytes(self._pending)
        if self._conditions is None:
            self._objects.put(self._key, content)
        elif self._conditions.heeded_by_put():
            self._put_new(content)
        else:
            self._refuse_existing()
            self._objects.put(self._key, content)

    def _put_new(self, content: bytes) -> None:
        """Create the object; a conflict means that another writer is at it in this moment."""
        for _ in range(_ATTEMPTS - 1):
            try:
                self._objects.put(self._key, content, only_new=True)
            except ClientError as error:
                if code_of(error) not in _CONFLICT:
                    raise
            else:
                return
        self._objects.put(self._key, content, only_new=True)

    def _complete(self, upload: str) -> None:
        if self._pending:
            self._put_part(upload)
        if self._conditions is None:
            self._objects.complete(self._key, upload, self._parts)
        elif self._conditions.heeded_by_complete():
            self._complete_new(upload)
        elif self._conditions.heeded_by_put():
            self._claim_and_complete(upload)
        else:
            self._refuse_existing()
            self._objects.complete(self._key, upload, self._parts)

    def _complete_new(self, upload: str) -> None:
        try:
            self._objects.complete(self._key, upload, self._parts, only_new=True)
        except ClientError as error:
            if code_of(error) in _CONFLICT:
                self._refuse_existing()
            raise

    def _claim_and_complete(self, upload: str) -> None:
        """Whoever creates the empty object first may put the parts in its place."""
        self._put_new(b"")
        try:
            self._objects.complete(self._key, upload, self._parts)
        except BaseException:
            self._objects.delete(self._key)
            raise

    def _refuse_existing(self) -> None:
        if self._objects.exists(self._key):
            raise ResourceExistsError(
                f"cannot write {self._identifier!r}: it exists already",
                resource_identifier=self._identifier,
            )

    def _refuse_ended(self) -> None:
        if self._ended or self.closed:
            raise AccessorError(
                f"cannot write {self._identifier!r}: the stream has ended",
                resource_identifier=self._identifier,
            )


def _size_of_part(index: int) -> int:
    """Return the size of a part: doubled after each thousand, as 10,000 parts are all there are.

    The first thousand hold 8 GB and the second 16 GB, so that a file up to 250 GB keeps less than
    128 MB in memory.
    """
    return int(PART_SIZE * 2 ** (index // 1000))
