"""Hooks of entity construction and of commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftrack_core.ports import Batch
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
