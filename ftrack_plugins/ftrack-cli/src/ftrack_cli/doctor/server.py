"""The server: whether it is there, whom it lets in, what it says of itself."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import AuthenticationError, ConnectionLostError, FtrackError
from ftrack_core.ports import Credentials, RetryPolicy

from ftrack_cli.failures import hint_for, is_for_want_of_key, told
from ftrack_cli.secrecy import KEYS, is_key_given

from .tls import look_at_tls
from .verdict import fails, fine, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ftrack_core import Session

    from .verdict import Finding

__all__ = ["look_at_server"]

_INFORMATION = [{"action": "query_server_information"}]
_NOT_THERE = "is the server running, and is this its address? ftrack serve starts one here"
_TOLERATED = 60
"""Seconds by which two clocks may differ."""


def look_at_server(session: Session, information: dict[str, Any]) -> Iterator[Finding]:
    """Yield what is found; *information* is filled with what the server says of itself."""
    tls = look_at_tls(session.server_url)
    if tls is not None:
        yield tls
    began = perf_counter()
    try:
        (answer,) = session.call(_INFORMATION)
    except AuthenticationError as error:
        yield fine("server", f"{session.server_url} answers")
        yield fails("credentials", told(error), _advice(session, error))
        return
    except ConnectionLostError as error:
        yield fails("server", told(error), _NOT_THERE)
        return
    except FtrackError as error:
        check = "credentials" if is_for_want_of_key(error) else "server"
        yield fails(check, told(error), hint_for(error))
        return
    took = perf_counter() - began
    information.update(answer)
    yield fine("server", f"{session.server_url} answered in {took * 1000:.0f} ms")
    yield _credentials(session, answer)
    yield _version(answer)
    clock = _clock(session)
    if clock is not None:
        yield clock


# --- who connects --------------------------------------------------------------------------------


def _credentials(session: Session, information: dict[str, Any]) -> Finding:
    who = (information.get("user_information") or {}).get("username") or session.user
    if not _is_remote(session):
        return fine("credentials", f"none are needed; you are {who}")
    flaw = _flaw_of_key()
    if flaw:
        return warning("credentials", f"accepted for {who}, but the key {flaw}", _without_flaw())
    return fine("credentials", f"accepted for {who}")


def _advice(session: Session, error: AuthenticationError) -> str:
    if not is_key_given():
        return hint_for(error)
    flaw = _flaw_of_key()
    if flaw:
        return f"the key {flaw}: {_without_flaw()}"
    return f"is {session.user!r} the login name that the key is for? {hint_for(error)}"


def _flaw_of_key() -> str:
    """Return what is odd about how the key is written; the key itself is never told."""
    key = next((os.environ[name] for name in KEYS if os.environ.get(name)), "")
    if key != key.strip():
        return "has blanks or a line end around it"
    quoted = len(key) > 1 and key[0] in "\"'" and key[-1] == key[0]
    return "has quotes around it" if quoted else ""


def _without_flaw() -> str:
    return "set FTRACK_API_KEY to the bare key"


# --- what it says of itself ----------------------------------------------------------------------


def _version(information: dict[str, Any]) -> Finding:
    version = information.get("version")
    product = (information.get("product") or {}).get("name") or "ftrack"
    if not version:
        return warning(
            "version", "the server does not say which one it is", "is this an ftrack server?"
        )
    return fine("version", f"{product} {version}")


def _clock(session: Session) -> Finding | None:
    """Compare the clocks; None where the server does not tell the time."""
    if not _is_remote(session):
        return fine("clock", "the same, the studio is in this process")
    told_by_server = _server_time(session)
    if told_by_server is None:
        return None
    difference = round((told_by_server - datetime.now(timezone.utc)).total_seconds())
    if abs(difference) <= _TOLERATED:
        return fine("clock", f"it differs from the server's by {abs(difference)} s")
    behind = "behind" if difference > 0 else "ahead of"
    return warning(
        "clock",
        f"this machine is {abs(difference)} s {behind} the server",
        "let the system take its time from the network; links that expire and dates depend on it",
    )


def _server_time(session: Session) -> datetime | None:
    """Return what stands in the header of any answer. No key is sent for it."""
    settings = replace(session.context.settings, retry=RetryPolicy(attempts=1))
    context = replace(session.context, settings=settings)
    transport = session.plugins.hooks.ftrack_create_transport(context, Credentials("", ""))
    if transport is None:
        return None
    try:
        with closing(transport), closing(transport.stream("GET", session.server_url)) as answer:
            found = {name.lower(): text for name, text in answer.headers.items()}.get("date", "")
            moment = parsedate_to_datetime(found)
    except (FtrackError, ValueError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _is_remote(session: Session) -> bool:
    return session.context.scheme in ("http", "https")
