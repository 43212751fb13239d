"""The words in which entity types are declared: one function for each sort of attribute.

Each returns a part: the public attributes that belong together (a reference brings the scalar that
holds its key). ``alias`` is the server's internal name for the attribute, which listeners to
``ftrack.update`` see; ``rule`` names the computation behind a value that is not stored.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from .description import Attribute, Column, Computed, Inverse, Reference, Storage, Through

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "NEW_ID",
    "Part",
    "boolean",
    "collection",
    "computed_collection",
    "computed_reference",
    "created_by",
    "custom_attribute_links",
    "custom_attributes",
    "foreign_key",
    "identifier",
    "integer",
    "key",
    "lone_reference",
    "metadata",
    "moment",
    "newer",
    "number",
    "older",
    "reference",
    "scalar",
    "text",
    "threads",
    "through",
    "thumbnail",
    "type_name",
    "url",
    "variable",
]

Part = tuple[Attribute, ...]

NEW_ID: Final = "{uid}"
"""The default by which a schema says: make a new identifier."""

_NOTHING: Final = object()
_SHOWN_KEY: Final = {"User": "user_id"}


def scalar(
    name: str,
    data_type: str,
    *,
    alias: str | None = None,
    default: Any = _NOTHING,
    description: str | None = None,
    column: str | None = None,
    rule: str | None = None,
    refers_to: str | None = None,
    wire: Mapping[str, Any] | None = None,
    required: bool = False,
    immutable: bool = False,
    computed: bool = False,
    hidden: bool = False,
    kept: bool = True,
) -> Part:
    """Declare one value in a column, or computed by a *rule*.

    *column* is needed only where the column's name is not the attribute's. *wire* holds what else
    the schema answer says. What is not *kept* reads as null. The rest is as in `Attribute`.
    """
    shown = _property(data_type, alias, default, description) | dict(wire or {})
    storage: Storage | None = Computed(rule) if rule else Column(column or name, refers_to)
    has_default = default is not _NOTHING
    return (
        Attribute(
            name,
            "scalar",
            storage if kept else None,
            data_type,
            default=default if has_default else None,
            has_default=has_default,
            required=required,
            immutable=immutable,
            computed=computed,
            hidden=hidden,
            wire=shown,
        ),
    )


text = partial(scalar, data_type="string")
integer = partial(scalar, data_type="integer")
number = partial(scalar, data_type="number")
boolean = partial(scalar, data_type="boolean")
moment = partial(scalar, data_type="datetime")
variable = partial(scalar, data_type="variable")


def key(alias: str | None = None, **options: Any) -> Part:
    """Declare ``id``: a uuid, made by whoever creates the entity."""
    return text("id", alias=alias, default=NEW_ID, required=True, immutable=True, **options)


def identifier(name: str, **options: Any) -> Part:
    """Declare a text that is part of a composite primary key."""
    return text(name, required=True, immutable=True, **options)


def type_name(name: str, **options: Any) -> Part:
    """Declare a column that names an entity type, by its table inside and by its schema outside."""
    transform = {"client": "{schema_id}", "server": "{table_name}"}
    return text(name, wire={"transform": transform}, **options)


def url(name: str, rule: str, *, immutable: bool = False) -> Part:
    """Declare a computed link: an object of two keys, ``url`` and ``value``."""
    return scalar(name, "object", rule=rule, computed=True, immutable=immutable)


def foreign_key(name: str, target: str, *, shows: str | None = None, **options: Any) -> Part:
    """Declare a scalar that holds the key of a *target*.

    *shows* is the ``Type.attribute`` that the schema answer prints where it is not the usual one.
    """
    shown = shows or _shown_key(target)
    data_type = options.pop("data_type", "string")
    extra = {"format": "foreign_key"} | options.pop("wire", {})
    return scalar(
        name,
        data_type,
        description=f"Foreign key(s): {shown}",
        refers_to=target,
        wire=extra,
        **options,
    )


def reference(
    name: str,
    target: str,
    *,
    alias: str | None = None,
    key: str | None = None,
    key_alias: str | None = None,
    immutable: bool = False,
    rows: str | None = None,
    **key_options: Any,
) -> Part:
    """Declare a reference together with the scalar that holds its key (``<name>_id``).

    *rows* is the wider type of what it may lead to, where the schema declares a narrow one.
    Further options (required, default, shows) belong to the key.
    """
    column = key or f"{name}_id"
    led = lone_reference(name, target, column, alias=alias, immutable=immutable, rows=rows)
    key_options.setdefault("shows", _shown_key(target))
    return (
        *led,
        *foreign_key(column, rows or target, alias=key_alias, immutable=immutable, **key_options),
    )


def lone_reference(
    name: str,
    target: str,
    column: str,
    *,
    alias: str | None = None,
    immutable: bool = False,
    rows: str | None = None,
) -> Part:
    """Declare a reference whose key another attribute shows, or none does."""
    storage = Reference(column, rows or target)
    return _relation(name, "reference", storage, target, alias, immutable)


def computed_reference(
    name: str, target: str, rule: str, *, listed: bool = False, alias: str | None = None
) -> Part:
    """Declare a reference that a rule works out; *listed* when the schema calls it computed."""
    wire = _relation_property("reference", target, alias)
    return (
        Attribute(name, "reference", Computed(rule), target=target, computed=listed, wire=wire),
    )


def collection(
    name: str,
    item: str,
    by: str,
    *,
    alias: str | None = None,
    where: tuple[tuple[str, Any], ...] = (),
    rows: str | None = None,
) -> Part:
    """Declare the *item* entities whose column *by* holds this one's id.

    *rows* is the wider type of what is really in it, where the schema declares a narrow one.
    """
    return _relation(name, "collection", Inverse(rows or item, by, where=where), item, alias)


def threads() -> Part:
    """Declare the notes of an entity: those that begin a thread, replies are found from there.

    Whether replies belong to them is decided here, for all types that have notes.
    """
    return collection("notes", "Note", by="parent_id", where=(("in_reply_to_id", None),))


def through(
    name: str,
    item: str,
    link: str,
    near: str,
    far: str,
    *,
    alias: str | None = None,
    where: tuple[tuple[str, Any], ...] = (),
    rows: str | None = None,
) -> Part:
    """Declare the *item* entities at the *far* end of the rows of *link*; see `Through`."""
    storage = Through(rows or item, link, near, far, where)
    return _relation(name, "collection", storage, item, alias)


def newer(part: Part) -> Part:
    """Say that only the newer generation of servers knows these attributes."""
    return tuple(replace(one, generation="newer") for one in part)


def older(part: Part) -> Part:
    """Say that the newer generation of servers no longer knows these attributes."""
    return tuple(replace(one, generation="older") for one in part)


def computed_collection(name: str, item: str, rule: str | None) -> Part:
    """Declare a collection that a rule works out; without one it is always empty."""
    return _relation(name, "collection", Computed(rule) if rule else None, item, None)


def metadata() -> Part:
    """Declare ``metadata``: free keys and values."""
    return _dictionary("metadata", "Metadata", "meta", Inverse("Metadata", "parent_id"))


def custom_attributes(value_type: str) -> Part:
    """Declare ``custom_attributes``: a value for each configuration that applies."""
    rule = Computed("custom_attributes")
    return _dictionary("custom_attributes", value_type, "custom_attribute_values", rule)


def custom_attribute_links() -> Part:
    """Declare both directions of custom attribute links, which stand in criteria only."""
    outwards = _restricted("custom_attribute_links", "CustomAttributeLink", "from_id")
    inwards = _restricted("custom_attribute_links_from", "CustomAttributeLinkFrom", "to_id")
    return (*outwards, *inwards)


def thumbnail() -> Part:
    """Declare a picture: its component, the component's id and a link to the scaled image."""
    picture = reference("thumbnail", "Component", key_alias="thumbid")
    return (*picture, *url("thumbnail_url", "thumbnail_url", immutable=True))


