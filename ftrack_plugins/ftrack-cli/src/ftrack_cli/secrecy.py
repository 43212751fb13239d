"""No key is ever shown: what is written to the error stream goes through here first."""

from __future__ import annotations

import os

__all__ = ["KEYS", "is_key_given", "without_keys"]

KEYS = ("FTRACK_API_KEY", "FTRACK_APIKEY")
"""The variables that may hold a key."""

_HIDDEN = "********"
_SHORTEST = 8
"""Anything shorter is no key and may be part of a word."""


def is_key_given() -> bool:
    """Whether the environment holds a key."""
    return any(os.environ.get(name, "").strip() for name in KEYS)


def without_keys(text: str) -> str:
    """Return *text* with the keys of the environment made unreadable."""
    for name in KEYS:
        key = os.environ.get(name, "").strip()
        if len(key) >= _SHORTEST:
            text = text.replace(key, _HIDDEN)
    return text
