"""The base class of all entities: the kernel's entity under the names that scripts know."""

from __future__ import annotations

import abc
import logging
from typing import TYPE_CHECKING, Any, ClassVar

from ftrack_core.entity import session_of

from ftrack_api._translation import known_errors, raising_known
from ftrack_api.collection import Collection, mapped_view
from ftrack_api.symbol import NOT_SET
from ftrack_core import entity as kernel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ftrack_api.attribute import Attribute
    from ftrack_api.session import Session

__all__ = ["DynamicEntityTypeMetaclass", "Entity", "EntityOfPlans"]


class DynamicEntityTypeMetaclass(abc.ABCMeta):
    """The class of entity classes; calling an entity class makes an entity of its session."""

    def __repr__(cls) -> str:
        return f"<dynamic ftrack class {cls.__name__!r}>"

    def __call__(
        cls, session: Session, data: Mapping[str, Any] | None = None, reconstructing: bool = False
    ) -> Any:
        """Return a new entity of *session*.

        With *reconstructing* it is one that the server has and that belongs to nobody, until the
        session merges it.
        """
        entity_type: str = cls.entity_type  # type: ignore[attr-defined]  # of the classes it makes
        return session._create(entity_type, data or {}, reconstructing)  # noqa: SLF001 -- a step


class _EntityBase:
    """What entity classes and mixins for entities have in common."""

    __slots__ = ()


class Entity(_EntityBase, kernel.Entity, metaclass=DynamicEntityTypeMetaclass):
    """One row of the server: read and write its attributes by name."""

    __slots__ = ()

    entity_type: ClassVar[str] = "Entity"
    attributes: ClassVar[Any] = None
    primary_key_attributes: ClassVar[Any] = None
    default_projections: ClassVar[Any] = None
    collection_class = Collection

    def __init__(
        self,
        session: Session,
        data: Mapping[str, Any] | None = None,
        reconstructing: bool = False,
    ) -> None:
        """Do nothing: entities are made by their session, which does not call this."""

    @property
    def session(self) -> Any:
        """The session this entity belongs to."""
        return session_of(self).shown

    @property
    def logger(self) -> logging.Logger:
        """The logger of the class."""
        return logging.getLogger(f"{__name__}.{type(self).__name__}")

    def __str__(self) -> str:
        parts = ", ".join(str(self.known(name)) for name in self.schema.primary_key)
        return f"<{self.entity_type}({parts})>"

    def __repr__(self) -> str:
        return f"<dynamic ftrack {self.entity_type} object {id(self)}>"

    def __iter__(self) -> Iterator[str]:
        return iter(self.attributes.keys())

    def __len__(self) -> int:
        return len(self.attributes)

    def values(self) -> list[Any]:  # type: ignore[override]  # a list, as it has always been
        """Return the values; what is not here is loaded in one request."""
        with known_errors():
            return list(super().values())

    def items(self) -> list[tuple[str, Any]]:  # type: ignore[override]  # a list as well
        """Return names and values; what is not here is loaded in one request."""
        with known_errors():
            return list(super().items())

    def clear(self) -> None:
        """Take back everything that was assigned and is not committed."""
        for name in self:
            if self.assigned(name) is not NOT_SET:
                del self[name]

    def merge(self, entity: Entity, merged: Any = None) -> list[dict[str, Any]]:
        """Take in what *entity*, of the same row, is known to have; return what changed by it."""
        del merged
        names = [name for name in entity if entity.known(name) is not NOT_SET]
        before = {name: self.known(name) for name in names}
        self.session.merge(entity)
        after = {name: self.known(name) for name in names}
        return [
            {
                "type": "remote_attribute",
                "name": name,
                "old_value": before[name],
                "new_value": after[name],
            }
            for name in names
            if before[name] is NOT_SET or before[name] != after[name]
        ]

    # --- what attributes and the kernel ask ----------------------------------------------------

    def mapped_view(self, name: str) -> Any:
        """Return what a mapped attribute is seen as."""
        return mapped_view(self, name)

    def assigned(self, name: str) -> Any:
        """Return what was assigned to *name* and is not committed, else `NOT_SET`.

        The key of an entity that was created here is among it.
        """
        if name in self.schema.primary_key and session_of(self).work.is_new(self):
            return self.known(name)
        return super().assigned(name)

    def plain_value(self, name: str) -> Any:
        """Return the value as no attribute object of a plugin has changed it."""
        return super().__getitem__(name)

    def set_plain_value(self, name: str, value: Any) -> None:
        """Assign the value past the attribute objects of plugins."""
        super().__setitem__(name, value)

    __setitem__ = raising_known(kernel.Entity.__setitem__)
    __delitem__ = raising_known(kernel.Entity.__delitem__)


class EntityOfPlans(Entity):
    """The base of classes some of whose attributes have a get or set of their own.

    Those are objects of classes that a plugin's factory made.
    """

    __slots__ = ()

    own_attributes: ClassVar[Mapping[str, Attribute]] = {}

    def __getitem__(self, name: str) -> Any:
        own = self.own_attributes.get(name)
        return super().__getitem__(name) if own is None else own.get_value(self)

    def __setitem__(self, name: str, value: Any) -> None:
        own = self.own_attributes.get(name)
        if own is None:
            super().__setitem__(name, value)
        else:
            own.set_local_value(self, value)
