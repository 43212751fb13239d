"""From a path to a published component."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .publication import Publication

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ftrack_core.locations import Location
    from ftrack_core.session import Session
    from ftrack_core.transfer import Progress

    from .components import Paths

__all__ = ["create_component", "publish_component"]


def publish_component(
    session: Session,
    path: Paths,
    data: Mapping[str, Any] | None = None,
    location: str | Location | None = "auto",
    *,
    progress: Callable[[Progress], object] | None = None,
    checksum: bool = False,
) -> Any:
    """Create a component for *path*, put its data into *location*, commit both; return it.

    *path* is a file, a sequence (``plate.%04d.exr [1001-1100]``, or without the numbers: those
    there are), or a list of the files of one. *data* are attributes of the component such as
    ``name`` and ``version``; what is missing of size, file type and padding is filled in.
    *location* is a location, its name or id, or ``"auto"`` to pick one. With None, or the origin,
    the component stays pending and no data is moved.

    The commit takes along what else the session has pending. Where anything fails no data, no
    record and no pending component is left behind.

    Raises:
        LocationError: the location is unknown, or has no accessor.
        ConfigurationError: no plugin makes the accessor or the structure it is bound to.
        StructureError: the component cannot be named in the location.
        ResourceNotFoundError: a file is missing.
        ResourceExistsError: the location has data under that name already.
        TransferError: moving data failed.
        CommitRefusedError: the server refused the records; the data is removed again.
        OutcomeUnknownError: nothing tells whether the server has committed; the data stays.
    """
    with Publication(session) as publication:
        component = publication.add(path, data, location)
        publication.publish(progress, checksum=checksum)
    return component


def create_component(
    session: Session,
    path: Paths,
    data: Mapping[str, Any] | None = None,
    location: str | Location | None = "auto",
) -> Any:
    """Do what ``session.create_component`` does; see `publish_component`."""
    return publish_component(session, path, data, location)
