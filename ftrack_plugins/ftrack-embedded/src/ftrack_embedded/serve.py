"""The command ``ftrack serve``: a studio behind HTTP until Ctrl-C or SIGTERM."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import ConfigurationError

from .logged import logged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .engine.studio import Studio

__all__ = ["serve"]

_ADMINISTRATOR: Final = "admin"
_LARGEST_PORT: Final = 65535
_OTHER_DATABASE: Final = (
    "Give --database a studio of this server, or a new file that will be made into one."
)
_SQLITE: Final = "sqlite:///"


def serve(
    *,
    database: str | None = None,
    files: str | None = None,
    seed: str = "default",
    host: str = "127.0.0.1",
    port: int = 0,
    origin: Sequence[str] = (),
    api_user: str | None = None,
    api_key: str | None = None,
) -> int:
    """Serve a studio and return the exit status: 0 when it was ended, 1 when it could not begin.

    *database* is a file, or the URL of a PostgreSQL database; without one the studio is gone when
    the server ends. *files* is the folder for uploaded files: those of a database file are kept
    beside it otherwise, those of a PostgreSQL database nowhere. *seed* fills a new studio. Port 0
    takes a free one. *origin* lists those whose pages may use the server in a browser, all if it
    is empty. *api_user*, by default ``admin``, is added to a studio that does not know it;
    without an *api_key* a new one is made.

    When connections are accepted, standard output has the address and three lines that a shell can
    evaluate. What is wrong is told in one line on standard error.
    """
    try:
        _check_port(port)
        _check_folder(files)
        _check_host(host)
        with logged(), _open(database, seed=seed, files=files) as studio:
            _serve(studio, host, port, origin, api_user or _ADMINISTRATOR, api_key)
    except (ConfigurationError, ImportError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    return 0


def _check_port(port: int) -> None:
    if not 0 <= port <= _LARGEST_PORT:
        raise ConfigurationError(
            f"there is no port {port}; they go up to {_LARGEST_PORT}, and --port 0 takes a free one"
        )


def _check_host(host: str) -> None:
    if not host.strip():
        raise ConfigurationError(
            "--host is empty: 127.0.0.1 is this machine alone, 0.0.0.0 all of its addresses"
        )


def _check_folder(files: str | None) -> None:
    if files is not None and Path(files).exists() and not Path(files).is_dir():
        raise ConfigurationError(f"{files} is no folder; give --files a folder, or a new name")


def _open(database: str | None, **arguments: Any) -> Studio:
    if database is None:
        return _studio(**arguments)
    if "://" in database and not database.startswith(_SQLITE):
        return _studio(database_url=database, **arguments)
    path = Path(database.removeprefix(_SQLITE))
    _check_place(path)
    try:
        return _studio(path=path, **arguments)
    except ConfigurationError as error:
        raise ConfigurationError(f"{error} {_OTHER_DATABASE}") from error


def _studio(**arguments: Any) -> Studio:
    from .engine.studio import Studio
    from .seed.demo import BIG_SHOW

    if arguments["seed"] == "demo":
        arguments["demo"] = BIG_SHOW  # whoever serves a show looks at it with a client of his own
    return Studio(**arguments)


def _check_place(path: Path) -> None:
    if path.is_dir():
        raise ConfigurationError(
            f"{path} is a folder; name a file in it, such as {path / 'studio.db'}"
        )
    if not path.absolute().parent.is_dir():
        raise ConfigurationError(
            f"the folder {path.parent} does not exist; make it first, or give --database another"
        )
    _check_writable(path)


def _check_writable(path: Path) -> None:
    if path.exists() and not os.access(path, os.W_OK):
        raise ConfigurationError(
            f"{path} can only be read by this user; make it writable, or serve a copy of it"
        )
    if not os.access(path.absolute().parent, os.W_OK):
        raise ConfigurationError(
            f"this user may write nothing into the folder {path.absolute().parent}, where the "
            "database keeps its log; make it writable, or serve a copy of the file elsewhere"
        )


def _serve(
    studio: Studio,
    host: str,
    port: int,
    origins: Sequence[str],
    username: str,
    api_key: str | None,
) -> None:
    from .engine.users import admit
    from .http.server import serve_forever

    username = admit(studio, username).username
    _check_active(studio, username)
    try:
        serve_forever(
            studio, host=host, port=port, username=username, api_key=api_key, origins=origins
        )
    except OSError as error:
        raise ConfigurationError(_cannot_listen(error, host, port)) from error


def _check_active(studio: Studio, username: str) -> None:
    from .engine.caller import Caller
    from .engine.keys import is_active

    with studio.reading(Caller()) as tx:
        may_sign_in = is_active(tx.connection, tx.catalogue, username)
    if not may_sign_in:
        raise ConfigurationError(
            f"{username} is deactivated in this studio and cannot sign in; give --api-user another"
        )


def _cannot_listen(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use; --port 0 takes a free one"
    if error.errno == errno.EACCES:
        return f"port {port} may not be used by this user; take one above 1023"
    # What looks for a host has numbers of its own, below zero.
    is_of_system = error.errno is not None and error.errno > 0
    reason = os.strerror(error.errno or 0) if is_of_system else error.strerror or str(error)
    return f"cannot listen on {host}: {reason}; --host 127.0.0.1 is this machine alone"
