"""Hooks of entity construction and of commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftrack_core.entity import Entity
    from ftrack_core.ports import AttributeCodec, Batch
    from ftrack_core.schema import EntitySchema
    from ftrack_core.session import Session


@hookspec
def ftrack_entity_mixins(entity_type: str, schema: EntitySchema) -> Sequence[type] | None:
    """Give classes to mix into the class of *entity_type*.

    All answers are mixed in; the class of the plugin that wins elsewhere (local before explicit
    before installed) stands first in the method resolution order. Asked once for each type when its
    first entity is made, and again after a reload.

    Default: ftrack-entities adds helpers to notes, versions, users and more.

    Example::

        class ShotHelpers:
            def frame_count(self):
                return self["custom_attributes"]["fend"] - self["custom_attributes"]["fstart"] + 1

        @hookimpl
        def ftrack_entity_mixins(entity_type, schema):
            return [ShotHelpers] if entity_type == "Shot" else None
    """


@hookspec(firstresult=True)
def ftrack_entity_base(entity_type: str, schema: EntitySchema) -> type[Entity] | None:
    """Give the class that stands in the place of ``Entity`` under the class of *entity_type*.

    The first answer that is not None counts. It derives from ``Entity`` and adds no slots of its
    own; mixins stand before it. Entities are made from rows and its ``__init__`` is never called.
    Asked once for each type when its first entity is made, and again after a reload: the class of a
    type stays the same object, and entities that exist get the new base.

    Default: none; the base is ``Entity``.

    Example::

        class StudioEntity(Entity):
            def __getitem__(self, name):
                audit.read(self.entity_type, name)
                return super().__getitem__(name)

        @hookimpl
        def ftrack_entity_base(entity_type, schema):
            return StudioEntity if entity_type in ("Timelog", "User") else None
    """


@hookspec(firstresult=True)
def ftrack_attribute_codec(entity_type: str, attribute: str) -> AttributeCodec | None:
    """Give the codec of one attribute: what is seen of its wire values, and what is sent.

    The first answer that is not None counts. *attribute* is a scalar attribute (``description``)
    or a key of a mapped one (``custom_attributes.fov``, ``metadata.settings``); keys of primary
    keys and relations are not asked for. Asked once for each type and attribute, and again after a
    reload; from then on the codec works by itself, also for what ``create`` and ``ensure`` are
    given. Queries, the values bound to or compared in them, ``.rows()`` and caches hold wire
    values: a server compares and sorts what it stores. What a codec returns for a mapping or a list
    is the reader's own: to change it, assign.

    Default: none; dates become datetimes and all else stays as it is.

    Example::

        class Json:
            def decode(self, value):
                return json.loads(value)

            def encode(self, value):
                return json.dumps(value)

        @hookimpl
        def ftrack_attribute_codec(entity_type, attribute):
            return Json() if attribute == "metadata.settings" else None
    """


@hookspec(firstresult=True)
def ftrack_default_projections(entity_type: str, schema: EntitySchema) -> Sequence[str] | None:
    """Say what a query without ``select`` asks for, and what a reference brings along.

    The first answer that is not None counts; without one the server's schema says it.

    Default: none; the server's schema says it.

    Example::

        @hookimpl
        def ftrack_default_projections(entity_type, schema):
            return ["id", "name", "status_id", "type_id"] if entity_type == "Task" else None
    """


@hookspec
def ftrack_before_commit(session: Session, operations: Batch) -> None:
    """Look at the operations of a commit before they are sent; raise to refuse them.

    Every implementation is called; the first that raises ends the commit, and all values and
    pending changes stay as they were.

    Default: none; the kernel refuses nothing.

    Example::

        @hookimpl
        def ftrack_before_commit(session, operations):
            for operation in operations:
                if operation["action"] == "delete" and operation["entity_type"] == "Project":
                    raise ValueError("projects are deleted by the wranglers only")
    """


@hookspec
def ftrack_after_commit(session: Session, operations: Batch, results: Sequence[Any]) -> None:
    """Hear of a commit that succeeded; *results* are the server's answers, in order.

    Every implementation is called, each on its own; nothing is undone when one raises.

    Default: none; it is there to be heard.

    Example::

        @hookimpl
        def ftrack_after_commit(session, operations, results):
            audit.write(session.user, [operation["action"] for operation in operations])
    """
