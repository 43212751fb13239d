"""Files of schemas as the older client wrote them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from logging import Logger

__all__ = ["read", "write"]


def read(path: str, logger: Logger) -> tuple[list[Any], str | None]:
    """Return the schemas in the file and their hash, ``([], None)`` where there is no file.

    Raises ValueError where it is no JSON.
    """
    if not Path(path).is_file():
        logger.info("there is no file of schemas at %s", path)
        return [], None
    schemas: list[Any] = json.loads(Path(path).read_text("utf-8"))
    text = json.dumps(schemas, sort_keys=True).encode()
    return schemas, hashlib.md5(text, usedforsecurity=False).hexdigest()


def write(schemas: Any, path: str) -> None:
    """Write the schemas. Raises TypeError for what JSON cannot hold; then nothing is written."""
    text = json.dumps(schemas, sort_keys=True, indent=4)
    Path(path).write_text(text, "utf-8")
