"""The answers about the server itself: its schema, the hash of it, its version."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.wire import dump_wire, loads

from ftrack_embedded.model.wire import schema_answer, schema_hash

if TYPE_CHECKING:
    from ftrack_embedded.model.description import Model

__all__ = ["SERVER_VERSION", "SchemaAnswer"]

SERVER_VERSION: Final = "24.9.0"
"""The ftrack server that this one is like; clients compare it with what they need."""


class SchemaAnswer:
    """The schema of a model on the wire; made when it is first asked for."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @cached_property
    def _answer(self) -> list[dict[str, Any]]:
        return schema_answer(self._model)

    @cached_property
    def _text(self) -> bytes:
        return dump_wire(self._answer)

    def schemas(self) -> list[dict[str, Any]]:
        """Return the list of schema objects; it belongs to the caller."""
        # Reading the text takes a fraction of what copying the objects does.
        found: list[dict[str, Any]] = loads(self._text)
        return found

    @cached_property
    def hash(self) -> str:
        """The hash by which a client knows that its copy is current."""
        return schema_hash(self._answer)
