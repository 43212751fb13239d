"""Where the demo plays: who opens sessions, which project is used, what is put back."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from ftrack_core import LocationBinding, Session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .folder import DemoFolder

__all__ = ["EmbeddedStage", "Stage", "embedded_stage", "open_session"]

_ACTING = "admin"


class Stage(Protocol):
    """What the chapters need to know of the server they play on.

    *about* says it in a sentence; *location_name* is the location that files are published to;
    *left_behind* is what could not be put back once the stage is closed; *is_own* tells that the
    studio was made for the demo and nothing has to be put back.
    """

    folder: DemoFolder
    about: str
    location_name: str
    left_behind: Sequence[str]
    is_own: bool

    def open_session(self, plugins: Sequence[object] = ()) -> Session:
        """Return a session that has sent nothing yet; *plugins* are added to it."""

    def find_project(self, session: Session) -> Any:
        """Return the project that the demo works in, made first where that is needed."""


class EmbeddedStage:
    """A studio in the demo's own folder, filled with a show."""

    location_name = "demo.disk"
    left_behind: Sequence[str] = ()
    is_own = True

    def __init__(self, folder: DemoFolder, seed: int | None = None) -> None:
        self.folder = folder
        self.about = "No ftrack server is needed: a studio of our own opens in a folder."
        if seed is not None:
            _found_studio(folder, seed)
        # An empty host, then the path, also for C:/ which does not begin with a slash.
        self.url = f"embedded:///{quote(folder.database.as_posix().lstrip('/'))}?seed=demo"

    def open_session(self, plugins: Sequence[object] = ()) -> Session:
        """Open the studio; the first time it is made and filled."""
        return open_session(self.url, self.folder, self.location_name, plugins, api_user=_ACTING)

    def find_project(self, session: Session) -> Any:
        """Return the show."""
        return session.query("select name, full_name from Project").one()


@contextmanager
def embedded_stage(folder: DemoFolder, seed: int | None) -> Iterator[Stage]:
    """Give a stage in *folder*, which whoever gave it removes."""
    yield EmbeddedStage(folder, seed)


def open_session(
    url: str,
    folder: DemoFolder,
    location_name: str,
    plugins: Sequence[object] = (),
    api_user: str | None = None,
) -> Session:
    """Return a session with the folder's plugins and its storage as location *location_name*."""
    session = Session(url, api_user=api_user, plugins=plugins, plugin_folders=[folder.plugins])
    session.locations.bind(
        LocationBinding(
            location_name,
            f"disk:{folder.storage.as_posix()}",
            "standard",
            priority=1,
            description="The storage of ftrack demo",
        )
    )
    return session


def _found_studio(folder: DemoFolder, seed: int) -> None:
    from ftrack_embedded import Studio

    Studio(folder.database, seed="demo", demo={"seed": seed}).close()
