"""Uploads: addresses that take the bytes of a component for an hour, and what they check."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

from ftrack_core.wire import dumps

from ftrack_embedded.engine import failures, tickets
from ftrack_embedded.engine.caller import Caller

from .access import caller_of, wanted_component
from .exchange import FileAnswer, FileRequest
from .media import content_disposition, content_type, file_name

if TYPE_CHECKING:
    from types import TracebackType

    from ftrack_core.errors import ServerError

    from ftrack_embedded.engine.studio import Studio
    from ftrack_embedded.engine.transaction import Transaction

    from .receiver import Received, Receiver

__all__ = [
    "UPLOAD_PATH",
    "Upload",
    "Wanted",
    "begin_upload",
    "get_put_metadata",
    "part_address",
    "put_headers",
    "upload_address",
    "upload_of",
]

UPLOAD_PATH: Final = "/upload/"
_PURPOSE: Final = "upload"
_SECONDS: Final = 3600
_MD5_BYTES: Final = 16


@dataclass(frozen=True)
class Wanted:
    """A file that is about to come; *checksum* is its MD5 in base64, *size* in bytes, if known."""

    component_id: str
    size: int | None = None
    checksum: str | None = None
    upload_id: str | None = None
    parts: int | None = None


# --- addresses ------------------------------------------------------------------------------------


def upload_address(tx: Transaction, wanted: Wanted) -> str:
    """Return an address that takes the bytes by PUT; it needs no key and is good for an hour."""
    path = f"{UPLOAD_PATH}{quote(wanted.component_id, safe='')}"
    ticket = tickets.issue(tx.connection, _PURPOSE, vars(wanted), seconds=_SECONDS)
    return f"{tx.server_url}{path}?token={ticket}"


def upload_of(tx: Transaction, component_id: str, upload_id: str) -> Wanted:
    """Return the upload in parts that was announced by this id; a ValidationError if none was."""
    for content in tickets.contents(tx.connection, _PURPOSE):
        if (content["component_id"], content["upload_id"]) == (component_id, upload_id):
            return Wanted(**content)
    raise failures.invalid("There is no such upload, or it was begun more than an hour ago.")


def part_address(address: str, number: int) -> str:
    """Return the address for one part of an upload."""
    return f"{address}&part={number}"


def put_headers(wanted: Wanted, name: str, file_type: str) -> dict[str, str]:
    """Return the headers that a client sends along with the bytes."""
    headers = {
        "Content-Type": content_type(file_type),
        "Content-Disposition": content_disposition(file_name(name, file_type)),
    }
    if wanted.size is not None:
        headers["Content-Length"] = str(wanted.size)
    if wanted.checksum:
        headers["Content-MD5"] = wanted.checksum
    return headers


def get_put_metadata(studio: Studio, request: FileRequest) -> FileAnswer:
    """``/component/getPutMetadata``: what older clients ask before they upload."""
    from ftrack_embedded.engine.permissions.check import check_may_write_component

    caller = caller_of(studio, request)
    component = wanted_component(studio, caller, request)
    size = request.query.get("fileSize", "")
    wanted = Wanted(
        component.id,
        int(size) if size.isdecimal() else None,
        request.query.get("checksum") or None,
    )
    with studio.writing(caller) as tx:
        check_may_write_component(tx, component.id)
        address = upload_address(tx, wanted)
    headers = put_headers(wanted, component.name, component.file_type)
    body = dumps({"url": address, "headers": headers})
    told = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(body))}
    return FileAnswer(200, told, body)


# --- receiving ------------------------------------------------------------------------------------


class Upload:
    """Bytes on their way to where *wanted* says; leaving the block before `keep` forgets them."""

    def __init__(
        self, studio: Studio, wanted: Wanted, request: FileRequest, part: int | None
    ) -> None:
        self._studio = studio
        self._wanted = wanted
        self._ticket = request.query.get("token", "")
        self._part = part
        self._checksum = request.headers.get("content-md5") or None
        self._receiver: Receiver = studio.files.receive()
        self._received: Received | None = None

    def write(self, piece: bytes) -> None:
        """Take some bytes; more than were announced are an error."""
        self._receiver.write(piece)
        most = self._wanted.size
        if most is not None and self._receiver.size > most:
            raise _wrong_size(self._receiver.size, most)

    def check(self) -> None:
        """Check that what has come is what was announced; nothing more can come."""
        wanted = self._wanted
        if self._part is None and wanted.size is not None and self._receiver.size != wanted.size:
            raise _wrong_size(self._receiver.size, wanted.size)
        self._received = self._receiver.finish()
        whole = None if self._part is not None else wanted.checksum
        for checksum in (self._checksum, whole):
            if checksum and not _is_md5_of(checksum, self._received.md5):
                raise failures.invalid("The bytes that came are not those of the checksum.")

    def keep(self) -> FileAnswer:
        """Make what was checked the file of its component; the answer bears its MD5 as ETag."""
        received = self._received
        assert received is not None
        files = self._studio.files
        if self._part is not None:
            assert self._wanted.upload_id is not None
            files.keep_part(self._wanted.upload_id, self._part, received)
        else:
            self._keep_whole(received)
        return FileAnswer(200, {"ETag": f'"{received.md5}"', "Content-Length": "0"})

    def _keep_whole(self, received: Received) -> None:
        with self._studio.writing(Caller()) as tx:
            content = tickets.read(tx.connection, _PURPOSE, self._ticket)
            former = _spent(content)
            if former is None:
                self._studio.files.keep(self._wanted.component_id, received)
                spent = {**(content or {}), "md5": received.md5}
                tickets.change(tx.connection, self._ticket, spent)
            elif former != received.md5:
                raise _not_valid()

    def close(self) -> None:
        """Throw away what has come, unless it was kept."""
        self._receiver.close()
        if self._received is not None:
            self._received.path.unlink(missing_ok=True)

    def __enter__(self) -> Upload:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def begin_upload(studio: Studio, request: FileRequest) -> Upload:
    """Begin to receive what is put at an upload address; the ticket in it is the permission."""
    if request.method != "PUT" or not request.path.startswith(UPLOAD_PATH):
        raise failures.server_error("NotFoundError", f"Nothing can be put at {request.path}.")
    with studio.reading(Caller()) as tx:
        content = tickets.read(tx.connection, _PURPOSE, request.query.get("token", ""))
    content = content or {}
    content.pop("md5", None)
    if content.get("component_id") != unquote(request.path.removeprefix(UPLOAD_PATH)):
        raise _not_valid()
    wanted = Wanted(**content)
    part = _part(wanted, request.query.get("part"))
    _check_length(wanted, part, request.headers.get("content-length"))
    return Upload(studio, wanted, request, part)


def _part(wanted: Wanted, text: str | None) -> int | None:
    if wanted.parts is None:
        return None
    if not text or not text.isdecimal() or not 1 <= int(text) <= wanted.parts:
        raise failures.invalid(f"The address needs a part from 1 to {wanted.parts}.")
    return int(text)


def _check_length(wanted: Wanted, part: int | None, length: str | None) -> None:
    if wanted.size is None or length is None or not length.isdecimal():
        return
    fits = int(length) <= wanted.size if part is not None else int(length) == wanted.size
    if not fits:
        raise _wrong_size(int(length), wanted.size)


def _spent(content: dict[str, Any] | None) -> str | None:
    """Return the MD5 of what came already by this ticket."""
    if content is None:
        raise _not_valid()
    return content.get("md5")


def _not_valid() -> ServerError:
    return failures.server_error(
        "PermissionError",
        "The upload address is not valid any more. Ask for another: get_upload_metadata.",
    )


def _wrong_size(size: int, announced: int) -> ServerError:
    return failures.invalid(f"{announced} bytes were announced, {size} have come.")


def _is_md5_of(checksum: str, md5: str) -> bool:
    try:
        given = base64.b64decode(checksum, validate=True)
    except (binascii.Error, ValueError):
        given = b""
    if len(given) != _MD5_BYTES:
        return hmac.compare_digest(checksum.lower().encode(), md5.encode())
    return hmac.compare_digest(given.hex(), md5)
