"""Resource identifiers in their shortest form: what every accessor does with them first."""

from __future__ import annotations

from ftrack_core.errors import AccessorError

__all__ = ["normalised_identifier"]


def normalised_identifier(identifier: str, *, refused: str = "") -> str:
    """Return *identifier* without empty parts, ``.`` and ``..``; empty for the root.

    *refused* are characters that this kind of storage gets wrong. Raises `AccessorError` for one
    that is absolute, leads out of the root, or holds what no storage can keep: NUL, or what cannot
    be encoded.
    """
    _refuse_unusable(identifier, refused)
    parts: list[str] = []
    for part in identifier.split("/"):
        if part == ".." and not parts:
            raise _unusable(identifier, "it leads out of the root of this accessor")
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


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


def _unusable(identifier: str, reason: str) -> AccessorError:
    return AccessorError(f"cannot use {identifier!r}: {reason}", resource_identifier=identifier)
