"""Packed bodies of requests: ``Content-Encoding``, undone no further than a body may be long."""

from __future__ import annotations

import zlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ftrack_embedded.engine.failures import invalid, server_error

from .errors import too_large

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ftrack_core.errors import ServerError

__all__ = ["unpacked"]

_GZIP: Final = 16 + zlib.MAX_WBITS
_ZLIB: Final = zlib.MAX_WBITS
_RAW: Final = -zlib.MAX_WBITS


def unpacked(body: bytes, codings: str, limit: int) -> bytes:
    """Return *body* as it was before the *codings* that ``Content-Encoding`` lists.

    Raises a ServerError for a coding that is not known, a body that is not coded so, and one that
    becomes larger than *limit* bytes.
    """
    for coding in reversed(codings.split(",")):
        name = coding.strip().lower()
        if name not in _CODINGS:
            raise _unknown(name)
        try:
            body = _CODINGS[name](body, limit)
        except (_BrokenError, zlib.error):
            raise invalid(f"The body is not packed by {name}, though it says so.") from None
        if len(body) > limit:
            raise too_large(limit)
    return body


class _BrokenError(Exception):
    """The packed body ends too early, or goes on behind its end."""


def _gunzipped(body: bytes, limit: int) -> bytes:
    """Undo gzip, which may consist of several members one behind the other."""
    found, rest = _inflated(body, _GZIP, limit)
    while rest and len(found) <= limit:
        more, rest = _inflated(rest, _GZIP, limit - len(found))
        found += more
    return found


def _undeflated(body: bytes, limit: int) -> bytes:
    """Undo deflate, which some send without the frame that it should have."""
    try:
        found, rest = _inflated(body, _ZLIB, limit)
    except zlib.error:
        found, rest = _inflated(body, _RAW, limit)
    if rest:
        raise _BrokenError
    return found


def _plain(body: bytes, _: int) -> bytes:
    return body


def _inflated(body: bytes, frame: int, limit: int) -> tuple[bytes, bytes]:
    """Return what one packed piece holds, at most a byte more than *limit*, and what follows it."""
    inflater = zlib.decompressobj(frame)
    found = inflater.decompress(body, limit + 1)
    if not inflater.eof and len(found) <= limit:
        raise _BrokenError
    return found, inflater.unused_data


def _unknown(name: str) -> ServerError:
    shown = name if name.isascii() and name.isprintable() else "of strange letters"
    return server_error(
        "UnsupportedEncodingError",
        f"Content-Encoding {shown:.40}: this server unpacks gzip and deflate.",
    )


_CODINGS: Final[Mapping[str, Callable[[bytes, int], bytes]]] = MappingProxyType(
    {
        "": _plain,
        "deflate": _undeflated,
        "gzip": _gunzipped,
        "identity": _plain,
        "x-gzip": _gunzipped,
    }
)
