"""Signing in with a browser: for some hours a cookie stands for user and key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import keys, tickets
from .caller import Caller

if TYPE_CHECKING:
    from .studio import Studio

__all__ = ["SECONDS", "caller_of_session", "key_for_program", "sign_in", "sign_out"]

SECONDS: Final = 12 * 3600
"""How long a session lasts."""
_PURPOSE: Final = "session"


def sign_in(studio: Studio, username: str, key: str) -> str:
    """Return the word that stands for user and key from now on; AuthenticationError for others."""
    studio.authenticate(username, key)
    content = {"username": username, "key": keys.hash_of(key)}
    with studio.writing(Caller()) as tx:
        return tickets.issue(tx.connection, _PURPOSE, content, seconds=SECONDS)


def sign_out(studio: Studio, session: str) -> None:
    """Let a session end, for everybody who knows its word."""
    with studio.writing(Caller()) as tx:
        tickets.withdraw(tx.connection, session)


def caller_of_session(studio: Studio, session: str) -> Caller:
    """Return who has signed in; AuthenticationError when user or key are not good any more."""
    with studio.reading(Caller()) as tx:
        content = tickets.read(tx.connection, _PURPOSE, session)
        if content is None:
            raise keys.refused()
        return keys.authenticate_by_hash(
            tx.connection, tx.catalogue, content["username"], content["key"]
        )


def key_for_program(studio: Studio, caller: Caller, program: str) -> str:
    """Return a new key of the caller for a *program*, in place of the one it had.

    It allows no more than the key that has signed in.
    """
    key = keys.new_key()
    with studio.writing(caller) as tx:
        keys.replace_key(
            tx.connection, tx.catalogue, caller.username, key, name=program, role=caller.key_role
        )
    return key
