"""The names of a query: paths, casts and the attributes they lead through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_embedded.engine import failures

from .relations import relation_of

if TYPE_CHECKING:
    from ftrack_core.query.tree import Step

    from ftrack_embedded.engine.catalogue import Catalogue
    from ftrack_embedded.model.description import Attribute

    from .relation import Relation

__all__ = ["attribute_of", "cast_type", "relation_along"]


def attribute_of(catalogue: Catalogue, entity_type: str, name: str) -> Attribute:
    """Return the attribute a query means by *name*.

    What only a subtype declares may be named as well, if all subtypes that do mean the same sort
    of thing by it; an unknown name is an error.
    """
    attribute = catalogue.types[entity_type].attributes.get(name)
    return attribute or _attribute_below(catalogue, entity_type, name)


def _attribute_below(catalogue: Catalogue, entity_type: str, name: str) -> Attribute:
    below = catalogue.declared_below(entity_type, name)
    if not below:
        known = catalogue.types[entity_type].attributes
        raise failures.unknown_query_attribute(name, entity_type, known)
    first, *others = below.items()
    for other, attribute in others:
        if attribute.kind != first[1].kind:
            raise failures.parse_error(
                f"'{name}' is a {first[1].kind} of '{first[0]}' and a {attribute.kind} of "
                f"'{other}': say which of the types below '{entity_type}' is meant with a cast, "
                f"such as [{other}]."
            )
    return first[1]


def relation_along(catalogue: Catalogue, entity_type: str, step: Step) -> Relation:
    """Return the relation that a step of a path follows; a scalar is an error."""
    attribute = attribute_of(catalogue, entity_type, step.name)
    relation = relation_of(catalogue, entity_type, attribute)
    if relation is None:
        raise failures.parse_error(
            f"Attribute '{step.name}' of '{entity_type}' does not lead to other entities."
        )
    return relation


def cast_type(catalogue: Catalogue, declared: str, cast: str | None) -> str:
    """Return the type reached after a cast; one that can never match is an error."""
    if cast is None:
        return declared
    catalogue.entity_type(cast, in_query=True)
    if not (catalogue.is_a(cast, declared) or catalogue.is_a(declared, cast)):
        raise failures.parse_error(f"'{cast}' is no kind of '{declared}'.")
    return cast
