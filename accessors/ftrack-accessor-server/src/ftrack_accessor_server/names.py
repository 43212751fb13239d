"""Under which name the server offers a file to whoever downloads it."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

__all__ = ["file_name"]


def file_name(component: Any, path: str = "") -> str:
    """Return the name of a component's file, with its extension.

    One without a name goes by its id; one without a file type takes the ending of *path*, where
    its data comes from.
    """
    name = _text(component["name"]) or str(component["id"])
    file_type = _text(component["file_type"]) or PurePath(path).suffix
    return f"{name}.{file_type.lstrip('.')}" if file_type else name


def _text(value: Any) -> str:
    """Return a text that was set; what was not set is None, or a symbol that says so."""
    return value if isinstance(value, str) else ""
