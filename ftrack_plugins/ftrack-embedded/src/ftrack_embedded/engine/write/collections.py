"""Writing a collection: the list that is given is the whole new content.

What is no longer listed loses its link; a row that cannot be without its owner is deleted. Two
collections only ever grow this way, because a client's list of them may be old: `notes` and
`replies`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select

from ftrack_embedded.engine import failures
from ftrack_embedded.model.description import Attribute, Inverse, Through

from . import custom_values, metadata
from .incoming import is_key_part

if TYPE_CHECKING:
    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["replace_collection"]

_GROWING: Final = frozenset({("Note", "parent_id"), ("Note", "in_reply_to_id")})


def replace_collection(
    tx: Transaction, owner_type: str, owner: Row, attribute: Attribute, items: Any
) -> None:
    """Make *items* the content of a collection of the row *owner*."""
    if attribute.name == "metadata":
        metadata.replace_metadata(tx, owner_type, owner, items)
    elif attribute.name == "custom_attributes":
        custom_values.write_values(tx, owner_type, owner, attribute, items)
    elif isinstance(attribute.storage, Inverse):
        _replace_inverse(tx, owner, attribute.storage, _list(attribute, items))
    elif isinstance(attribute.storage, Through):
        _replace_through(tx, owner_type, owner, attribute.storage, _list(attribute, items))


def _list(attribute: Attribute, items: Any) -> Sequence[Any]:
    if items is None:
        return []
    if not isinstance(items, list):
        raise failures.invalid(f'Collection "{attribute.name}" is written as a list.')
    return items


# --- one to many -------------------------------------------------------------------------------


def _replace_inverse(tx: Transaction, owner: Row, storage: Inverse, items: Sequence[Any]) -> None:
    from .update import update_row

    link = {storage.column: owner[storage.local], **dict(storage.where)}
    current = {
        tx.rows.key_of(storage.target, row): row for row in tx.rows.find(storage.target, **link)
    }
    wanted = [_key_of_item(tx, storage.target, item) for item in items]
    for key in wanted:
        if key in current:
            continue
        row = tx.rows.get(storage.target, key)
        if row is None:
            tx.rows.promise(storage.target, key, link)
        else:
            update_row(tx, tx.catalogue.concrete(storage.target, row), row, link)
    if (storage.target, storage.column) not in _GROWING:
        gone = [row for key, row in current.items() if key not in wanted]
        _release(tx, storage, [row for row in gone if not _stays(storage, row, owner)])


def _stays(storage: Inverse, row: Row, owner: Row) -> bool:
    """Whether a row stays although a list omits it: who wrote a note goes on receiving answers."""
    return storage.target == "Recipient" and row["resource_id"] == owner.get("user_id")


def _release(tx: Transaction, storage: Inverse, rows: list[Row]) -> None:
    from .remove import remove_rows
    from .update import update_row

    if not rows:
        return
    if _cannot_be_without(tx, storage):
        remove_rows(tx, storage.target, rows)
        return
    for row in rows:
        update_row(tx, tx.catalogue.concrete(storage.target, row), row, {storage.column: None})


def _cannot_be_without(tx: Transaction, storage: Inverse) -> bool:
    declared = tx.catalogue.types[storage.target]
    held = [
        one
        for one in declared.attributes.values()
        if getattr(one.storage, "name", None) == storage.column
    ]
    is_key = storage.column in tx.catalogue.key_columns(storage.target)
    return is_key or any(one.required for one in held)


def _key_of_item(tx: Transaction, entity_type: str, item: Any) -> tuple[Any, ...]:
    declared = tx.catalogue.types[entity_type]
    if isinstance(item, Mapping):
        key = tuple(item.get(name) for name in declared.primary_key)
    else:
        key = (item,)
    if len(key) != len(declared.primary_key) or not all(map(is_key_part, key)):
        names = ", ".join(declared.primary_key)
        raise failures.invalid(f"An item of a collection of {entity_type} needs its key: {names}.")
    return key


# --- many to many ------------------------------------------------------------------------------


def _replace_through(
    tx: Transaction, owner_type: str, owner: Row, storage: Through, items: Sequence[Any]
) -> None:
    near = owner[tx.catalogue.key_columns(owner_type)[0]]
    wanted = [_key_of_item(tx, storage.target, item)[0] for item in items]
    link = {storage.near: near, **dict(storage.where)}
    if storage.link in tx.catalogue.types:
        _replace_link_entities(tx, storage, link, wanted)
    else:
        _replace_link_rows(tx, storage, link, wanted)


def _replace_link_entities(
    tx: Transaction, storage: Through, link: dict[str, Any], wanted: list[Any]
) -> None:
    from .create import create_row
    from .remove import remove_rows

    current = tx.rows.find(storage.link, **link)
    remove_rows(tx, storage.link, [row for row in current if row[storage.far] not in wanted])
    present = {row[storage.far] for row in current}
    for far in dict.fromkeys(wanted):
        if far not in present:
            create_row(tx, storage.link, {**link, storage.far: far})
            tx.rows.expect(storage.target, far, rows=storage.link, column=storage.far)


def _replace_link_rows(
    tx: Transaction, storage: Through, link: dict[str, Any], wanted: list[Any]
) -> None:
    table = tx.catalogue.link_table(storage.link)
    is_link = [table.c[name] == value for name, value in link.items()]
    current = set(tx.connection.scalars(select(table.c[storage.far]).where(*is_link)))
    gone = current.difference(wanted)
    if gone:
        tx.connection.execute(delete(table).where(*is_link, table.c[storage.far].in_(gone)))
    for far in dict.fromkeys(wanted):
        if far not in current:
            tx.connection.execute(insert(table).values({**link, storage.far: far}))
            tx.rows.expect(storage.target, far)
