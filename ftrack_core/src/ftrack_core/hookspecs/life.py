"""Hooks of a session's life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .markers import hookspec

if TYPE_CHECKING:
    from ftrack_core.session import Session


@hookspec
def ftrack_session_started(session: Session) -> None:
    """Called once when a session is ready: connected, types made, locations set.

    Every implementation is called, each on its own: one that raises is reported and the others
    run. A session connects at the first need of the server, so this may be long after its
    construction.

    Default: none; it is there to be heard.

    Example::

        @hookimpl
        def ftrack_session_started(session):
            print("working on", session.server_url)
    """


@hookspec
def ftrack_session_closing(session: Session) -> None:
    """Called once when a session closes, while it still works.

    Every implementation is called, each on its own. Stop here what was started for the session.

    Default: ftrack-hotreload stops its watcher.

    Example::

        @hookimpl
        def ftrack_session_closing(session):
            session.slot("farm").get("monitor").stop()
    """