def created_by(**options: Any) -> Part:
    """Declare who made the entity."""
    return reference("created_by", "User", alias="createdBy", key_alias="created_by", **options)


def _shown_key(target: str) -> str:
    return f"{target}.{_SHOWN_KEY.get(target, 'id')}"


def _property(
    data_type: str, alias: str | None, default: Any, description: str | None
) -> dict[str, Any]:
    is_moment = data_type == "datetime"
    shown: dict[str, Any] = {"type": "string" if is_moment else data_type}
    if is_moment:
        shown["format"] = "date-time"
    if alias is not None:
        shown["alias_for"] = alias
    if default is not _NOTHING:
        shown["default"] = default
    if description is not None:
        shown["description"] = description
    return shown


def _relation(
    name: str,
    kind: str,
    storage: Storage | None,
    target: str,
    alias: str | None,
    immutable: bool = False,
) -> Part:
    wire = _relation_property(kind, target, alias)
    return (Attribute(name, kind, storage, target=target, immutable=immutable, wire=wire),)


def _relation_property(kind: str, target: str, alias: str | None) -> dict[str, Any]:
    wire_types = {"collection": "array", "mapped": "mapped_array"}
    shown: dict[str, Any] = {"$ref": target}
    if kind in wire_types:
        shown = {"type": wire_types[kind], "items": {"$ref": target}}
    return shown if alias is None else {**shown, "alias_for": alias}


def _dictionary(name: str, item: str, alias: str, storage: Storage) -> Part:
    wire = _relation_property("mapped", item, alias)
    wire["key_value_attributes"] = {"key": "key", "value": "value"}
    return (Attribute(name, "mapped", storage, target=item, wire=wire),)


def _restricted(name: str, item: str, by: str) -> Part:
    wire = _relation_property("mapped", item, None) | {"restricted_projection": True}
    storage = Inverse(item, by)
    return (Attribute(name, "mapped", storage, target=item, restricted=True, wire=wire),)
