"""``name=value`` on the command line."""

from __future__ import annotations

from .failures import MisuseError

__all__ = ["split_pair"]


def split_pair(text: str, what: str = "") -> tuple[str, str]:
    """Return name and value of ``name=value``. Raises `MisuseError`, which names *what* it is."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        behind = f" behind {what}" if what else ""
        raise MisuseError(
            f"{text!r}{behind} is no name=value",
            "without blanks around =, and in quotes where the value has any: name='Big show'",
        )
    return name.strip(), value
