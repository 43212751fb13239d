"""What an entity asks of the unit of work that it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from .entity import Entity
    from .rows import Key

__all__ = ["Work", "session_of"]


class Work(Protocol):
    """The unit of work behind an entity; the only way an entity reaches its session."""

    @property
    def session(self) -> Any:
        """The session the entity was made in."""

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """Held while something is read, changed and recorded in one step."""

    def find(self, entity_type: str, key: Key) -> Entity | None:
        """Return the entity of this type and key, or None."""

    def load_all(self, entity: Entity) -> None:
        """Load every attribute that is not there yet, in one request."""

    def load(self, entity: Entity, name: str) -> Any:
        """Return the wire value of an attribute that is not there yet, from the server.

        `NOT_SET` where the entity is new or loading is switched off.
        """

    def entity_of(self, row: dict[str, Any]) -> Entity:
        """Return the one entity of this session that *row* speaks of."""

    def without_gone(self, content: list[Any]) -> list[Any]:
        """Return a list of rows, or of entities, without those that are known to be deleted."""

    def record_update(self, entity: Entity, name: str, value: Any) -> None:
        """Note that *name* was assigned *value*; `NOT_SET` takes a change back."""

    def record_mapped(self, entity: Entity, name: str, key: str, value: Any) -> None:
        """Note that *key* of a mapped attribute was assigned *value*, or removed (`NOT_SET`)."""

    def configuration_of(self, entity: Entity, key: str) -> str:
        """Return the id of what configures a custom attribute.

        Raises `UnknownCustomAttributeError` where the server has none of that key for the entity.
        """

    def is_new(self, entity: Entity) -> bool:
        """Whether the entity was created here and the server does not know it yet."""

    def keep(self, entity: Entity) -> None:
        """Hold the entity for as long as the session lives: it carries values of its own."""


def session_of(entity: Any) -> Any:
    """Return the kernel's session behind *entity*.

    ``entity.session`` is for users: a library that wraps sessions shows its own there.
    """
    return entity._work.session  # noqa: SLF001 -- the unit of work is the other half of it
