"""The entity classes of a session, made when first needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from threading import RLock
from typing import TYPE_CHECKING, Any

from ftrack_core.entity.factory import make_class, rebase_class
from ftrack_core.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ftrack_core.entity import Entity
    from ftrack_core.entity.work import Work
    from ftrack_core.schema import EntitySchema, Schemas

    Mixins = Callable[[str, EntitySchema], list[type]]

__all__ = ["EntityTypes"]


class EntityTypes(Mapping[str, "type[Entity]"]):
    """The class of each entity type, by name.

    A class lives as long as its session; when plugins change, its bases are exchanged.
    """

    def __init__(self, schemas: Schemas, mixins: Mixins) -> None:
        self.schemas = schemas
        self._mixins = mixins
        self._classes: dict[str, type[Entity]] = {}
        self._work: Work | None = None
        self._lock = RLock()

    def bind(self, work: Work) -> None:
        """Say whose entities these are; the first to bind is whom making an entity costs least."""
        if self._work is None:
            self._work = work

    def __getitem__(self, name: str) -> type[Entity]:
        found = self._classes.get(name)
        return found if found is not None else self._make(name)

    def __contains__(self, name: object) -> bool:
        return name in self.schemas

    def __iter__(self) -> Iterator[str]:
        return iter(self.schemas)

    def __len__(self) -> int:
        return len(self.schemas)

    def _make(self, name: str) -> type[Entity]:
        schema = self.schemas[name]
        with self._lock:
            if name not in self._classes:
                self._classes[name] = make_class(schema, self._mixins(name, schema), self._work)
            return self._classes[name]

    def attempt(self, mixins: Mixins) -> None:
        """Build a trial class with *mixins* for each class that exists; raise where one fails."""
        with self._lock:
            for name, cls in self._classes.items():
                try:
                    make_class(cls.schema, mixins(name, cls.schema))
                except TypeError as error:
                    raise PluginError(
                        f"the mixins for {name} do not go together: {error}",
                        hook="ftrack_entity_mixins",
                    ) from error

    def renew(self, wire: Iterable[Mapping[str, Any]]) -> None:
        """Take in other schemas; the classes that exist stay, with what the new ones say.

        A type that is gone keeps the schema it had, for the entities that somebody holds.
        """
        with self._lock:
            self.schemas.renew(wire)
            for name, cls in self._classes.items():
                cls.schema = self.schemas.get(name, cls.schema)
        self.refresh()

    def refresh(self) -> None:
        """Ask for the mixins again and exchange the bases of the classes that exist."""
        with self._lock:
            for name, cls in self._classes.items():
                rebase_class(cls, self._mixins(name, cls.schema))
