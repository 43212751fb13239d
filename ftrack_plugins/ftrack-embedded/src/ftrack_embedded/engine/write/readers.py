"""How each attribute of a type is read out of written data; made once for each type.

A reader checks what was written and puts it, in the form in which it is stored, into an `Incoming`.
What is of the wrong kind is refused here, before anything is changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.encode import wire_scalar
from ftrack_embedded.model.description import (
    Attribute,
    Column,
    Computed,
    EntityType,
    Inverse,
    Reference,
    Through,
)

from .custom_items import read_custom_items
from .metadata import read_metadata
from .references import KeyReader
from .scalars import has_fraction, stored_scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ftrack_core.errors import ServerError

    from ftrack_embedded.engine.catalogue import Catalogue

    from .incoming import Incoming

__all__ = [
    "CollectionReader",
    "ComputedReader",
    "MappedReader",
    "Reader",
    "ReferenceReader",
    "ScalarReader",
    "readers_of",
]


class Reader(Protocol):
    """Reads one attribute."""

    def read(self, incoming: Incoming, value: Any) -> None:
        """Take up a written *value*; one that the attribute cannot take is a ValidationError."""


def readers_of(catalogue: Catalogue, entity_type: EntityType) -> Mapping[str, Reader]:
    """Return a reader for each attribute of a type."""
    return MappingProxyType(
        {
            attribute.name: _reader(catalogue, entity_type, attribute)
            for attribute in entity_type.attributes.values()
        }
    )


def _reader(catalogue: Catalogue, entity_type: EntityType, attribute: Attribute) -> Reader:
    owner, storage = entity_type.name, attribute.storage
    if attribute.name == "metadata":
        return MappedReader(owner, attribute, read_metadata)
    if attribute.name == "custom_attributes":
        return MappedReader(owner, attribute, read_custom_items)
    if isinstance(storage, Column):
        return ScalarReader(owner, attribute, storage.name, storage.refers_to is not None)
    if isinstance(storage, Reference):
        keys = KeyReader.of(catalogue, storage.target)
        return ReferenceReader(owner, attribute, storage.column, keys)
    if isinstance(storage, (Inverse, Through)) and not attribute.restricted:
        return CollectionReader(owner, attribute, KeyReader.of(catalogue, storage.target))
    assert storage is None or attribute.restricted or isinstance(storage, Computed)
    return ComputedReader(owner, attribute)


@dataclass(frozen=True)
class ScalarReader:
    """Reads a scalar into its column."""

    owner: str
    attribute: Attribute
    column: str
    is_reference: bool

    def read(self, incoming: Incoming, value: Any) -> None:
        """Store the value under the column.

        Of two attributes of one column null does not win, nor does the schema's default against a
        reference: clients send defaults whatever their users gave.
        """
        stored = stored_scalar(self.owner, self.attribute, value)
        if self.is_reference and stored == "":
            stored = None
        is_said = not (self.is_reference and self._is_default(stored))
        if incoming.columns.get(self.column) is None or (stored is not None and is_said):
            incoming.columns[self.column] = stored
        if is_said:
            incoming.named.add(self.column)
        incoming.scalars[self.attribute.name] = wire_scalar(self.attribute, stored)
        if has_fraction(self.attribute, value):
            incoming.fractions[self.attribute.name] = dict(value)

    def _is_default(self, stored: Any) -> bool:
        return self.attribute.has_default and stored == self.attribute.default


@dataclass(frozen=True)
class ReferenceReader:
    """Reads a reference into the column that holds its key."""

    owner: str
    attribute: Attribute
    column: str
    keys: KeyReader

    def read(self, incoming: Incoming, value: Any) -> None:
        """Store the key; where the attribute that shows it was said too, that one wins."""
        key = None if value is None else self._key(value)
        incoming.references[self.attribute.name] = value
        is_free = incoming.columns.get(self.column) is None
        if is_free or (key is not None and self.column not in incoming.named):
            incoming.columns[self.column] = key

    def _key(self, value: Any) -> Any:
        key = self.keys.key(value)
        if key is None:
            raise self._bad(value)
        return key[0]

    def _bad(self, value: Any) -> ServerError:
        expected = f"a reference to {self.keys.described}"
        return failures.bad_value(self.attribute.name, self.owner, expected, value)


@dataclass(frozen=True)
class CollectionReader:
    """Reads a list of references into the keys of its items."""

    owner: str
    attribute: Attribute
    keys: KeyReader

    def read(self, incoming: Incoming, value: Any) -> None:
        """Set the keys aside; null is an empty list."""
        items = [] if value is None else value
        if not isinstance(items, list):
            raise self._bad(value)
        found = [self.keys.key(item) for item in items]
        if None in found:
            raise self._bad(items[found.index(None)])
        incoming.collections.append((self.attribute, found))
        incoming.listed[self.attribute.name] = items

    def _bad(self, value: Any) -> ServerError:
        expected = f"a list of references to {self.keys.described}"
        return failures.bad_value(self.attribute.name, self.owner, expected, value)


@dataclass(frozen=True)
class MappedReader:
    """Reads what has keys and values of its own."""

    owner: str
    attribute: Attribute
    convert: Callable[[Any], Any]

    def read(self, incoming: Incoming, value: Any) -> None:
        """Set the content aside; a list is answered as references to its items."""
        try:
            content = self.convert(value)
        except (TypeError, ValueError) as error:
            raise failures.bad_value(self.attribute.name, self.owner, str(error), value) from None
        incoming.collections.append((self.attribute, content))
        if isinstance(value, list):
            incoming.listed[self.attribute.name] = value


_EMPTY: Final[Mapping[str, tuple[Any, ...]]] = MappingProxyType(
    {"collection": (None, []), "mapped": (None, []), "reference": (None,), "scalar": (None, "")}
)


@dataclass(frozen=True)
class ComputedReader:
    """Refuses everything but an empty value, which clients send along with the rest."""

    owner: str
    attribute: Attribute

    def read(self, _: Incoming, value: Any) -> None:
        """Raise for anything that would be lost."""
        if value not in _EMPTY[self.attribute.kind]:
            raise failures.invalid(
                f'Attribute "{self.attribute.name}" of {self.owner} is computed by the server '
                "and cannot be written."
            )
