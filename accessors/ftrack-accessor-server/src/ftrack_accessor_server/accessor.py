"""The accessor of the server's storage."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn, cast

from ftrack_core.errors import (
    ConfigurationError,
    ResourceExistsError,
    ResourceNotFoundError,
    UnsupportedOperationError,
)
from ftrack_core.ports import require_known_options

from .asking import GOOD, answered, component_of, file_address, remove_file
from .content import Content
from .failures import source_errors, storage_errors
from .links import link_of
from .names import file_name
from .reader import open_reader, read_range
from .retry import retried
from .upload import CONNECTIONS, Uploads
from .writer import Writer

if TYPE_CHECKING:
    import builtins
    from collections.abc import Iterator

    from ftrack_core.ports import Accessor, AccessorSpec
    from ftrack_core.session import Session

__all__ = ["ServerAccessor", "server_accessor"]

_OPTIONS = ("connections", "session")
_EMPTY = frozenset({416})
"""What the first byte of an empty file is answered with."""


def server_accessor(spec: AccessorSpec) -> ServerAccessor:
    """Return the accessor for ``server:``; raise `ConfigurationError` for bad settings."""
    options = dict(spec.options)
    require_known_options("the server accessor", options, _OPTIONS)
    if spec.rest:
        raise ConfigurationError("the server's storage is written server: and nothing behind it")
    if options.get("session") is None:
        raise ConfigurationError(
            "server: is reached through a session: bind it to a location of one, or give the "
            "session as an option"
        )
    return ServerAccessor(**options)


class ServerAccessor:
    """Files in the storage of the server that *session* is connected to.

    A resource identifier is the id of a component. There are no containers. At most *connections*
    requests send at the same time.

    Raises `ConfigurationError` for a number of connections that makes no sense.
    """

    def __init__(self, session: Session, *, connections: int = CONNECTIONS) -> None:
        if isinstance(connections, bool) or not isinstance(connections, int) or connections < 1:
            raise ConfigurationError(f"connections is a number from 1 on, not {connections!r}")
        self._session = session
        self._uploads = Uploads(session, connections)

    def __repr__(self) -> str:
        return "ServerAccessor()"

    def list(self, resource_identifier: str) -> builtins.list[str]:
        """Refuse: the server does not list its files; query ``ComponentLocation`` for them."""
        _refuse(
            resource_identifier,
            "does not list its files; query ComponentLocation for what is in ftrack.server",
        )

    def exists(self, resource_identifier: str) -> bool:
        """Return whether the server has a file of the component; it asks for its first byte.

        Bytes that were sent for a component which is not committed are not seen.
        """
        url = file_address("get", resource_identifier)

        def attempt() -> bool:
            with answered(
                self._session,
                "look for",
                resource_identifier,
                "GET",
                url,
                headers={"Range": "bytes=0-0"},
                good=GOOD | _EMPTY,
            ):
                return True

        with storage_errors("look for", resource_identifier):
            try:
                return retried(self._session, attempt)
            except ResourceNotFoundError:
                return False

    def is_file(self, resource_identifier: str) -> bool:
        """Return what `exists` does: there is nothing but files."""
        return self.exists(resource_identifier)

    def is_container(self, resource_identifier: str) -> bool:
        """Return False: there are no containers."""
        file_address("get", resource_identifier)
        return False

    def is_sequence(self, resource_identifier: str) -> bool:
        """Return False: each frame is a file of its own."""
        file_address("get", resource_identifier)
        return False

    def open(self, resource_identifier: str, mode: str = "rb") -> IO[bytes]:
        """Open the file of a component in ``rb`` or ``wb``.

        What is written is gathered in a temporary file and sent when the stream is closed; it
        replaces the whole of what was there. Writing needs the component, committed or not.
        """
        if mode == "rb":
            return open_reader(self._session, resource_identifier)
        if mode == "wb":
            return cast("IO[bytes]", self._writer(resource_identifier))
        raise UnsupportedOperationError(
            f"mode {mode!r} is not known; use 'rb' or 'wb'",
            resource_identifier=resource_identifier,
        )

    def remove(self, resource_identifier: str) -> None:
        """Remove the file of a component, whose row stays."""
        remove_file(self._session, resource_identifier)

    def make_container(self, resource_identifier: str, recursive: bool = True) -> NoReturn:
        """Refuse: there are no containers."""
        del recursive
        _refuse(resource_identifier, "has no containers; a file is kept under its component's id")

    def get_container(self, resource_identifier: str) -> str:
        """Return the empty text, which is the root: everything is directly in it."""
        file_address("get", resource_identifier)
        return ""

    def get_filesystem_path(self, resource_identifier: str) -> NoReturn:
        """Refuse: the files are on the server."""
        _refuse(
            resource_identifier,
            "has no paths on this machine; read the file, or add its component to a location here",
        )

    def get_url(self, resource_identifier: str) -> str:
        """Return a link that needs no key, which the server makes and which expires.

        Raises `UnsupportedOperationError` where it makes none: so it is with a server that is not
        reached over HTTP, and for a component that is not recorded in ``ftrack.server``.
        """
        return link_of(self._session, resource_identifier)

    def read_range(self, resource_identifier: str, start: int, length: int) -> bytes:
        """Return at most *length* bytes from offset *start*; fewer at the end of the file."""
        return read_range(self._session, resource_identifier, start, length)

    @contextmanager
    def open_atomic(
        self, resource_identifier: str, *, overwrite: bool = False
    ) -> Iterator[IO[bytes]]:
        """Return a writer whose file is sent when the block ends, and not if it raises.

        Raises `ResourceExistsError` where there is one and *overwrite* is False. The server cannot
        tell two writers apart that begin at the same time: the later one wins.
        """
        writer = self._writer(resource_identifier)
        if not overwrite:
            self._refuse_existing(resource_identifier)
        with writer:
            yield cast("IO[bytes]", writer)

    def copy_from(
        self,
        source: Accessor,
        source_identifier: str,
        resource_identifier: str,
        *,
        overwrite: bool = False,
    ) -> bool:
        """Send a file of this machine straight from where it is, whole or not at all.

        Returns False where the source has no path for it. Raises as `open_atomic` does.
        """
        try:
            path = source.get_filesystem_path(source_identifier)
        except UnsupportedOperationError:
            return False
        component = component_of(self._session, resource_identifier)
        if not overwrite:
            self._refuse_existing(resource_identifier)
        with source_errors(resource_identifier, path):
            file = Path(path).open("rb")  # noqa: SIM115 -- its errors are told apart
        with file:
            content = Content(file, resource_identifier, path)
            self._uploads.send(resource_identifier, file_name(component, path), content)
        return True

    def _writer(self, identifier: str) -> Writer:
        component = component_of(self._session, identifier)

        def send(content: Content) -> None:
            self._uploads.send(identifier, file_name(component), content)

        return Writer(identifier, send)

    def _refuse_existing(self, identifier: str) -> None:
        component: Any = component_of(self._session, identifier)
        if self._session.work.is_new(component):
            return  # the server knows nothing of it, and would say so at the cost of a request
        if self.exists(identifier):
            raise ResourceExistsError(
                f"the server has a file of component {identifier!r} already; publish a new "
                "component, or remove this one from ftrack.server first",
                resource_identifier=identifier,
            )


def _refuse(identifier: str, reason: str) -> NoReturn:
    file_address("get", identifier)
    raise UnsupportedOperationError(
        f"the server's storage {reason}", resource_identifier=identifier
    )
