"""Playing on a server of others: in a project of our own, which is removed again."""

from __future__ import annotations

import logging
import os
import sys
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import FtrackError, ServerError
from ftrack_core.query import quote

from ftrack_cli.console import error_console
from ftrack_cli.failures import RefusedError
from ftrack_cli.logs import hushed

from .signals import uninterrupted
from .stage import open_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ftrack_core import Session

    from .folder import DemoFolder
    from .stage import Stage

__all__ = ["ServedStage", "agreed", "served_stage"]

_SEQUENCES, _SHOTS, _TASKS = 2, 3, 3
_WISHED_TASKS = ("Animation", "Lighting", "Compositing")
_NEEDED_TYPES = {"Sequence", "Shot", "Task"}

_logger = logging.getLogger(__name__)


def agreed(server: str, *, yes: bool) -> None:
    """Return if the demo may play on *server*; raise `RefusedError` if not."""
    if server.lower().startswith("embedded:"):
        raise RefusedError(
            "--server takes the address of a server, such as https://studio.ftrackapp.com",
            "without it the demo plays on an embedded studio anyway",
        )
    missing = [one for one in ("FTRACK_API_USER", "FTRACK_API_KEY") if not os.environ.get(one)]
    if missing:
        raise RefusedError(
            f"nothing says who connects to {server}: {' and '.join(missing)} not set",
            "set them to your login name and your API key; ftrack serve prints such lines",
        )
    if not yes and not _asked(server):
        raise RefusedError("nothing was done", "--yes goes ahead without asking")


def _asked(server: str) -> bool:
    console = error_console()
    console.line_of(
        f"The demo creates a project and a location on {server} and removes them at its end.\n",
        "",
        "Go ahead? [y/N] ",
        end="",
    )
    answer = sys.stdin.readline().strip().lower()
    if not answer:
        console.print()
    return answer in ("y", "yes")


@contextmanager
def served_stage(folder: DemoFolder, server: str) -> Iterator[Stage]:
    """Give a stage on *server*; whatever happens, what it has made there is removed again.

    Raises as `Session.connect` does where the server cannot be used.
    """
    stage = ServedStage(folder, server)
    with hushed("ftrack_transport_requests"), stage.open_session() as session:
        session.connect()  # a wrong address or key is told before the story begins
    try:
        yield stage
    finally:
        with uninterrupted():
            stage.put_back()


class ServedStage:
    """A project on a server, under a name that nobody else uses."""

    is_own = False

    def __init__(self, folder: DemoFolder, server: str) -> None:
        self.folder = folder
        self.about = f"On {server} the demo makes a project of its own, and removes it at the end."
        self.left_behind: Sequence[str] = ()
        self._server = server
        unique = uuid.uuid4().hex[:8]
        self.location_name = f"demo.disk.{unique}"
        self.project_name = f"ftrack_demo_{unique}"
        self._has_begun = False

    def open_session(self, plugins: Sequence[object] = ()) -> Session:
        """Return a session with the server."""
        return open_session(self._server, self.folder, self.location_name, plugins)

    def find_project(self, session: Session) -> Any:
        """Create the project with sequences, shots and tasks; commit it at once."""
        schema = _project_schema(session)
        types = sorted(schema.get_types("Task"), key=_by_wish)
        project = session.create(
            "Project",
            {
                "name": self.project_name,
                "full_name": "The ftrack demo",
                "project_schema": schema,
            },
        )
        for number in range(1, _SEQUENCES + 1):
            _create_sequence(session, project, f"sq{number:02d}0", types)
        self._has_begun = True
        session.commit()
        return project

    def put_back(self) -> None:
        """Remove from the server what was made there; *left_behind* names what could not be."""
        if not self._has_begun:
            return
        removals: dict[str, Callable[[Session], None]] = {
            f"project {self.project_name}": self._remove_project,
            f"location {self.location_name}": self._remove_location,
        }
        self.left_behind = tuple(what for what, how in removals.items() if not self._done(how))
        if self.left_behind:
            _logger.error(
                "left behind on %s: %s; remove it there by hand",
                self._server,
                " and ".join(self.left_behind),
            )

    def _done(self, remove: Callable[[Session], None]) -> bool:
        try:
            # What the story has pending or broken stays out of this.
            with open_session(self._server, self.folder, self.location_name) as session:
                remove(session)
        except FtrackError as error:
            _logger.warning("removing failed: %s", error)
            return False
        return True

    def _remove_project(self, session: Session) -> None:
        _delete(session, "Project", f"name is {quote(self.project_name)}")

    def _remove_location(self, session: Session) -> None:
        named = quote(self.location_name)
        _delete(session, "ComponentLocation", f"location.name is {named}")
        _delete(session, "Location", f"name is {named}")


def _project_schema(session: Session) -> Any:
    """Return a project schema with sequences, shots and tasks.

    Raises `RefusedError` where the server has none.
    """
    text = "select name, object_types.name from ProjectSchema order by name"
    for schema in session.query(text):
        if {one["name"] for one in schema["object_types"]} >= _NEEDED_TYPES:
            return schema
    raise RefusedError(
        "no project schema of the server has sequences, shots and tasks",
        "the demo needs one; ftrack demo without --server brings its own",
    )


def _by_wish(task_type: Any) -> tuple[int, str]:
    name = task_type["name"]
    return (_WISHED_TASKS.index(name) if name in _WISHED_TASKS else len(_WISHED_TASKS), name)


def _create_sequence(session: Session, project: Any, name: str, types: Sequence[Any]) -> None:
    sequence = session.create("Sequence", {"name": name, "parent": project})
    for number in range(1, _SHOTS + 1):
        shot = session.create("Shot", {"name": f"{name}_sh{number:02d}0", "parent": sequence})
        for kind in types[:_TASKS]:
            session.create("Task", {"name": kind["name"].lower(), "type": kind, "parent": shot})


def _delete(session: Session, entity_type: str, criteria: str) -> None:
    """Delete by query and look again; nothing to delete is no error."""
    found = _ids(session, entity_type, criteria)
    if not found:
        return
    session.call(
        [{"action": "delete", "entity_type": entity_type, "entity_key": [key]} for key in found]
    )
    if _ids(session, entity_type, criteria):
        raise ServerError("NotDeleted", f"{entity_type} is still there after it was deleted")


def _ids(session: Session, entity_type: str, criteria: str) -> list[str]:
    text = f"select id from {entity_type} where {criteria}"
    (answer,) = session.call([{"action": "query", "expression": text}])
    return [row["id"] for row in answer["data"]]
