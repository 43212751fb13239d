"""What all helpers share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.query import quote

if TYPE_CHECKING:
    from ftrack_core import Entity, Session

__all__ = ["Helper", "acting_user"]


class Helper:
    """A class mixed into entities: it has an entity's session, attributes and type."""

    __slots__ = ()

    if TYPE_CHECKING:
        entity_type: str

        @property
        def session(self) -> Session:
            """The session of the entity."""

        def __getitem__(self, name: str) -> Any: ...

        def __setitem__(self, name: str, value: Any) -> None: ...


def acting_user(session: Session) -> Entity:
    """Return the user who is connected. Raises `NoResultError` where the server has none."""
    text = f"select id, username from User where username is {quote(session.user)}"
    found: Entity = session.query(text).one()
    return found
