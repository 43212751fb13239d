"""The demo while it runs: what the chapters hand on to one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .facts import Facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftrack_core import Session

    from .output import Narrator
    from .reload import ReloadWatch
    from .stage import Stage

__all__ = ["Demo"]


class Demo:
    """A stage, a narrator, and the things that a chapter leaves for the next ones.

    *session* is the one in use; *project*, *shots* and *version* are its entities.
    """

    session: Session
    reloads: ReloadWatch
    project: Any
    shots: list[Any]
    version: Any

    def __init__(self, stage: Stage, narrator: Narrator) -> None:
        self.stage = stage
        self.narrator = narrator
        self.facts = Facts()
        self._sessions: list[Session] = []

    def open_session(self, plugins: Sequence[object] = ()) -> Session:
        """Open a session and make it the one in use."""
        self.session = self.stage.open_session(plugins)
        self._sessions.append(self.session)
        return self.session

    @property
    def requests(self) -> int:
        """How many batches all sessions have sent so far."""
        return sum(one.request_count for one in self._sessions)

    def close(self) -> None:
        """Close all sessions; again does nothing."""
        for one in self._sessions:
            one.close()
