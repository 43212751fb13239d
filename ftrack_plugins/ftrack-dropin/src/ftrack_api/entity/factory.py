"""Makes entity classes from schemas; plugins subclass it to change what it makes."""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING, Any

from ftrack_entities import (
    AssignmentHelpers,
    InviteeHelpers,
    LinkHelpers,
    ProjectHelpers,
    ReviewSessionHelpers,
    ScopeHelpers,
)

from ftrack_api import attribute as attributes
from ftrack_api.cache import KeyMaker, Memoiser, memoise_decorator
from ftrack_api.collection import create_item
from ftrack_api.symbol import NOT_SET

from .asset_version import AssetVersion
from .base import DynamicEntityTypeMetaclass, Entity, EntityOfPlans
from .component import Component, CreateThumbnailMixin
from .job import Job
from .location import Location
from .note import CreateNoteMixin, Note
from .project_schema import ProjectSchema
from .user import User

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = [
    "Factory",
    "PerSessionDefaultKeyMaker",
    "StandardFactory",
    "memoise_defaults",
    "memoise_session",
    "standard_bases",
]

_BY_TYPE: dict[str, type] = {
    "AssetVersion": AssetVersion,
    "Job": Job,
    "Location": Location,
    "Note": Note,
    "ProjectSchema": ProjectSchema,
    "User": User,
}
_HELPERS_BY_TYPE: dict[str, type] = {
    "Project": ProjectHelpers,
    "ReviewSession": ReviewSessionHelpers,
    "ReviewSessionInvitee": InviteeHelpers,
}
_HELPERS_BY_ATTRIBUTE: dict[str, type] = {
    "notes": CreateNoteMixin,
    "thumbnail_id": CreateThumbnailMixin,
    "outgoing_links": LinkHelpers,
    "scopes": ScopeHelpers,
}
_SCALARS = ("boolean", "integer", "number", "object", "string", "variable")
_UID = "{uid}"
_STANDARD = frozenset(
    (
        attributes.ScalarAttribute,
        attributes.ReferenceAttribute,
        attributes.CollectionAttribute,
        attributes.KeyValueMappedCollectionAttribute,
        attributes.CustomAttributeCollectionAttribute,
    )
)


class Factory:
    """Makes a class for each entity type. Override a method to change a kind of attribute."""

    def __init__(self) -> None:
        self.logger = logging.getLogger(f"{__name__}.{type(self).__name__}")

    def create(self, schema: Mapping[str, Any], bases: Sequence[type] | None = None) -> type:
        """Return the class for *schema*, a schema as the server sends it; *bases* are its bases."""
        made = self.attributes_of(schema)
        own = {one.name: one for one in made if type(one) not in _STANDARD}
        namespace: dict[str, Any] = {
            "__slots__": (),
            "entity_type": schema["id"],
            "attributes": made,
            "primary_key_attributes": list(schema["primary_key"]),
            "default_projections": list(schema.get("default_projections", ())),
        }
        chosen = list(bases) if bases else [Entity]
        if own:
            namespace["own_attributes"] = own
            chosen = [EntityOfPlans if one is Entity else one for one in chosen]
            if not any(issubclass(one, EntityOfPlans) for one in chosen):
                chosen.append(EntityOfPlans)
        return DynamicEntityTypeMetaclass(str(schema["id"]), tuple(chosen), namespace)

    def attributes_of(self, schema: Mapping[str, Any]) -> attributes.Attributes:
        """Return the attributes of *schema*, in its order."""
        made = (self._attribute(schema, name) for name in schema["properties"])
        return attributes.Attributes(one for one in made if one is not None)

    def _attribute(self, schema: Mapping[str, Any], name: str) -> attributes.Attribute | None:
        declared = schema["properties"][name]
        class_name, kind = schema["id"], declared.get("type")
        mutable = name not in schema.get("immutable", ())
        if declared.get("restricted_projection"):
            return None
        if kind in _SCALARS:
            return self.create_scalar_attribute(
                class_name,
                name,
                mutable,
                name in schema.get("computed", ()),
                _default(declared),
                _data_type(declared),
            )
        if kind == "array":
            return self.create_collection_attribute(class_name, name, mutable)
        reference = (declared.get("items") or declared).get("$ref")
        if reference is None or kind not in (None, "mapped_array"):
            self.logger.debug("%s.%s is of no kind that is known", class_name, name)
            return None
        create = (
            self.create_reference_attribute
            if kind is None
            else self.create_mapped_collection_attribute
        )
        return create(class_name, name, mutable, reference)

    def create_scalar_attribute(
        self,
        class_name: str,
        name: str,
        mutable: bool,
        computed: bool,
        default: Any,
        data_type: str,
    ) -> attributes.Attribute | None:
        """Return an attribute for a single value, or None to leave it out."""
        return attributes.ScalarAttribute(
            name, data_type=data_type, default_value=default, mutable=mutable, computed=computed
        )

    def create_reference_attribute(
        self, class_name: str, name: str, mutable: bool, reference: str
    ) -> attributes.Attribute | None:
        """Return an attribute for an entity of type *reference*, or None to leave it out."""
        return attributes.ReferenceAttribute(name, reference, mutable=mutable)

    def create_collection_attribute(
        self, class_name: str, name: str, mutable: bool
    ) -> attributes.Attribute | None:
        """Return an attribute for several entities, or None to leave it out."""
        return attributes.CollectionAttribute(name, mutable=mutable)

    def create_mapped_collection_attribute(
        self, class_name: str, name: str, mutable: bool, reference: str
    ) -> attributes.Attribute | None:
        """Return an attribute for rows with a key and a value; this factory leaves them out."""
        self.logger.debug("%s.%s is left out: a mapping of %s", class_name, name, reference)
        return None


