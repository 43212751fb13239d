"""What must not be read in a cache file: passwords, keys and the like."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["Hidden", "digest", "is_secret"]

_SECRET: Final = re.compile(
    r"(^|_)(api_?key|pass(word|wd|phrase)|secret|token|credentials?)$", re.IGNORECASE
)


@dataclass(frozen=True)
class Hidden:
    """A value that goes into a key as a digest."""

    value: Any


def is_secret(name: object) -> bool:
    """Whether a value of this name is likely to be a secret: ``api_key``, ``db_password``."""
    return isinstance(name, str) and _SECRET.search(name) is not None


def digest(value: bytes) -> bytes:
    """Return what stands for a secret in a key: equal for equal ones, and telling nothing."""
    return hashlib.blake2b(value, digest_size=16).hexdigest().encode()
