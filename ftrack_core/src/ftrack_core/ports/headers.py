"""The headers that go to the server itself: who asks, and what the settings add."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .context import ConnectionSettings, Credentials

__all__ = ["added_headers", "server_headers"]

Headers = dict[str, "str | bytes"]


def server_headers(settings: ConnectionSettings, credentials: Credentials) -> Headers:
    """Return who asks, and the headers and cookies of *settings*; names are in lower case.

    They are for the server itself: no other host may see them. Values beyond ASCII are bytes.
    Raises `ConfigurationError` for a value with a line break.
    """
    return {
        **added_headers(settings),
        **_checked(
            {
                "ftrack-user": credentials.user.strip(),
                "ftrack-api-key": credentials.key.strip(),
                "ftrack-strict-api": "true" if settings.strict else "false",
            }
        ),
    }


def added_headers(settings: ConnectionSettings) -> Headers:
    """Return the headers and cookies of *settings*, for a request that says otherwise who asks."""
    headers = {name.lower(): value for name, value in settings.headers.items()}
    if settings.cookies:
        pairs = (f"{name}={value}" for name, value in settings.cookies.items())
        headers["cookie"] = "; ".join(pairs)
    return _checked(headers)


def _checked(headers: Mapping[str, str]) -> Headers:
    return {name: _value(name, value) for name, value in headers.items()}


def _value(name: str, value: str) -> str | bytes:
    if any(character < " " for character in name + value):
        raise ConfigurationError(f"the value of the header {name!r} holds a line break")
    return value if value.isascii() else value.encode()
