"""From the names of people to names of files that stay where they belong."""

from __future__ import annotations

import re
import unicodedata
from copy import copy
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import ConfigurationError, StructureError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Cleaner", "clean_prefix"]

_SEPARATORS = re.compile(r"[/\\\0]")
_ALLOWED = "_-."


class Cleaner:
    """Makes names of files.

    Letters and digits of any script stay, and so do ``_``, ``-`` and dots within a name; every
    other character becomes *substitute*. Text is brought to its composed form first (NFKC), so that
    two spellings of a name that look alike are one file. The case is lowered unless *keep_case*.
    Names of ASCII letters come out as the official client writes them.

    Where *substitute* is None names stay as they are, and what could leave its folder is refused.
    """

    def __init__(self, substitute: str | None = "_", *, keep_case: bool = False) -> None:
        if substitute is not None and not all(_is_kept(one) and one != "." for one in substitute):
            raise ConfigurationError(
                f"{substitute!r} cannot stand for illegal characters; use letters, digits, '_', '-'"
            )
        self._substitute = substitute
        self._keep_case = keep_case
        self._ask: Callable[[str], str | None] | None = None

    def asking(self, ask: Callable[[str], str | None] | None) -> Cleaner:
        """Return a cleaner that takes what *ask* says of a name, where it says anything."""
        if ask is None:
            return self
        other = copy(self)
        other._ask = ask  # noqa: SLF001 -- of its own kind
        return other

    def name(self, value: Any, what: str) -> str:
        """Return *value* as the name of a file or folder; *what* it names is told in errors.

        Raises `StructureError` where nothing of it is left, because all names of which nothing is
        left would be one and the same file.
        """
        text = "" if value is None else str(value)
        said = None if self._ask is None else self._ask(text)
        if said is not None:
            return said
        if self._substitute is None:
            return _as_it_is(text, what)
        composed = _composed(text)
        if not any(_is_kept(one) and one != "." for one in composed):
            raise StructureError(
                f"{what} {text!r} cannot be the name of a file; give it a letter or a digit"
            )
        replaced = self._replaced(composed)
        body = replaced.rstrip(".")
        # Windows drops dots at the end, and two names would be one there.
        name = body + self._substitute * (len(replaced) - len(body))
        return name if self._keep_case else _composed(name.lower())

    def suffix(self, value: Any) -> str:
        """Return *value* as the end of a file name: ``.exr``; its case stays."""
        text = "" if value is None else str(value)
        if self._substitute is None:
            return _SEPARATORS.sub("_", text)
        return self._replaced(_composed(text)).rstrip(".")

    def _replaced(self, text: str) -> str:
        kept = (one if _is_kept(one) else self._substitute or "" for one in text)
        return _composed("".join(kept))  # what moved together may combine


def clean_prefix(prefix: str) -> str:
    """Return a folder given in the settings without slashes at its ends.

    Raises `ConfigurationError` where it is no path downwards.
    """
    parts = [part for part in prefix.split("/") if part]
    if any(part in (".", "..") or _SEPARATORS.search(part) for part in parts):
        raise ConfigurationError(f"prefix {prefix!r} must be folders joined by '/', without '..'")
    return "/".join(parts)


def _as_it_is(text: str, what: str) -> str:
    if text in ("", ".", "..") or _SEPARATORS.search(text):
        raise StructureError(f"{what} {text!r} cannot be the name of a file; rename it")
    return text


def _composed(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _is_kept(character: str) -> bool:
    # Marks (M) belong to the letter before them: without them many scripts are not readable.
    return (
        character in _ALLOWED
        or character.isalnum()
        or unicodedata.category(character).startswith("M")
    )
