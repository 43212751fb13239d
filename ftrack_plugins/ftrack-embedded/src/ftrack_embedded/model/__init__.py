"""The data model of the embedded server: the entity types, declared once.

Each module of declarations covers one area. `load_model` turns them into the frozen description
that everything else reads: the tables (`ftrack_embedded.model.tables`), the schema answer
(`ftrack_embedded.model.wire`), the query compiler.

Some values are not stored; their ``Computed`` storage names a rule that the engine implements:

=============================  ====================================================================
``ancestors``                  typed contexts above this one, top-most first, without the project
``ancestors_of_asset``         the same for an asset, with the typed context it is in
``descendants``                all typed contexts below this context
``context_link``               ``{id, name, type}`` from the project down to the context itself
``version_link``               the same for an asset version: no entry for the asset
``group_link``                 the path of a group
``time_logged``                seconds logged on this very context
``bid_time_logged_difference`` bid minus time_logged
``is_latest_version``          whether the version is the highest of its asset
``latest_version``             the highest version of an asset
``thumbnail_url``              link to the scaled image of the entity's thumbnail_id
``thumbnail_source``           nearest context above with a thumbnail, for one without its own
``component_thumbnail_url``    the same for the entity's component_id
``component_url``              link to the bytes of the entity's component_id
``location_url``               link to the bytes, for a component in the server location
``is_open``                    now is between start_date and end_date of the review session
``review_thumbnail``           thumbnail of the version of the first review session object
``review_thumbnail_id``        its id
``project_of_asset``           id of the project that the asset's context is, or is in
``project_of_version``         the same for an asset version
``shown_version``              id of the version of the first review session object
``setting``                    the setting of this group and name
``custom_attributes``          a value row for each configuration that applies to the entity
``configuration_key``          the key of the value's configuration
=============================  ====================================================================
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from .description import (
    Attribute,
    Column,
    Computed,
    EntityType,
    Inverse,
    Model,
    Reference,
    Storage,
    Through,
)

if TYPE_CHECKING:
    from .object_types import OwnObjectType

__all__ = [
    "Attribute",
    "Column",
    "Computed",
    "EntityType",
    "Inverse",
    "Model",
    "Reference",
    "Storage",
    "Through",
    "load_model",
]


@lru_cache(maxsize=16)
def load_model(*own: OwnObjectType) -> Model:
    """Return all entity types, among them those of a studio's *own* object types.

    Built once in a process for the same object types: the value never changes, so sessions and
    servers may share it.
    """
    # The declarations are values made when their modules are imported: only when they are needed.
    from . import (
        assets,
        contexts,
        custom_attributes,
        jobs,
        lists,
        notes,
        people,
        scheduling,
        settings,
        workflow,
    )
    from .declaration import assemble
    from .object_types import declaration_of

    areas = (
        contexts,
        assets,
        people,
        scheduling,
        notes,
        custom_attributes,
        settings,
        lists,
        jobs,
        workflow,
    )
    made = [declaration_of(one) for one in own]
    return assemble([*(one for area in areas for one in area.DECLARATIONS), *made])
