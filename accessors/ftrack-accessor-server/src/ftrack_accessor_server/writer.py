"""Writing a file of the server: gathered in a temporary file, sent as a whole when it is closed."""

from __future__ import annotations

import io
import tempfile
from typing import IO, TYPE_CHECKING, Any

from .content import Content
from .failures import source_errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Buffer

__all__ = ["Writer"]

_IN_MEMORY = 1024 * 1024


class Writer(io.RawIOBase):
    """A stream whose content is handed to *send* once, when it is closed.

    The server wants to know the size before the first byte. Where the block raises, or the stream
    is forgotten without being closed, nothing is sent: it would be half of a file.
    """

    def __init__(self, identifier: str, send: Callable[[Content], object]) -> None:
        self._identifier = identifier
        self._send = send
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 -- closed by close
        self._position = 0

    def writable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self._position

    def write(self, data: Buffer, /) -> int:
        """Add all of *data* at the end."""
        if self.closed:
            raise ValueError("write to a closed file")
        with source_errors(self._identifier, doing="write"):
            written = self._file.write(bytes(data))
        self._position += written
        return written

    def close(self) -> None:
        """Send what was written; closing again does nothing, also after a failure."""
        if self.closed:
            return
        try:
            self._send(Content(self._file, self._identifier))
        finally:
            self.discard()

    def discard(self) -> None:
        """Throw away what was written."""
        self._file.close()
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
        file: Any = getattr(self, "_file", None)
        if file is not None and not self.closed:
            self.discard()
