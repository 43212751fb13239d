"""What is there no more: what the session has deleted, and what it created and rolled back.

Collections that were loaded or assigned before may list it still.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.entity.rows import TYPE, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ftrack_core.entity import Entity
    from ftrack_core.entity.rows import Key
    from ftrack_core.schema import Schemas

    from .identity import IdentityMap

    Identity = tuple[str, Key]

__all__ = ["Gone"]

_MOST_CHECKED = 8
"""How many lists are remembered, and held: those that the loops of a script go through."""


class Gone:
    """Which rows the server has no more, as far as this session knows, and which entities are dead.

    What is created anew with the key of a deleted row is there again, and so is what an answer
    holds that was asked for later. Of what was rolled back the server may have had another one.
    """

    def __init__(self, identity: IdentityMap) -> None:
        self.is_any = False
        """Whether there is anything to ask for: each assignment looks at it."""
        self._identity = identity
        self._serials: dict[str, dict[Key, int]] = {}
        self._rolled_back: set[Identity] = set()
        self._created_again: set[Identity] = set()
        # A loop asks a collection for its length and its items, each time from the beginning.
        self._checked: dict[int, tuple[list[Any], int, list[Any]]] = {}

    def __contains__(self, identity: Any) -> bool:
        """Whether the row of *identity* was deleted."""
        return self._is_deleted(identity) and identity not in self._created_again

    def is_dead(self, entity: Entity) -> bool:
        """Whether *entity* was deleted, or created here and rolled back."""
        identity = (entity.entity_type, entity.key)
        if identity in self._rolled_back and self._identity.get(*identity) is not entity:
            return True
        return identity in self

    def _is_deleted(self, identity: Identity) -> bool:
        return identity[1] in self._serials.get(identity[0], ())

    def add(self, identity: Identity, serial: int) -> None:
        """Note that the answer of *serial* said that an entity was deleted."""
        self._serials.setdefault(identity[0], {})[identity[1]] = serial
        self.is_any = True
        self._changed(identity)

    def create_again(self, identity: Identity) -> None:
        """Note that an entity is created anew here; the server has not heard of it."""
        if self._is_deleted(identity):
            self._changed(identity)
            self._created_again.add(identity)

    def roll_back(self, identity: Identity) -> None:
        """Note that an entity is not created here after all."""
        self._rolled_back.add(identity)
        self.is_any = True
        self._changed(identity)

    def discard(self, identities: Iterable[Identity]) -> None:
        """Note that the server has these entities."""
        serials = self._serials
        for identity in [one for one in identities if one[1] in serials.get(one[0], ())]:
            del serials[identity[0]][identity[1]]
            self._changed(identity)

    def see(self, index: Mapping[str, Mapping[Key, Any]], serial: int) -> None:
        """Note what an answer held that was asked for at *serial*: somebody created it anew."""
        for entity_type in self._serials.keys() & index.keys():
            of_type = self._serials[entity_type]
            both = of_type.keys() & index[entity_type].keys()
            self.discard([(entity_type, key) for key in both if of_type[key] < serial])

    def _changed(self, identity: Identity) -> None:
        self._created_again.discard(identity)
        self._checked = {}

    def left_of(self, content: list[Any], schemas: Schemas) -> list[Any]:
        """Return a list of rows, or of entities, without what is gone."""
        checked = self._checked
        known = checked.get(id(content))
        if known is not None and known[0] is content and known[1] == len(content):
            return known[2]
        left = self._left_of(content, schemas)
        if len(checked) >= _MOST_CHECKED:
            checked.clear()
        checked[id(content)] = (content, len(content), left)
        return left

    def _left_of(self, content: list[Any], schemas: Schemas) -> list[Any]:
        if content[0].__class__ is not dict:
            return [one for one in content if not self.is_dead(one)]
        try:
            identities: list[Identity] = [(row[TYPE], row["id"]) for row in content]
        except KeyError:
            identities = [(row[TYPE], key_of(schemas[row[TYPE]], row)) for row in content]
        named = zip(content, identities, strict=True)
        return [one for one, identity in named if identity not in self]
