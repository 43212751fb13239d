"""The port of attribute codecs: what a value is on the wire, and what it is in Python."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

__all__ = ["AttributeCodec"]


@runtime_checkable
class AttributeCodec(Protocol):
    """Translates the values of one attribute, both ways; it is used by many threads at once.

    None stands for no value and is never handed to a codec. What either method raises becomes an
    error that names the attribute and the plugin; for a value that cannot be taken, raise
    ValueError or TypeError.
    """

    def decode(self, value: Any) -> Any:
        """Return what a user sees for the wire value *value*: text, number, mapping or list.

        Called each time the attribute is read; what is returned is the reader's own.
        """

    def encode(self, value: Any) -> Any:
        """Return the wire value for what a user assigned: what JSON holds, or a date."""
