"""How a command gets its session: the options that all of them have, and what they mean."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ftrack_core import Argument

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ftrack_core import Session

__all__ = [
    "CONNECTING",
    "DRY_RUN",
    "FORMAT",
    "KEY",
    "PLUGIN_FOLDER",
    "TYPE",
    "VALUES",
    "Connection",
    "checked_folders",
    "connected",
    "open_session",
]

Connection = tuple["str | None", "str | None", "Sequence[str]"]
"""Server, user and folders of plugins, as options give them."""

PLUGIN_FOLDER = Argument(
    "--plugin-folder",
    "A folder of plugins; those of FTRACK_PLUGIN_PATH if not given.",
    multiple=True,
)

CONNECTING = (
    Argument("--server", "The server; FTRACK_SERVER if not given. FTRACK_API_KEY holds the key."),
    Argument("--user", "The login name; FTRACK_API_USER, else the system's, if not given."),
    PLUGIN_FOLDER,
)
"""What each command that needs a session takes; it hands them on to `connected`."""

FORMAT = Argument(
    "--format", "How the answer is written.", default="table", choices=("table", "json")
)

TYPE = Argument("type", "The entity type, such as Task.", required=True)

KEY = Argument(
    "key", "Which one: its id, its name, a path of names, or criteria of a query.", required=True
)

VALUES = Argument(
    "values",
    "NAME=VALUE: numbers, true, false, dates, none; a reference by id, name, path or query; "
    "a,b for lists; metadata.KEY=VALUE and custom_attributes.KEY=VALUE.",
    required=True,
    multiple=True,
)

DRY_RUN = Argument(
    "--dry-run", "Show the operations that would be sent, as JSON, and send nothing.", bool, False
)


@contextmanager
def connected(
    server: str | None, user: str | None, plugin_folder: Sequence[str] = ()
) -> Iterator[Session]:
    """Give a session that is closed at the end. Attempts to reach the server are not told."""
    from .failures import is_debugging
    from .logs import hushed

    with open_session(server, user, plugin_folder) as session:
        if is_debugging():
            yield session
        else:
            with hushed("ftrack_transport_requests"):
                yield session


def open_session(
    server: str | None, user: str | None, plugin_folder: Sequence[str] = ()
) -> Session:
    """Return a session. Raises `MisuseError` without a server, or for a folder that is not there.

    A plugin that does not load is left out with a warning, as it is for the commands.
    """
    from ftrack_core import Session

    from .failures import MisuseError

    if not (server or os.environ.get("FTRACK_SERVER", "")).strip():
        raise MisuseError(
            "no server: neither --server nor FTRACK_SERVER says where to connect",
            "--server https://studio.ftrackapp.com, or --server embedded:///path/studio.db for a "
            "file of your own",
        )
    return Session(
        server,
        api_user=user,
        plugin_folders=checked_folders(plugin_folder) or None,
        on_plugin_error="skip",
    )


def checked_folders(given: Sequence[str]) -> list[Path]:
    """Return the folders of plugins that were *given*. Raises `MisuseError` for what is none."""
    from .failures import MisuseError

    folders = [Path(one).expanduser() for one in given]
    for folder in folders:
        if not folder.is_dir():
            raise MisuseError(f"there is no folder {folder}", "--plugin-folder names a folder")
    return folders
