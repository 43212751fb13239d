"""From resource identifiers to paths of a file system, never out of the root."""

from __future__ import annotations

from urllib.parse import quote, unquote

from ftrack_core.errors import AccessorError

__all__ = ["name_of", "normalised", "path_of"]


def normalised(identifier: str, refused: str = "") -> str:
    """Return *identifier* without empty parts, ``.`` and ``..``; empty for the root.

    *refused* are characters that this kind of storage gets wrong.
    """
    _refuse_unusable(identifier, refused)
    parts: list[str] = []
    for part in identifier.split("/"):
        if part == "..":
            _up(parts, identifier)
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def path_of(root: str, inside: str, *, in_urls: bool) -> str:
    """Return the path of a normalised identifier below *root*."""
    below = quote(inside) if in_urls else inside
    return f"{root}/{below}" if below else root or "/"


def name_of(path: str, *, in_urls: bool) -> str:
    """Return the last part of a path as an identifier has it."""
    name = path.rstrip("/").rpartition("/")[2]
    return unquote(name) if in_urls else name


def _refuse_unusable(identifier: str, refused: str) -> None:
    found = [character for character in refused if character in identifier]
    if found:
        raise _unusable(identifier, f"{' '.join(found)} cannot be in names of this storage")
    if identifier.startswith("/") or "\0" in identifier:
        raise _unusable(identifier, "identifiers are relative and hold no NUL")
    try:
        identifier.encode()
    except UnicodeEncodeError:
        raise _unusable(identifier, "it is no text that can be encoded") from None


def _up(parts: list[str], identifier: str) -> None:
    if not parts:
        raise _unusable(identifier, "it leads out of the root of this accessor")
    parts.pop()


def _unusable(identifier: str, reason: str) -> AccessorError:
    return AccessorError(f"cannot use {identifier!r}: {reason}", resource_identifier=identifier)
