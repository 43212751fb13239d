"""Hooks of storage: accessors and the locations they serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core.entity import Entity
    from ftrack_core.locations import Location
    from ftrack_core.ports import Accessor, AccessorSpec, Context, LocationBinding
    from ftrack_core.session import Session
    from ftrack_core.transfer import TransferPlan


@hookspec(firstresult=True)
def ftrack_create_accessor(context: Context, spec: AccessorSpec) -> Accessor | None:
    """Make the accessor for the scheme of *spec*, or return None.

    The first answer that is not None counts. Making one touches no storage; what is heavy is
    imported here. State the schemes with ``provides``.

    Default: ftrack-accessor-disk, ftrack-accessor-s3, ftrack-accessor-fsspec and
    ftrack-accessor-server.

    Example::

        @provides("vault")
        @hookimpl
        def ftrack_create_accessor(context, spec):
            return VaultAccessor(spec.rest) if spec.scheme == "vault" else None
    """


@hookspec
def ftrack_locations(context: Context) -> Iterable[LocationBinding] | None:
    """Bind locations to accessors and structures for this session.

    All answers are used; two plugins of one tier that bind one name are an error naming both,
    across tiers the later one wins. What a function marked with ``trylast`` binds gives way to any
    other of its tier.

    Default: ftrack-accessor-server binds ``ftrack.server``; where a studio keeps its own files only
    the studio knows.

    Example::

        @hookimpl
        def ftrack_locations(context):
            return [LocationBinding("studio.prod", "disk:/mnt/prod", "standard", priority=10)]
    """


@hookspec(firstresult=True)
def ftrack_transfer(session: Session, plan: TransferPlan) -> bool | None:
    """Move the data of *plan* from its sources to its target yourself, and return True.

    The first answer that is not None counts; with None or False the kernel moves the data, piece by
    piece. Asked once for a plan (a sequence is one), after it was made sure that nothing is under
    its targets, and not where a checksum is wanted, for which the data has to pass here. What is
    missing afterwards is an error; where an error arises what has arrived is removed again.

    Default: none; the kernel moves the data.

    Example::

        @hookimpl
        def ftrack_transfer(session, plan):
            sources = {item.source for item in plan.items}
            if not farm.can_copy(sources, plan.target):
                return None
            farm.copy([(item.source_identifier, item.target_identifier) for item in plan.items])
            return True
    """


@hookspec(firstresult=True)
def ftrack_pick_location(session: Session, component: Entity) -> Location | str | None:
    """Say where *component* is published, when the caller does not: a location or its name.

    The first answer that is not None counts; without one it is the location of the lowest priority
    number that has an accessor.

    Default: the kernel picks by priority.

    Example::

        @hookimpl
        def ftrack_pick_location(session, component):
            return "studio.cache" if component["file_type"] == ".vdb" else None
    """
