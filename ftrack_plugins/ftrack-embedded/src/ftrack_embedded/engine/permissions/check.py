"""Whether a caller may carry out an operation; asked before anything else about it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, select

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.values import untagged

from .attributes import check_may_write_attribute
from .configuration import is_configuration, is_configuration_of_project
from .places import check_level, check_row, is_hidden
from .standing import Level
from .whereabouts import identifiers_in, place_of, place_written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.rows import Change
    from ftrack_embedded.engine.transaction import Transaction

    from .whereabouts import Place

__all__ = [
    "check_may_administer",
    "check_may_write_component",
    "check_operation",
    "check_written",
    "is_visible",
]

_ENTITY_ACTIONS: Final = frozenset({"create", "delete", "update"})
_HARMLESS: Final = frozenset({"get_widget_url"})
_RESOURCES: Final = frozenset({"BaseUser", "Collaborator", "Resource", "User"})
_LINKS: Final = "custom_attribute_link"
_UPLOADS: Final = frozenset({"complete_multipart_upload", "get_upload_metadata"})
_VALUES: Final = "CustomAttributeValue"
_NEEDED: Final[Mapping[str, Level]] = MappingProxyType(
    {
        "add_user_security_role": Level.ADMINISTER,
        "grant_user_security_role_project": Level.ADMINISTER,
        "remove_user_security_role": Level.ADMINISTER,
        "revoke_user_security_role_project": Level.ADMINISTER,
        "send_user_invite": Level.ADMINISTER,
        "update_user_security_role": Level.ADMINISTER,
    }
)
_NAMED: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "complete_multipart_upload": {"component_id": "Component"},
        "encode_media": {"component_id": "Component", "version_id": "AssetVersion"},
        "get_upload_metadata": {"component_id": "Component"},
        "send_review_session_invite": {"review_session_invitee_id": "ReviewSessionInvitee"},
    }
)
"""Which entities other operations change, by their members."""

_LACKING: Final[Mapping[Level, str]] = MappingProxyType(
    {
        Level.WRITE: "you may only read. Ask an administrator for a role, or a key, that writes",
        Level.ADMINISTER: "that is for administrators of the studio. Ask one of them",
    }
)
"""What is said to those who have not the level that they need."""


def check_operation(tx: Transaction, operation: Mapping[str, Any]) -> None:
    """Raise a PermissionError unless the caller may carry out a writing *operation*.

    What the caller cannot see does not exist: it is not found.
    """
    action = operation["action"]
    if tx.rights.administers or action in _HARMLESS:
        return
    needed = _NEEDED.get(action, Level.WRITE)
    if tx.rights.level < needed:
        raise failures.denied(f"{_described(operation)}: {_LACKING[needed]}")
    if action in _ENTITY_ACTIONS:
        _check_entity(tx, operation)
    for member, entity_type in _NAMED.get(action, {}).items():
        _check_named(tx, operation, entity_type, operation.get(member))


def check_may_administer(tx: Transaction, what: str) -> None:
    """Raise a PermissionError unless the caller is an administrator."""
    if not tx.rights.administers:
        raise failures.denied(f"{what}: {_LACKING[Level.ADMINISTER]}")


def check_may_write_component(tx: Transaction, component_id: str) -> None:
    """Raise a PermissionError unless the caller may change the file of a component."""
    what = f"write Component {component_id}"
    if tx.rights.level < Level.WRITE:
        raise failures.denied(f"{what}: {_LACKING[Level.WRITE]}")
    row = tx.rows.get("Component", (component_id,))
    if row is not None:
        check_row(tx, "Component", row, what)


def check_written(tx: Transaction) -> None:
    """Raise a PermissionError if a project was put where the caller cannot see it."""
    if tx.rights.administers:
        return
    closed = [change for change in tx.rows.changes if _closes_project(tx, change)]
    if closed:
        tx.forget_rights()
    for change in closed:
        if tx.rights.in_project(change.key[0]).level is Level.NOTHING:
            error = failures.denied(
                f"write Project {change.key[0]}: you could not see it any more. Ask somebody with "
                "a role on that very project"
            )
            error.operation = change.operation
            raise error


def _closes_project(tx: Transaction, change: Change) -> bool:
    is_closed = change.entity_type == "Project" and bool((change.new or {}).get("is_private"))
    return is_closed and not tx.rows.was_removed("Project", change.key)


def is_visible(tx: Transaction, entity_type: str, key: Sequence[Any]) -> bool:
    """Return whether the caller can see the row; a row that is not there cannot be seen."""
    rows = tx.readable_catalogue.alias(entity_type)
    names = tx.catalogue.key_columns(entity_type)
    is_row = (rows.c[name] == part for name, part in zip(names, key, strict=True))
    return tx.connection.execute(select(rows.c[names[0]]).where(and_(*is_row))).first() is not None


# --- entities ----------------------------------------------------------------------------------


def _check_entity(tx: Transaction, operation: Mapping[str, Any]) -> None:
    name = str(operation.get("entity_type"))
    if name not in tx.catalogue.types:
        return  # the operation itself says that there is no such type
    if name in _RESOURCES and not _is_oneself(tx, operation):
        raise failures.denied(f"{_described(operation)}: {_LACKING[Level.ADMINISTER]}")
    places = _places(tx, name, operation)
    if is_configuration(tx.catalogue, name):
        _check_configuration(tx, name, places, operation)
    elif tx.rights.varies:
        _check_new_project(tx, name, operation)
        for place in places:
            check_level(tx, place, _described(operation))
    if name.endswith(_VALUES):
        check_may_write_attribute(tx, *_value_key(operation))
    elif tx.catalogue.types[name].table == _LINKS:
        _check_attribute_of_link(tx, name, operation)


def _check_attribute_of_link(tx: Transaction, name: str, operation: Mapping[str, Any]) -> None:
    """Check the attribute of a link as it is, and as it is to be."""
    row, data = _row(tx, name, operation) or {}, operation.get("entity_data")
    written = identifiers_in(tx, name, data) if isinstance(data, Mapping) else {}
    for one in (row, {**row, **written}):
        if one.get("configuration_id") is not None:
            check_may_write_attribute(tx, one["configuration_id"], one.get("from_id"))


def _is_oneself(tx: Transaction, operation: Mapping[str, Any]) -> bool:
    return operation["action"] == "update" and _key(operation)[:1] == [tx.rights.user_id]


def _places(tx: Transaction, name: str, operation: Mapping[str, Any]) -> list[Place]:
    """Return where the entity is and where it will be; what the caller cannot see is not found."""
    if not tx.rights.varies:
        return []
    row, places = _row(tx, name, operation), []
    if row is not None and operation["action"] != "create":
        if is_hidden(tx, name, row):
            raise failures.not_found(name, _key(operation))
        places.append(place_of(tx, tx.catalogue.types[name].table, row))
    data = operation.get("entity_data")
    if isinstance(data, Mapping) and operation["action"] != "delete":
        places.append(place_written(tx, name, row or {}, data))
    return places


def _row(tx: Transaction, name: str, operation: Mapping[str, Any]) -> Row | None:
    """Return the row that is named; a custom attribute value need not be stored."""
    if name.endswith(_VALUES):
        return {"entity_id": _value_key(operation)[1]}
    key = _key(operation)
    is_key = len(key) == len(tx.catalogue.key_columns(name))
    is_key = is_key and all(isinstance(part, (str, int)) for part in key)
    return tx.rows.get(name, key) if is_key and operation["action"] != "create" else None


def _check_configuration(
    tx: Transaction, name: str, places: list[Place], operation: Mapping[str, Any]
) -> None:
    """Let only administrators of the studio through, or those of the project that is configured."""
    of_project = is_configuration_of_project(tx.catalogue, name) and not _leaves(operation)
    if not of_project or not places or not all(place.projects for place in places):
        raise failures.denied(f"{_described(operation)}: {_LACKING[Level.ADMINISTER]}")
    for place in places:
        check_level(tx, place, _described(operation), Level.ADMINISTER)


def _leaves(operation: Mapping[str, Any]) -> bool:
    """Whether something is to be in no project any more."""
    data = operation.get("entity_data")
    given = data if isinstance(data, Mapping) else {}
    return any(name in given and not given[name] for name in ("project", "project_id"))


def _check_new_project(tx: Transaction, name: str, operation: Mapping[str, Any]) -> None:
    if name != "Project" or operation["action"] != "create":
        return
    if tx.rights.on_open is None or tx.rights.on_open.level < Level.WRITE:
        raise failures.denied(
            "create Project: that needs a role that writes in all open projects. "
            "Ask an administrator for one"
        )


def _check_named(
    tx: Transaction, operation: Mapping[str, Any], entity_type: str, identifier: Any
) -> None:
    """Check what an operation names by a member; what is not there it says by itself.

    A file may be uploaded before its component is there: that this is hidden cannot be "not found".
    """
    row = tx.rows.get(entity_type, (identifier,)) if isinstance(identifier, str) else None
    if row is None:
        return
    if operation["action"] not in _UPLOADS and is_hidden(tx, entity_type, row):
        raise failures.not_found(entity_type, (identifier,))
    check_row(tx, entity_type, row, f"{operation['action']} {entity_type} {identifier}")


def _value_key(operation: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the configuration and the entity of a custom attribute value."""
    data = operation.get("entity_data")
    key = _key(operation)
    if operation["action"] == "create" and isinstance(data, Mapping):
        key = [untagged(data.get(name)) for name in ("configuration_id", "entity_id")]
    padded = [*key, None, None]
    return padded[0], padded[1]


def _key(operation: Mapping[str, Any]) -> list[Any]:
    key = operation.get("entity_key")
    parts = key if isinstance(key, (list, tuple)) else [] if key is None else [key]
    return [untagged(part) for part in parts]


def _described(operation: Mapping[str, Any]) -> str:
    """Return what is asked for, as in: update Task t1."""
    words = [operation["action"], str(operation.get("entity_type") or ""), *_key(operation)]
    return " ".join(str(word) for word in words if word)
