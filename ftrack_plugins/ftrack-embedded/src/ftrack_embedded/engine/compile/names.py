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


def attribute_of(catalogue: Catalogue, entity_type: str, step: Step) -> Attribute:
    """Return the attribute that a step of a query means.

    What only a subtype declares may be named as well, if all subtypes that do mean the same sort
    of thing by it; an unknown name is an error.
    """
    attribute = catalogue.types[entity_type].attributes.get(step.name)
    return attribute or _attribute_below(catalogue, entity_type, step)


def _attribute_below(catalogue: Catalogue, entity_type: str, step: Step) -> Attribute:
    below = catalogue.declared_below(entity_type, step.name)
    if not below:
        raise failures.unknown_query_attribute(
            step.name, entity_type, _all_names(catalogue, entity_type), step.position
        )
    first, *others = below.items()
    for other, attribute in others:
        if _meaning(attribute) != _meaning(first[1]):
            raise failures.parse_error(
                f"'{step.name}' is a {_sort(first[1])} of '{first[0]}' and a {_sort(attribute)} "
                f"of '{other}': say which of the types below '{entity_type}' is meant with a "
                f"cast, such as [{other}].",
                step.position,
            )
    return first[1]


def _all_names(catalogue: Catalogue, entity_type: str) -> set[str]:
    family = (entity_type, *catalogue.types[entity_type].subtypes)
    return {name for one in family for name in catalogue.types[one].attributes}


def _meaning(attribute: Attribute) -> tuple[object, ...]:
    return (attribute.kind, attribute.data_type, attribute.storage)


def _sort(attribute: Attribute) -> str:
    if attribute.kind == "scalar":
        return f"{attribute.data_type} scalar"
    return f"{attribute.kind} of {attribute.target}"


def relation_along(catalogue: Catalogue, entity_type: str, step: Step) -> Relation:
    """Return the relation that a step of a path follows; a scalar is an error."""
    attribute = attribute_of(catalogue, entity_type, step)
    relation = relation_of(catalogue, entity_type, attribute)
    if relation is None:
        raise failures.parse_error(
            f"Attribute '{step.name}' of '{entity_type}' does not lead to other entities.",
            step.position,
        )
    return relation


def cast_type(catalogue: Catalogue, declared: str, step: Step) -> str:
    """Return the type reached by a *step* to a type; a cast that can never match is an error."""
    cast = step.cast
    if cast is None:
        return declared
    catalogue.entity_type(cast, in_query=True, position=step.position)
    if not (catalogue.is_a(cast, declared) or catalogue.is_a(declared, cast)):
        raise failures.parse_error(f"'{cast}' is no kind of '{declared}'.", step.position)
    return cast
