"""What all helpers share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.entity import NOT_SET
from ftrack_core.query import quote

if TYPE_CHECKING:
    from ftrack_core.schema import EntitySchema

    from ftrack_core import Entity, Session

__all__ = ["Helper", "acting_user", "append_if_loaded"]

_SLOT = "ftrack-entities"


class Helper:
    """A class mixed into entities: it has an entity's attributes and type."""

    __slots__ = ()

    if TYPE_CHECKING:
        entity_type: str
        schema: EntitySchema

        def __getitem__(self, name: str) -> Any: ...

        def __setitem__(self, name: str, value: Any) -> None: ...

        def loaded(self, name: str) -> Any:
            """Return the value of an attribute if it is here."""


def acting_user(session: Session) -> Entity:
    """Return the user who is connected. Raises `NoResultError` where the server has none."""
    known = session.slot(_SLOT)  # the id: an entity would belong to one of several forks
    if "user_id" not in known:
        text = f"select id, username from User where username is {quote(session.user)}"
        known["user_id"] = session.query(text).one()["id"]
    found: Any = session.get("User", known["user_id"])
    user: Entity = found
    return user


def append_if_loaded(entity: Helper, collection: str, item: Entity) -> None:
    """Show *item* in a collection that is here already; another one has it when it is loaded."""
    if entity.loaded(collection) is not NOT_SET:
        entity[collection].append(item)
