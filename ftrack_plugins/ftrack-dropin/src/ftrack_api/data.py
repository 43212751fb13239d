"""Data that accessors open: the file-like objects that scripts read and write."""

from __future__ import annotations

import codecs
import os
import tempfile
from abc import ABCMeta, abstractmethod
from typing import Any

__all__ = ["Data", "File", "FileWrapper", "String"]


class Data(metaclass=ABCMeta):
    """Something that is read and written by position; *closed* says whether it still can be."""

    def __init__(self) -> None:
        self.closed = False

    @abstractmethod
    def read(self, limit: int | None = None) -> Any:
        """Return at most *limit* from the current position on; everything where it is None."""

    @abstractmethod
    def write(self, content: Any) -> Any:
        """Write *content* at the current position."""

    def flush(self) -> None:  # noqa: B027 -- there may be nothing to do
        """Let what was written be seen by others."""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> Any:
        """Go to *offset*, counted from the start, from here or from the end as *whence* says."""
        raise NotImplementedError(f"{type(self).__name__} has no positions to go to")

    def tell(self) -> int:
        """Return the current position."""
        raise NotImplementedError(f"{type(self).__name__} has no positions to tell")

    def close(self) -> None:
        """Flush, and be closed."""
        self.flush()
        self.closed = True


class FileWrapper(Data):
    """The data of a file object, which is *wrapped_file*."""

    def __init__(self, wrapped_file: Any) -> None:
        self.wrapped_file = wrapped_file
        self._read_since_last_write = False
        super().__init__()

    def read(self, limit: int | None = None) -> Any:
        """Return at most *limit* from the current position on; everything where it is None."""
        self._read_since_last_write = True
        return self.wrapped_file.read(-1 if limit is None else limit)

    def write(self, content: Any) -> Any:
        """Write *content* at the current position."""
        if self._read_since_last_write:
            self.seek(self.tell())  # C's streams need a seek between reading and writing
        self.wrapped_file.write(content)
        self._read_since_last_write = False

    def flush(self) -> None:
        """Let what was written be seen by others."""
        super().flush()
        if hasattr(self.wrapped_file, "flush"):
            self.wrapped_file.flush()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> Any:
        """Go to *offset*, counted from the start, from here or from the end as *whence* says."""
        self.wrapped_file.seek(offset, whence)

    def tell(self) -> int:
        """Return the current position."""
        position: int = self.wrapped_file.tell()
        return position

    def close(self) -> None:
        """Flush and close the file, also where flushing fails; closing again does nothing."""
        if self.closed:
            return
        try:
            super().close()
        finally:
            self.closed = True
            if hasattr(self.wrapped_file, "close"):
                self.wrapped_file.close()


class File(FileWrapper):
    """The data of the file at *path*, opened in any of Python's modes."""

    def __init__(self, path: str | os.PathLike[str], mode: str = "rb") -> None:
        super().__init__(open(path, mode))  # noqa: PTH123, SIM115 -- closed by close


class String(FileWrapper):
    """Data in a temporary file, which begins with *content*.

    Text is kept as UTF-8; once text was written, text is read. *limit* is in bytes: where it ends
    within a character the whole of the character is returned.
    """

    def __init__(self, content: str | bytes | None = None) -> None:
        self.is_binary = True
        super().__init__(tempfile.TemporaryFile())  # noqa: SIM115 -- closed by close
        if content is not None:
            self.wrapped_file.write(self._encoded(content))
            self.wrapped_file.seek(0)

    def write(self, content: str | bytes) -> Any:
        """Write *content* at the current position."""
        super().write(self._encoded(content))

    def read(self, limit: int | None = None) -> Any:
        """Return at most *limit* bytes, as text where text was written."""
        content: bytes = super().read(limit)
        return content if self.is_binary else self._decoded(content)

    def _encoded(self, content: str | bytes) -> bytes:
        if isinstance(content, str):
            self.is_binary = False
            return content.encode()
        return content

    def _decoded(self, content: bytes) -> str:
        decoder = codecs.getincrementaldecoder("utf-8")()
        text = decoder.decode(content)
        while decoder.getstate()[0]:  # a character that the limit has cut
            more = self.wrapped_file.read(1)
            text += decoder.decode(more, final=not more)
        return text
