"""Names made from ids: never two alike, whatever people call things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import StructureError

from .cleaning import Cleaner, clean_prefix
from .reading import identify, kind_of, read, sequence_expression

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EntityIdStructure", "IdStructure"]

_ID = re.compile(r"[A-Za-z0-9_-]+")
_LEVELS = 4  # folders of one character each, so that none holds too many entries


class IdStructure:
    """Keeps ``a/b/c/d/<rest of the id>.exr``, below *prefix* if there is one."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = clean_prefix(prefix)
        self._cleaner = Cleaner()

    def get_resource_identifier(
        self,
        entity: Any,
        context: Mapping[str, Any] | None = None,  # noqa: ARG002 -- the port's
    ) -> str:
        """Return the identifier of component *entity*. Raises `StructureError` without an id."""
        kind, container = kind_of(entity), read(entity, "container")
        suffix = self._cleaner.suffix(read(entity, "file_type"))
        if kind == "container":
            return self._folder(entity)
        if kind == "sequence":
            return f"{self._folder(entity)}/file.{sequence_expression(entity)}{suffix}"
        if not container:
            return f"{self._folder(entity)}{suffix}"
        if kind_of(container) == "sequence":
            number = self._cleaner.name(read(entity, "name"), "the sequence member")
            return f"{self._folder(container)}/file.{number}{suffix}"
        return f"{self._folder(container)}/{_id_of(entity)}{suffix}"

    def _folder(self, entity: Any) -> str:
        entity_id = _id_of(entity, longer_than=_LEVELS)
        parts = [*entity_id[:_LEVELS], entity_id[_LEVELS:]]
        return "/".join([self._prefix, *parts] if self._prefix else parts)


class EntityIdStructure:
    """Keeps everything under its id alone."""

    def get_resource_identifier(
        self,
        entity: Any,
        context: Mapping[str, Any] | None = None,  # noqa: ARG002 -- the port's
    ) -> str:
        """Return the id of *entity*. Raises `StructureError` where it has none."""
        return _id_of(entity)


def _id_of(entity: Any, longer_than: int = 0) -> str:
    entity_id = str(read(entity, "id") or "")
    if not _ID.fullmatch(entity_id) or len(entity_id) <= longer_than:
        raise StructureError(
            f"{identify(entity)} has no id of letters, digits, '-' and '_' that it can be named by"
        )
    return entity_id
