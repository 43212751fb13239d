"""The errors a client is told about, one function a situation.

Their content never holds a brace: the official client formats the text once more.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import ServerError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

__all__ = [
    "bad_value",
    "denied",
    "duplicate",
    "exists_already",
    "integrity_error",
    "internal_error",
    "invalid",
    "invalid_action",
    "is_misspelt",
    "not_found",
    "parse_error",
    "plain",
    "server_error",
    "short",
    "storage_full",
    "unfit_value",
    "unknown_attribute",
    "unknown_query_attribute",
    "unknown_type",
]


_QUOTED: Final = 80
"""How many characters of a word of a client are quoted."""
_MISSPELT: Final = 0.8
"""How near a name has to be to another to be a misspelling of it."""


def plain(text: str) -> str:
    """Return *text* on one line and with parentheses in place of braces."""
    return " ".join(text.replace("{", "(").replace("}", ")").split())


def short(text: str) -> str:
    """Return a word of a client as it is quoted: a long one is cut."""
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}..."


def server_error(exception: str, text: str, *, error_code: str | None = None) -> ServerError:
    """Return an error of the class-like name *exception*."""
    return ServerError(exception, plain(text), error_code=error_code)


def parse_error(text: str, position: int = -1) -> ServerError:
    """A query that cannot be understood; *position* counts the characters before the fault."""
    where = f" (at position {position})" if position >= 0 else ""
    return server_error("ParseError", text + where)


def invalid(text: str) -> ServerError:
    """A written value that cannot be accepted."""
    return server_error("ValidationError", text)


def integrity_error(text: str) -> ServerError:
    """A key that exists already, or a reference that leads nowhere."""
    return server_error("IntegrityError", text)


def exists_already(operation: int, entity_type: str, key: Sequence[Any]) -> ServerError:
    """A new entity whose key belongs to another."""
    shown = ", ".join(short(str(part)) for part in key)
    return integrity_error(
        f"Operation {operation}: a {entity_type} with the key {shown} exists already. "
        "Update it, or give the new one another key."
    )


def duplicate(text: str) -> ServerError:
    """A row that may exist only once."""
    return server_error("DuplicateEntryError", text)


def denied(text: str) -> ServerError:
    """Something the caller has no right to do."""
    return server_error("PermissionError", f"Permission denied to {text}.")


def storage_full() -> ServerError:
    """A disk of the server that takes no more; nothing of the request was kept."""
    return server_error(
        "StorageFullError", "The server's disk is full: nothing was stored. Free some space first."
    )


def unfit_value() -> ServerError:
    """A value that no database takes: half a character, a number without end."""
    return invalid(
        "A value of the operation can be neither stored nor compared: there is half a character "
        "in a text, or a number is too large."
    )


def internal_error() -> ServerError:
    """An error of ours: the client learns no more than that; the log has the details."""
    return server_error("InternalError", "The server failed; its log says more.")


def not_found(entity_type: str, key: Sequence[Any]) -> ServerError:
    """An entity that is not there."""
    parts = ", ".join(short(repr(part)) for part in key)
    return server_error(
        "ValueError", f"Could not find entity {entity_type} with entity_key [{parts}]."
    )


def is_misspelt(name: str, known: Iterable[str]) -> bool:
    """Return whether *name* is nearly one of those that are known, more than alike."""
    return bool(get_close_matches(name, list(known), n=1, cutoff=_MISSPELT))


def invalid_action(action: object, known: Collection[str]) -> ServerError:
    """An operation this server does not know; clients search for exactly these words."""
    shown = short(str(action))
    hint = "." + did_you_mean(shown, known) if is_misspelt(shown, known) else ""
    return server_error("ServerError", f"Invalid action u'{shown}'{hint}")


def unknown_query_attribute(
    name: str, entity_type: str, known: Iterable[str], position: int = -1
) -> ServerError:
    """A query that names an attribute the type does not have."""
    hint = did_you_mean(name, known)
    return parse_error(
        f"No attribute '{short(name)}' exists for schema '{entity_type}'.{hint}", position
    )


def unknown_attribute(name: str, entity_type: str, known: Iterable[str]) -> ServerError:
    """Written data that names an attribute the type does not have."""
    hint = did_you_mean(name, known)
    return invalid(f'Attribute "{short(name)}" does not exist on {entity_type}.{hint}')


def unknown_type(
    name: object, known: Iterable[str], *, in_query: bool, position: int = -1
) -> ServerError:
    """An entity type that does not exist."""
    shown = short(str(name))
    text = f'Entity type "{shown}" does not exist.{did_you_mean(str(name), known)}'
    return parse_error(text, position) if in_query else invalid(text)


def bad_value(attribute: str, entity_type: str, expected: str, value: object) -> ServerError:
    """A written value of the wrong type."""
    shown = repr(value)
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    return invalid(f"{entity_type}.{attribute} must be {expected}, got {shown}.")