class StandardFactory(Factory):
    """Makes classes with the helpers that belong to a type."""

    def create(self, schema: Mapping[str, Any], bases: Sequence[type] | None = None) -> type:
        """Return the class for *schema*; *bases* stand behind the one of its type."""
        return super().create(schema, standard_bases(schema, bases or ()))

    def create_mapped_collection_attribute(
        self, class_name: str, name: str, mutable: bool, reference: str
    ) -> attributes.Attribute | None:
        """Return an attribute for metadata or custom attributes, or None for anything else."""
        if reference == "CustomAttributeValue":
            return attributes.CustomAttributeCollectionAttribute(name, mutable=mutable)
        if reference == "Metadata" or reference.endswith("CustomAttributeValue"):
            return attributes.KeyValueMappedCollectionAttribute(
                name, create_item, "key", "value", mutable=mutable
            )
        return super().create_mapped_collection_attribute(class_name, name, mutable, reference)


def standard_bases(schema: Mapping[str, Any], given: Sequence[type] = ()) -> list[type]:
    """Return the bases of the class for *schema*: of its type, *given*, by its attributes."""
    name, properties = schema["id"], schema["properties"]
    bases: list[type] = []
    if name.endswith("Component"):
        bases.append(Component)
    if name in _BY_TYPE:
        bases.append(_BY_TYPE[name])
    bases += given
    if not any(issubclass(one, Entity) for one in bases):
        bases.append(Entity)
    helpers = [one for named, one in _HELPERS_BY_ATTRIBUTE.items() if named in properties]
    if "assignments" in properties and "project_id" in properties:
        helpers.append(AssignmentHelpers)
    if name in _HELPERS_BY_TYPE:
        helpers.append(_HELPERS_BY_TYPE[name])
    present = tuple(bases)
    return [*bases, *(one for one in helpers if not any(issubclass(b, one) for b in present))]


def _default(declared: Mapping[str, Any]) -> Any:
    default = declared.get("default", NOT_SET)
    return (lambda entity: str(uuid.uuid4())) if default == _UID else default


def _data_type(declared: Mapping[str, Any]) -> str:
    kind = str(declared["type"])
    if kind == "string" and declared.get("format") == "date-time":
        return "datetime"
    return "float" if kind == "number" else kind


class PerSessionDefaultKeyMaker(KeyMaker):
    """Makes keys of a session; kept for scripts that name it."""

    def _key(self, obj: Any) -> Any:
        return str(id(obj))


def memoise_defaults(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return *function* such that what it returned for an argument is returned again."""
    return memoise_decorator(Memoiser(key_maker=PerSessionDefaultKeyMaker(), return_copies=False))(
        function
    )


def memoise_session(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return *function* such that what it returned for a session is returned again."""
    return memoise_defaults(function)
