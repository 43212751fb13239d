"""Which concrete type a new entity is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_embedded.engine.catalogue import Catalogue
    from ftrack_embedded.model.description import EntityType

__all__ = ["concrete_for_create"]

_ABSTRACT: Final = frozenset({"Context", "CustomConfigurationBase", "Resource", "StatusChange"})
_NEEDS: Final = {"TypedContext": "object_type_id"}


def concrete_for_create(
    catalogue: Catalogue, named: EntityType, columns: Mapping[str, Any]
) -> EntityType:
    """Return the type of a new entity named as *named*, which may be a base type.

    A column that contradicts the type is an error, and so is a base type that does not say which
    of its subtypes is meant.
    """
    for column, value in named.classifiers:
        _agree(named, column, value, columns)
    row = {**columns, **dict(named.classifiers)}
    concrete = catalogue.types[catalogue.concrete(named.name, row)]
    if concrete.name in _ABSTRACT:
        subtypes = ", ".join(concrete.subtypes[:4])
        raise failures.invalid(
            f"A {concrete.name} cannot be created as such; name one of its types: {subtypes}."
        )
    needed = _NEEDS.get(concrete.name)
    if needed is not None and not columns.get(needed):
        raise failures.invalid(f"A {concrete.name} needs {needed}, or name its type.")
    return concrete


def _agree(named: EntityType, column: str, value: Any, columns: Mapping[str, Any]) -> None:
    given = columns.get(column)
    if given is not None and given != value:
        allowed = dict(named.selectors).get(column, (value,))
        if given not in allowed:
            raise failures.invalid(f"A {named.name} cannot have {column} {given!r}.")
