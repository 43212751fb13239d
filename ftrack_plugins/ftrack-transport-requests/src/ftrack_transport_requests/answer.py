"""From the bytes of an HTTP answer to the answers of a batch, or to an error that says why not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import (
    AuthenticationError,
    ConnectionLostError,
    ServerError,
    TransportError,
)
from ftrack_core.ports import origin_of
from ftrack_core.wire import loads

from .errors import UnreadableAnswerError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Reply", "read_answers"]

_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_OVERRUN = 429
_BUSY = frozenset({_OVERRUN, 502, 503, 504})  # a gateway lost the server, or it is overrun
_MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|\?xml)", re.IGNORECASE)
_REFUSED_USER = ("InvalidCredentialsError", "api_credentials_invalid")
_KNOWN_MEMBERS = frozenset({"exception", "content", "error_code", "operation"})


@dataclass(frozen=True)
class Reply:
    """One HTTP answer with its whole body. *origin* is who was asked, in a form fit to show."""

    origin: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def status_line(self) -> str:
        """The status in words: ``HTTP 502 Bad Gateway``."""
        try:
            return f"HTTP {self.status} {HTTPStatus(self.status).phrase}"
        except ValueError:
            return f"HTTP {self.status}"


def read_answers(reply: Reply, count: int) -> list[Any]:
    """Return the answers of a batch of *count* operations.

    Raises:
        ServerError: the server refused the batch (`AuthenticationError`: it refused the user).
        ConnectionLostError: a gateway answered in the place of the server, or the answer tells
            nothing; *sent* is False where the batch was surely not carried out.
        TransportError: whoever answered is no ftrack server, and has carried out nothing.
    """
    try:
        answer = loads(reply.body)
    except ValueError:
        raise _unreadable(reply) from None
    if isinstance(answer, dict):
        raise _refusal(answer, reply)
    if reply.status >= 400 or not isinstance(answer, list) or len(answer) != count:
        what = f"answered {count} operations with {_shape(answer)}"
        raise _unusable(reply, what, "is it an ftrack server?")
    return answer


def _refusal(answer: dict[str, Any], reply: Reply) -> TransportError:
    if reply.status >= 500 and "exception" not in answer:
        told = answer.get("message") or answer.get("detail") or "no reason"
        return _unusable(reply, f"answered: {told}", "this is a gateway's answer")
    exception = str(answer.get("exception") or reply.status_line)
    content = str(answer.get("content") or answer.get("detail") or "it gave no reason")
    code = answer.get("error_code")
    position = answer.get("operation")
    refuses_user = reply.status == 401 or exception in _REFUSED_USER or code in _REFUSED_USER
    error = AuthenticationError if refuses_user else ServerError
    return error(
        exception,
        content,
        error_code=code,
        operation=position if isinstance(position, int) else None,
        details={name: value for name, value in answer.items() if name not in _KNOWN_MEMBERS},
    )


def _unreadable(reply: Reply) -> TransportError:
    if 300 <= reply.status < 400:
        return TransportError(_moved(reply))
    if not reply.body:
        what = "answered with nothing at all"
    elif _MARKUP.match(reply.body):
        what = f"answered with a web page{_title(reply.body)} instead of data"
    elif reply.body.lstrip()[:1] in (b"[", b"{"):
        what = "answered with data that broke off or is damaged"
    else:
        what = "answered with something else than data"
    return _unusable(reply, what, "check the address, and whether a proxy stands in between")


def _unusable(reply: Reply, what: str, hint: str) -> TransportError:
    """Return the error for an answer that is none, by what it says of the request's fate."""
    text = f"{reply.origin} {what} ({reply.status_line})"
    if reply.status in _BUSY:
        busy = f"{text}; the server is busy or down: try again later"
        return ConnectionLostError(busy, sent=reply.status != _OVERRUN)
    if 300 <= reply.status < 500:
        return TransportError(f"{text}; {hint}")  # whoever says so has done nothing
    return UnreadableAnswerError(f"{text}; {hint}")


def _moved(reply: Reply) -> str:
    target = reply.headers.get("location", "")
    where = f" to {origin_of(target)}" if "://" in target else ""
    return (
        f"{reply.origin} sends its visitors elsewhere{where} ({reply.status_line}); "
        f"use that address as the server's URL"
    )


def _title(body: bytes) -> str:
    found = _TITLE.search(body[:65536])
    if found is None:
        return ""
    title = " ".join(unescape(found[1].decode("utf-8", "replace")).split())
    return f" titled {title[:120]!r}" if title else ""


def _shape(answer: Any) -> str:
    if isinstance(answer, list):
        return f"a list of {len(answer)}"
    return f"a {type(answer).__name__}"
