"""Keys of other entities, as they are written: in references, in collections, in ``entity_key``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.values import untagged

if TYPE_CHECKING:
    from ftrack_embedded.engine.catalogue import Catalogue
    from ftrack_embedded.model.description import EntityType

__all__ = ["KeyReader"]


@dataclass(frozen=True)
class KeyReader:
    """Reads keys of one family of types: *names* are the attributes of the key.

    *family* are the types that may be named beside a key; *kinds* what each part of the key is in
    Python.
    """

    target: str
    names: tuple[str, ...]
    kinds: tuple[type, ...]
    family: frozenset[str]

    @classmethod
    def of(cls, catalogue: Catalogue, target: str) -> KeyReader:
        """Return the reader for keys of a type, and of those above and below it."""
        declared = catalogue.types[target]
        root = catalogue.root(target)
        family = frozenset((root, *catalogue.types[root].subtypes))
        return cls(target, declared.primary_key, _kinds(declared), family)

    @property
    def described(self) -> str:
        """What a key looks like, for an error."""
        names = ", ".join(f'"{name}"' for name in self.names)
        return f"{self.target}: an object with {names}"

    def key(self, value: Any) -> tuple[Any, ...] | None:
        """Return the key in a written reference, or a bare one; None if it holds none."""
        if not isinstance(value, Mapping):
            return self.checked((value,))
        named = value.get("__entity_type__", self.target)
        if not isinstance(named, str) or named not in self.family:
            return None
        return self.checked(tuple(value.get(name) for name in self.names))

    def checked(self, parts: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """Return *parts* as a key, or None if they are none."""
        key = tuple(map(untagged, parts))
        if len(key) != len(self.kinds):
            return None
        return key if all(map(_is_part, key, self.kinds)) else None

    def entity_key(self, written: Any) -> tuple[Any, ...]:
        """Return an ``entity_key``; a bare text is the key of a type with a single one."""
        parts = tuple(written) if isinstance(written, (list, tuple)) else (written,)
        key = self.checked(parts)
        if key is None:
            names = ", ".join(self.names)
            raise failures.invalid(f"The entity_key of {self.target} is a list: {names}.")
        return key


def _is_part(part: Any, kind: type) -> bool:
    return isinstance(part, kind) and part != "" and not isinstance(part, bool)


def _kinds(declared: EntityType) -> tuple[type, ...]:
    attributes = (declared.attributes[name] for name in declared.primary_key)
    return tuple(int if one.data_type == "integer" else str for one in attributes)
