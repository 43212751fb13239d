"""Who asks, and how the answer is wanted."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["ADMINISTRATOR", "Caller"]

ADMINISTRATOR = "admin"
"""The login name of the administrator that every seeded studio has."""


@dataclass(frozen=True)
class Caller:
    """The acting user and the options of one request.

    *strict* is the request for HTTP statuses, which also unlocks ``group by``. *client_token* and
    *push_token* are opaque and come back in events. *lean* leaves the system attributes out of
    entities, *denormalize* (only with *lean*) writes every entity in full wherever it occurs.

    *key_role* is the security role of the API key that was used, if it has one: a global key
    (*is_global_key*) can what its role can, a personal key no more than both it and its user can.
    *key_id* is the id of that key. *server_url* is the address under which the caller reached the
    server, empty without HTTP.
    """

    username: str = ADMINISTRATOR
    strict: bool = False
    client_token: str | None = None
    push_token: str | None = None
    lean: bool = False
    denormalize: bool = False
    key_role: str | None = None
    is_global_key: bool = False
    key_id: str | None = field(default=None, compare=False)
    server_url: str = ""
