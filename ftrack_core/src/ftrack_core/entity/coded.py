"""Attributes with a codec: rows and changes hold wire values, users see what the codec makes.

A type without codecs is untouched. One that has some gets a further base class from `coded_base`,
which looks up each name once more; mapped attributes ask `Entity._codecs` as they are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ftrack_core.schema import AttributeKind
from ftrack_core.wire import decode_scalar

from .entity import Entity
from .symbols import NOT_SET

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ftrack_core.schema import EntitySchema

__all__ = ["Codecs", "CodedEntity", "coded_base"]


class Codecs:
    """The codecs of one entity type; *ask* returns that of an attribute, or None.

    An attribute is ``name``, or ``custom_attributes.key`` for a key of a mapped one.
    """

    def __init__(self, ask: Callable[[str], Any]) -> None:
        self._ask = ask
        self._known: dict[str, Any] = {}

    def of(self, attribute: str) -> Any:
        """Return the codec of *attribute*, or None; it is asked for once."""
        try:
            return self._known[attribute]
        except KeyError:
            return self._known.setdefault(attribute, self._ask(attribute))

    def decode(self, attribute: str, value: Any) -> Any:
        """Return what is seen of a wire value."""
        codec = self.of(attribute)
        return decode_scalar(value) if codec is None else _decoded(codec, value)

    def shown(self, attribute: str, value: Any) -> Any:
        """Return what is seen of a value that was assigned and passed `encode`."""
        codec = self.of(attribute)
        return value if codec is None else _decoded(codec, value)

    def encode(self, attribute: str, value: Any) -> Any:
        """Return what is recorded of a value that a user assigned."""
        codec = self.of(attribute)
        return value if codec is None else _encoded(codec, value)


def _decoded(codec: Any, value: Any) -> Any:
    """Return what *codec* makes of a wire value; nothing stays nothing."""
    return value if value is None or value is NOT_SET else codec.decode(value)


def _encoded(codec: Any, value: Any) -> Any:
    """Return the wire value that *codec* makes of a user's value; nothing stays nothing."""
    return value if value is None or value is NOT_SET else codec.encode(value)


class CodedEntity(Entity):
    """Stands before `Entity` in classes of which scalar attributes have codecs."""

    __slots__ = ()

    _coded: ClassVar[Mapping[str, Any]] = {}

    def __getitem__(self, name: str) -> Any:
        codec = self._coded.get(name)
        if codec is None:
            return super().__getitem__(name)
        local = self._local
        if local is not None and name in local:
            return _decoded(codec, local[name])
        value = self._row.get(name, NOT_SET)
        return _decoded(codec, self._load(name) if value is NOT_SET else value)

    def known(self, name: str) -> Any:
        """Return what the server is known to have as *name*, else `NOT_SET`; it never asks."""
        codec = self._coded.get(name)
        return (
            super().known(name) if codec is None else _decoded(codec, self._row.get(name, NOT_SET))
        )

    def __setitem__(self, name: str, value: Any) -> None:
        codec = self._coded.get(name)
        super().__setitem__(name, value if codec is None else _encoded(codec, value))

    @classmethod
    def encoded_values(cls, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return *values* for a new entity as they are recorded."""
        coded = cls._coded
        return {
            name: _encoded(coded[name], value) if name in coded else value
            for name, value in values.items()
        }


def coded_base(schema: EntitySchema, ask: Callable[[str], Any]) -> type:
    """Return the base class for a type some attributes of which have codecs.

    *ask* is called now for each scalar attribute that is no part of a key and of no reference, and
    for a key of a mapped attribute when it is first met.
    """
    codecs = Codecs(ask)
    able = [name for name in schema.attributes if _can_have_codec(schema, name)]
    coded = {name: codec for name in able if (codec := codecs.of(name)) is not None}
    namespace = {"__slots__": (), "_codecs": codecs, "_coded": coded}
    return type(f"Coded{schema.name}", (CodedEntity,) if coded else (), namespace)


def _can_have_codec(schema: EntitySchema, name: str) -> bool:
    is_scalar = schema.attributes[name].kind is AttributeKind.SCALAR
    return is_scalar and name not in schema.primary_key and name not in schema.twins
