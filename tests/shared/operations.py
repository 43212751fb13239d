"""Operations of a batch, as clients write them: the tests of the server are full of them."""

from __future__ import annotations

__all__ = ["create", "delete", "query", "update"]


def create(entity_type, /, **data):
    return {"action": "create", "entity_type": entity_type, "entity_data": data}


def update(entity_type, /, *key, **data):
    named = {"entity_type": entity_type, "entity_key": list(key)}
    return {"action": "update", **named, "entity_data": data}


def delete(entity_type, /, *key):
    return {"action": "delete", "entity_type": entity_type, "entity_key": list(key)}


def query(expression):
    return {"action": "query", "expression": expression}
