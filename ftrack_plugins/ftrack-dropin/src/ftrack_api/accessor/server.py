"""Files in the server's own storage."""

from __future__ import annotations

import base64
import hashlib
import os
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from ftrack_core.errors import FtrackError, ResourceNotFoundError
from ftrack_core.session.streaming import streamed

from ftrack_api import symbol
from ftrack_api.data import String
from ftrack_api.exception import AccessorOperationFailedError, AccessorUnsupportedOperationError

from .base import Accessor

if TYPE_CHECKING:
    import builtins
    from collections.abc import Iterator

    from ftrack_core.ports import Body, StreamResponse

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
        address = f"/component/get?{urlencode({'id': self.resource_identifier})}"
        with _answered(self._session, "load", self.resource_identifier, "GET", address) as answer:
            for piece in answer.iter_bytes(symbol.CHUNK_SIZE):
                self.wrapped_file.write(piece)
        self.wrapped_file.flush()
        self.seek(position)

    def _write(self) -> None:
        """Send all of it; the position stays."""
        position = self.tell()
        told = self._announced()
        self.seek(0)
        headers = {name: str(value) for name, value in told["headers"].items()}
        identifier, body = self.resource_identifier, self.wrapped_file
        with _answered(self._session, "send", identifier, "PUT", told["url"], headers, body):
            pass  # its status says it all
        self.seek(position)

    def _announced(self) -> Any:
        """Return where the server wants the bytes, and with which headers."""
        with _failing("announce", self.resource_identifier):
            component = self._session.get("FileComponent", self.resource_identifier)
            if not component:
                raise AccessorOperationFailedError(
                    "Sending a file", self.resource_identifier, "there is no such component"
                )
            return self._session.get_upload_metadata(
                component_id=self.resource_identifier,
                file_name=_file_name(component),
                file_size=self._get_size(),
                checksum=self._compute_checksum(),
            )

    def _get_size(self) -> int:
        """Return how many bytes there are."""
        position = self.tell()
        self.seek(0, os.SEEK_END)
        size = self.tell()
        self.seek(position)
        return size

    def _compute_checksum(self) -> str:
        """Return the MD5 of all of it in base 64, as the protocol has it."""
        position = self.tell()
        self.seek(0)
        digest = hashlib.md5(usedforsecurity=False)
        while piece := self.wrapped_file.read(symbol.CHUNK_SIZE):
            digest.update(piece)
        self.seek(position)
        return base64.b64encode(digest.digest()).decode()


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
        address = f"/component/remove?{urlencode({'id': resourceIdentifier})}"
        with _answered(self._session, "remove", resourceIdentifier, "GET", address):
            pass  # its status says it all

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
    except AccessorOperationFailedError:
        raise
    except FtrackError as error:
        raise AccessorOperationFailedError(_what(doing), identifier, error) from error


@contextmanager
def _answered(
    session: Any,
    doing: str,
    identifier: str,
    method: str,
    url: str,
    headers: dict[str, str] | None = None,
    body: Body = None,
) -> Iterator[StreamResponse]:
    """Lend the answer of the server, once it is known to be none that refuses."""
    with (
        _failing(doing, identifier),
        streamed(session.kernel, method, url, headers, body) as answer,
    ):
        if not 200 <= answer.status < 300:
            raise _refused(doing, identifier, answer.status)
        yield answer


def _refused(doing: str, identifier: str, status: int) -> Exception:
    words = HTTPStatus(status).phrase if status in set(HTTPStatus) else "unknown"
    kind = _NoServerFileError if status == HTTPStatus.NOT_FOUND else AccessorOperationFailedError
    return kind(_what(doing), identifier, f"the server answered HTTP {status} ({words})")


def _what(doing: str) -> str:
    return f"To {doing} a file of the server"


def _file_name(component: Any) -> str:
    """Return the name under which the server offers the file; one without a name goes by its id."""
    name, file_type = component["name"] or component["id"], component["file_type"]
    return f"{name}.{file_type.lstrip('.')}" if file_type else str(name)
