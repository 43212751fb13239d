"""Configurations of custom attributes: checked by the kind of the attribute."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import ServerError

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.write.value_kinds import menu_entries, value_of_kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.read.level import Row
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["change_configuration", "complete_configuration"]

_ATTRIBUTE: Final = "CustomAttributeConfiguration"
_NEEDED: Final = ("entity_type", "key", "type_id")
_OPTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dynamic enumerator": "multiSelect",
        "enumerator": "multiSelect",
        "number": "isdecimal",
        "text": "markdown",
    }
)
"""What can be true or false about the attributes of a kind."""
_DEFAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "boolean": "false",
        "dynamic enumerator": "[]",
        "enumerator": "[]",
        "expression": '""',
        "number": "0",
        "text": '""',
    }
)
"""What an attribute of a kind is as long as nobody says otherwise, as JSON; else null."""
_NOTHING: Final = (None, "null", '""')


def complete_configuration(tx: Transaction, concrete: str, row: Row) -> None:
    """Give a configuration an empty config and the default of its kind, and check it."""
    row.setdefault("config", "{}")
    if concrete == _ATTRIBUTE:
        for name in _NEEDED:
            if row.get(name) is None:
                raise failures.invalid(f"{concrete} needs a value for {name}.")
    _check(tx, concrete, row, row)


def change_configuration(tx: Transaction, concrete: str, row: Row, values: dict[str, Any]) -> None:
    """Refuse what would not suit the values that are there, and check what is new."""
    if values.get("type_id", row["type_id"]) != row["type_id"]:
        raise failures.invalid(f'Attribute "type" of {concrete} cannot be changed.')
    if row["project_id"] is None and values.get("project_id") is not None:
        raise failures.invalid(
            f"The {concrete} {row['id']} is one of all projects: it cannot go back to one project."
        )
    _check(tx, concrete, {**row, **values}, values)
    tx.memo.pop(("custom attribute", row["id"]), None)


def _check(tx: Transaction, concrete: str, row: Row, written: Row) -> None:
    """Check the config and the default in a whole *row*; complete what was *written* of it."""
    kind = tx.rows.get("CustomAttributeType", (row.get("type_id"),))
    name = kind["name"] if kind else ""
    if "config" in written:
        _check_config(concrete, name, row["config"])
    if concrete == _ATTRIBUTE and ("default" in written or "config" in written):
        if row.get("default") in _NOTHING:
            written["default"] = _DEFAULTS.get(name)
        else:
            written["default"] = _default(row, name)


def _check_config(concrete: str, kind: str, text: str | None) -> None:
    try:
        config = json.loads(text or "")
    except ValueError:
        config = None
    if not isinstance(config, dict):
        raise failures.bad_value("config", concrete, "the JSON text of an object", text)
    option = _OPTIONS.get(kind)
    if option in config and not isinstance(config[option], bool):
        raise failures.invalid(
            f'{concrete}.config of kind {kind}: "{option}" must be true or false.'
        )
    if kind == "enumerator" and menu_entries(config.get("data")) is None:
        raise failures.invalid(
            f'{concrete}.config of kind {kind} needs "data": the JSON text of a list of objects '
            'with "menu" and "value", both texts.'
        )


def _default(row: Row, kind: str) -> str:
    """Return the default as a value of its kind is kept."""
    given = json.loads(row["default"])
    try:
        return json.dumps(value_of_kind(row["key"], kind, row["config"], given))
    except ServerError as error:
        raise failures.invalid(f"{_ATTRIBUTE}.default: {error.content}") from None
