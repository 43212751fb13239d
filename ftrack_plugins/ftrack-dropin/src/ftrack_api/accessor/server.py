"""Files in the server's own storage."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from ftrack_accessor_server.asking import component_of, remove_file
from ftrack_accessor_server.content import Content
from ftrack_accessor_server.names import file_name
from ftrack_accessor_server.reader import open_reader
from ftrack_accessor_server.upload import Uploads
from ftrack_core.errors import FtrackError, ResourceNotFoundError

from ftrack_api import symbol
from ftrack_api.data import String
from ftrack_api.exception import AccessorOperationFailedError, AccessorUnsupportedOperationError

from .base import Accessor

if TYPE_CHECKING:
    import builtins
    from collections.abc import Iterator

__all__ = ["ServerFile"]


class ServerFile(String):
    """The file of the component whose id is *resource_identifier*.

    Reading loads all of it, when it is first read. In a mode that writes, what was written is sent
    as a whole when the file is flushed or closed, and not again unless something was added.
    """

    def __init__(self, resource_identifier: str, session: Any, mode: str = "rb") -> None:
        self.mode = mode
        self.resource_identifier = resource_identifier
        self._session = session
        self._has_read = "w" in mode or "x" in mode  # these begin with nothing
        self._is_sent = not self._has_read  # and nothing is what they send then
        super().__init__()

    def read(self, limit: int | None = None) -> Any:
        """Return at most *limit* bytes from the current position on; everything where it is None.

        Raises `AccessorOperationFailedError` where the file cannot be loaded.
        """
        self._load()
        return super().read(limit)

    def write(self, content: str | bytes) -> Any:
        """Write *content* at the current position; in a mode with ``a`` at the end.

        Raises `AccessorUnsupportedOperationError` in a mode that only reads.
        """
        if not any(one in self.mode for one in "wxa+"):
            raise AccessorUnsupportedOperationError(
                f"Writing to a file opened as {self.mode!r}", self.resource_identifier
            )
        self._load()
        if "a" in self.mode:
            self.seek(0, os.SEEK_END)
        super().write(content)
        self._is_sent = False

    def flush(self) -> None:
        """Send what was written.

        Raises `AccessorOperationFailedError` where that fails; flushing again tries again.
        """
        super().flush()
        if not self._is_sent:
            self._write()
            self._is_sent = True

    def __enter__(self) -> ServerFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        """Close it; where the block raised nothing is sent, for it would be half of a file."""
        self._is_sent = self._is_sent or kind is not None
        self.close()

    def _load(self) -> None:
        if not self._has_read:
            self._read()
            self._has_read = True

    def _read(self) -> None:
        """Load all of it; the position stays."""
        position = self.tell()
        self.seek(0)
        identifier = self.resource_identifier
        with _failing("load", identifier), open_reader(self._session.kernel, identifier) as file:
            shutil.copyfileobj(file, self.wrapped_file, symbol.CHUNK_SIZE)
        self.wrapped_file.flush()
        self.seek(position)

    def _write(self) -> None:
        """Send all of it; the position stays."""
        position, kernel = self.tell(), self._session.kernel
        with _failing("send", self.resource_identifier):
            component = component_of(kernel, self.resource_identifier)
            content = Content(self.wrapped_file, self.resource_identifier)
            Uploads(kernel).send(self.resource_identifier, file_name(component), content)
        self.seek(position)


class _ServerAccessor(Accessor):
    """Reaches files in the server's own storage, each under the id of its component."""

    def __init__(self, session: Any, **kw: Any) -> None:
        super().__init__(**kw)
        self._session = session

    def open(self, resource_identifier: str, mode: str = "rb") -> ServerFile:
        """Return the data of a component."""
        return ServerFile(resource_identifier, session=self._session, mode=mode)

    def remove(self, resourceIdentifier: str) -> None:  # noqa: N803 -- as it has always been
        """Remove the file of a component; raise `AccessorOperationFailedError` without one."""
        with _failing("remove", resourceIdentifier):
            remove_file(self._session.kernel, resourceIdentifier)

    def get_container(self, resource_identifier: str) -> None:
        """Return None: there are no containers."""
        return

    def make_container(self, resource_identifier: str, recursive: bool = True) -> None:
        """Do nothing: there are no containers."""

    def exists(self, resource_identifier: str) -> bool:
        """Return False: whatever is there may be written again."""
        return False

    def list(self, resource_identifier: str) -> builtins.list[str]:
        """Refuse: the server does not list its files; query ComponentLocation for them."""
        raise _unknown("list", resource_identifier)

    def is_file(self, resource_identifier: str) -> bool:
        """Refuse: the server does not tell."""
        raise _unknown("is_file", resource_identifier)

    def is_container(self, resource_identifier: str) -> bool:
        """Refuse: the server does not tell."""
        raise _unknown("is_container", resource_identifier)

    def is_sequence(self, resource_identifier: str) -> bool:
        """Refuse: the server does not tell."""
        raise _unknown("is_sequence", resource_identifier)

    def get_url(self, resource_identifier: str) -> str:
        """Return a URL that a browser can open. It holds the user's key: do not pass it on."""
        return self._address("/component/get", id=resource_identifier)

    def get_thumbnail_url(self, resource_identifier: str, size: int | None = None) -> str:
        """Return the URL of a picture, of *size* by *size* pixels at the most.

        It holds the user's key: do not pass it on.
        """
        url = self._address("/component/thumbnail", id=resource_identifier)
        return f"{url}&size={size}" if size else url

    def _address(self, path: str, **query: str) -> str:
        who = {"username": self._session.api_user, "apiKey": self._session.api_key}
        return f"{self._session.server_url}{path}?{urlencode({**query, **who}, quote_via=quote)}"


class _NoServerFileError(AccessorOperationFailedError, ResourceNotFoundError):
    """The server has no such file; new transfers know this by the kernel's class."""


class _UnknownToServerError(AccessorUnsupportedOperationError, NotImplementedError):
    """The server's storage has no such operation."""


def _unknown(operation: str, identifier: str) -> Exception:
    return _UnknownToServerError(f"{operation} in the server's storage", identifier)


@contextmanager
def _failing(doing: str, identifier: str) -> Iterator[None]:
    """Raise what goes wrong on the way as an error of accessors."""
    try:
        yield
    except FtrackError as error:
        missing = isinstance(error, ResourceNotFoundError)
        kind = _NoServerFileError if missing else AccessorOperationFailedError
        raise kind(f"To {doing} a file of the server", identifier, error) from error
