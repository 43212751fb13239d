"""From resource identifiers to paths of a file system and back."""

from __future__ import annotations

from urllib.parse import quote, unquote

__all__ = ["name_of", "path_of"]


def path_of(root: str, inside: str, *, in_urls: bool) -> str:
    """Return the path of a normalised identifier below *root*."""
    below = quote(inside) if in_urls else inside
    return f"{root}/{below}" if below else root or "/"


def name_of(path: str, *, in_urls: bool) -> str:
    """Return the last part of a path as an identifier has it."""
    name = path.rstrip("/").rpartition("/")[2]
    return unquote(name) if in_urls else name
