"""Hooks of naming."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .markers import hookspec

if TYPE_CHECKING:
    from ftrack_core.entity import Entity
    from ftrack_core.locations import Location
    from ftrack_core.ports import Context, IdentifierTransformer, Structure
    from ftrack_core.session import Session


@hookspec(firstresult=True)
def ftrack_create_structure(context: Context, spec: str) -> Structure | None:
    """Make the structure called *spec*, or return None.

    The first answer that is not None counts. State the names with ``provides``.

    Default: ftrack-structure (standard, id, entity_id, origin).

    Example::

        @provides("flat")
        @hookimpl
        def ftrack_create_structure(context, spec):
            return FlatStructure() if spec == "flat" else None
    """


@hookspec(firstresult=True)
def ftrack_resource_identifier(
    session: Session, component: Entity, location: Location
) -> str | None:
    """Say under which identifier *component* is kept in *location*.

    The first answer that is not None counts; without one the location's own structure says it.
    Not asked for origin, unmanaged, server, review and connect locations.

    Default: the kernel asks the location's structure.

    Example::

        @hookimpl(wrapper=True)
        def ftrack_resource_identifier(component, location):
            identifier = yield
            return f"dune/{identifier}" if project_of(component)["name"] == "DUNE" else identifier
    """


@hookspec(firstresult=True)
def ftrack_clean_name(name: str, location: Location) -> str | None:
    """Make of *name* one part of a resource identifier in *location*: a file or folder name.

    The first answer that is not None counts. Structures that make names from the names of people
    ask through ``context["clean_name"]``, which they are given; what comes back is one name without
    ``/`` in it, or an error.

    Default: ftrack-structure (the cleaning of the location's own structure).

    Example::

        @hookimpl(wrapper=True)
        def ftrack_clean_name(name, location):
            cleaned = yield
            return cleaned.upper() if location["name"] == "client.delivery" else cleaned
    """


@hookspec(firstresult=True)
def ftrack_identifier_transformer(
    context: Context, location: Location
) -> IdentifierTransformer | None:
    """Give what translates between the identifiers that the server keeps and the accessor's.

    The first answer that is not None counts. Asked once for each location, where neither its
    binding nor an assignment gives one; not for origin, unmanaged, server, review and connect
    locations.

    Default: none; the server keeps what the accessor takes.

    Example::

        class Bars:
            def encode(self, resource_identifier, context=None):
                return resource_identifier.replace("/", "|")

            def decode(self, resource_identifier, context=None):
                return resource_identifier.replace("|", "/")

        @hookimpl
        def ftrack_identifier_transformer(context, location):
            return Bars() if location["name"] == "studio.legacy" else None
    """


@hookspec(firstresult=True)
def ftrack_file_type(path: str) -> str | None:
    """Say the file type of *path*, with its dot: ``.exr``, ``.tar.gz``.

    The first answer that is not None counts; without one it is what follows the last dot.

    Default: the kernel takes what follows the last dot.

    Example::

        @hookimpl
        def ftrack_file_type(path):
            return ".bgeo.sc" if path.endswith(".bgeo.sc") else None
    """
