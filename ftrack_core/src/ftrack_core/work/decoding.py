"""JSON text as values: entities in it belong to no session until they are merged into one."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Any, NoReturn

from ftrack_core.entity import NOT_SET
from ftrack_core.entity.entity import make_entity
from ftrack_core.entity.rows import TYPE, key_of
from ftrack_core.errors import EncodingError, EntityError, UnknownCustomAttributeError
from ftrack_core.wire import decode_scalar, loads

if TYPE_CHECKING:
    from ftrack_core.changes import Identity
    from ftrack_core.entity import Entity
    from ftrack_core.entity.rows import Key
    from ftrack_core.store import EntityTypes

    from .unit import UnitOfWork

__all__ = ["Detached", "decode", "decoded"]


def decode(work: UnitOfWork, text: str | bytes) -> Any:
    """Return what JSON *text* stands for; entities in it are attached to nothing.

    Raises `EncodingError` for text that is no JSON, or an entity without its key.
    """
    try:
        plain = loads(text)
    except ValueError as error:
        raise EncodingError(
            f"the text is no JSON ({error}); decode takes what session.encode gives"
        ) from error
    return decoded(work, plain)


def decoded(work: UnitOfWork, plain: Any) -> Any:
    """Return what a wire value stands for, such as an answer; entities in it as `decode` does."""
    return _decoded(plain, Detached(work.session, work.store.types))


def _decoded(value: Any, detached: Detached) -> Any:
    if isinstance(value, list):
        return [_decoded(one, detached) for one in value]
    if not isinstance(value, dict):
        return value
    if "__type__" in value:
        return decode_scalar(value)
    if TYPE in value and "action" not in value:
        return detached.entity_of(value)
    return {name: _decoded(one, detached) for name, one in value.items()}


class Detached:
    """The unit of work of entities that no session has taken in: they hold what they came with."""

    def __init__(self, session: Any, types: EntityTypes) -> None:
        self.session = session
        self.lock = RLock()
        self._types = types
        self._entities: dict[Identity, Entity] = {}

    def entity_of(self, row: dict[str, Any]) -> Entity:
        """Return the entity that *row* speaks of; the fullest row of several is the one kept."""
        cls = self._types[row[TYPE]]
        missing = [name for name in cls.schema.primary_key if row.get(name) is None]
        if missing:
            raise EncodingError(
                f"a {row[TYPE]} without its key cannot be read: {', '.join(missing)} is missing"
            )
        identity = (row[TYPE], key_of(cls.schema, row))
        if identity not in self._entities:
            self._entities[identity] = make_entity(cls, row, self)
        known = self._entities[identity]
        for name, value in row.items():
            known._row.setdefault(name, value)  # noqa: SLF001 -- a unit of work owns rows
        return known

    def without_gone(self, content: list[Any]) -> list[Any]:
        """Return *content*: nothing is ever deleted here."""
        return content

    def find(self, entity_type: str, key: Key) -> Entity | None:
        """Return the entity if it came along."""
        return self._entities.get((entity_type, key))

    def load(self, entity: Entity, name: str) -> Any:
        """Answer that there is no such value here."""
        del entity, name
        return NOT_SET

    def load_all(self, entity: Entity) -> None:
        """Do nothing: there is no server behind it."""

    def configuration_of(self, entity: Entity, key: str) -> str:
        """Say that there is none: there is no server behind it."""
        raise UnknownCustomAttributeError(entity.entity_type, key)

    def is_new(self, entity: Entity) -> bool:
        """Say no: it has been on a server."""
        del entity
        return False

    def keep(self, entity: Entity) -> None:
        """Do nothing: whoever decoded an entity holds it."""

    def record_update(self, entity: Entity, name: str, value: Any) -> None:
        """Refuse: nobody would commit it."""
        del value
        self._refuse(entity, name)

    def record_mapped(self, entity: Entity, name: str, key: str, value: Any) -> None:
        """Refuse: nobody would commit it."""
        del key, value
        self._refuse(entity, name)

    def _refuse(self, entity: Entity, name: str) -> NoReturn:
        raise EntityError(
            f"{name!r} of {entity!r} cannot be changed: it was decoded and belongs to no session; "
            "session.merge(entity) returns the one to change"
        )
