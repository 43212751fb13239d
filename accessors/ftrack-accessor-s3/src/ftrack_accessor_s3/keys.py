"""From resource identifiers to the keys of a bucket and back."""

from __future__ import annotations

from ftrack_core.errors import AccessorError

__all__ = ["Keys", "normalised"]


class Keys:
    """The keys below a prefix. Containers are what ends in ``/``."""

    def __init__(self, prefix: str) -> None:
        self._start = f"{prefix}/" if prefix else ""

    def key(self, identifier: str) -> str:
        """Return the key of a file; raise `AccessorError` for what leads outside, and the root."""
        inside = normalised(identifier)
        if not inside:
            raise AccessorError(
                f"{identifier!r} is the root of this accessor, not a file",
                resource_identifier=identifier,
            )
        return self._start + inside

    def folder(self, identifier: str) -> str:
        """Return the prefix of what lies in a container; it ends in ``/`` or is empty."""
        inside = normalised(identifier)
        return f"{self._start}{inside}/" if inside else self._start

    def identifier(self, key: str) -> str:
        """Return the identifier of a key or of a prefix."""
        return key[len(self._start) :].rstrip("/")


def normalised(identifier: str) -> str:
    """Return *identifier* without empty parts, ``.`` and ``..``; empty for the root."""
    if identifier.startswith("/") or "\0" in identifier or not _encodable(identifier):
        raise AccessorError(
            f"{identifier!r} cannot be a resource identifier here: it is relative, without NUL",
            resource_identifier=identifier,
        )
    parts: list[str] = []
    for part in identifier.split("/"):
        if part == "..":
            _up(parts, identifier)
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _up(parts: list[str], identifier: str) -> None:
    if not parts:
        raise AccessorError(
            f"{identifier!r} leads out of the root of this accessor",
            resource_identifier=identifier,
        )
    parts.pop()


def _encodable(identifier: str) -> bool:
    try:
        identifier.encode()
    except UnicodeEncodeError:
        return False
    return True
