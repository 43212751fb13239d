"""Writing a collection: the list that is given is the whole new content.

What is no longer listed loses its link; a row that cannot be without its owner is deleted. Two
collections only ever grow this way, because a client's list of them may be old: `notes` and
`replies`. What the caller cannot see is not missing in a list: it stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, select

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.permissions.places import check_row, is_hidden
from ftrack_embedded.model.description import Attribute, Inverse, Through

from . import custom_values, metadata

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["replace_collection"]

_GROWING: Final = frozenset({("Note", "parent_id"), ("Note", "in_reply_to_id")})


def replace_collection(
    tx: Transaction, owner_type: str, owner: Row, attribute: Attribute, content: Any
) -> None:
    """Make *content*, as its reader has left it, all that a collection of *owner* holds."""
    if attribute.name == "metadata":
        metadata.replace_metadata(tx, owner_type, owner, content)
    elif attribute.name == "custom_attributes":
        custom_values.write_values(tx, owner_type, owner, attribute, content)
    elif isinstance(attribute.storage, Inverse):
        _replace_inverse(tx, owner, attribute.storage, content)
    elif isinstance(attribute.storage, Through):
        _replace_through(tx, owner_type, owner, attribute.storage, [far for (far,) in content])


# --- one to many -------------------------------------------------------------------------------


def _replace_inverse(
    tx: Transaction, owner: Row, storage: Inverse, wanted: Sequence[tuple[Any, ...]]
) -> None:
    link = {storage.column: owner[storage.local], **dict(storage.where)}
    current = {
        tx.rows.key_of(storage.target, row): row
        for row in tx.rows.find(storage.target, **link)
        if not is_hidden(tx, storage.target, row)
    }
    for key in wanted:
        if key in current:
            continue
        row = tx.rows.get(storage.target, key)
        if row is None:
            tx.rows.promise(storage.target, key, link)
        elif is_hidden(tx, storage.target, row):
            raise failures.not_found(storage.target, key)
        else:
            _link(tx, storage.target, row, link)
    if (storage.target, storage.column) not in _GROWING:
        gone = [row for key, row in current.items() if key not in wanted]
        _release(tx, storage, [row for row in gone if not _stays(storage, row, owner)])


def _link(tx: Transaction, target: str, row: Row, link: Mapping[str, Any]) -> None:
    """Change a row of a collection; that has to be allowed where it is and where it comes to."""
    from .update import update_row

    concrete = tx.catalogue.concrete(target, row)
    check_row(tx, concrete, row)
    update_row(tx, concrete, row, link)
    check_row(tx, concrete, row)


def _stays(storage: Inverse, row: Row, owner: Row) -> bool:
    """Whether a row stays although a list omits it: who wrote a note goes on receiving answers."""
    return storage.target == "Recipient" and row["resource_id"] == owner.get("user_id")


def _release(tx: Transaction, storage: Inverse, rows: list[Row]) -> None:
    from .remove import remove_rows

    if _cannot_be_without(tx, storage):
        for row in rows:
            check_row(tx, storage.target, row)
        remove_rows(tx, storage.target, rows)
        return
    for row in rows:
        _link(tx, storage.target, row, {storage.column: None})


def _cannot_be_without(tx: Transaction, storage: Inverse) -> bool:
    declared = tx.catalogue.types[storage.target]
    held = [
        one
        for one in declared.attributes.values()
        if getattr(one.storage, "name", None) == storage.column
    ]
    is_key = storage.column in tx.catalogue.key_columns(storage.target)
    return is_key or any(one.required for one in held)


# --- many to many ------------------------------------------------------------------------------


def _replace_through(
    tx: Transaction, owner_type: str, owner: Row, storage: Through, wanted: list[Any]
) -> None:
    near = owner[tx.catalogue.key_columns(owner_type)[0]]
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
    gone = [row for row in current if row[storage.far] not in wanted]
    remove_rows(tx, storage.link, [row for row in gone if not _far_is_hidden(tx, storage, row)])
    present = {row[storage.far] for row in current}
    for far in dict.fromkeys(wanted):
        if far not in present:
            create_row(tx, storage.link, {**link, storage.far: far})
            tx.rows.expect(storage.target, far, rows=storage.link, column=storage.far)


def _far_is_hidden(tx: Transaction, storage: Through, row: Row) -> bool:
    if not tx.rights.hides_projects:
        return False
    far = tx.rows.get(storage.target, (row[storage.far],))
    return far is not None and is_hidden(tx, storage.target, far)


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
