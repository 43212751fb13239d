"""What ``ftrack shell`` does: a prompt, or code that is given."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ftrack_core.session.phases import Phase

from .connecting import connected
from .failures import show_problem
from .getting import write_entity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core import Entity, Session

    from .connecting import Connection

__all__ = ["run_shell"]


def run_shell(code: str | None, *, connection: Connection) -> int:
    """Run *code*, or what comes by standard input, or prompt; return the exit status."""
    with connected(*connection) as session:
        session.connect()  # a wrong address or key is told before anything is typed
        names = _names(session)
        try:
            return _run(session, code, names)
        finally:
            _tell_pending(session)


def _run(session: Session, code: str | None, names: dict[str, Any]) -> int:
    if code is not None:
        return _execute(code, "<-c>", names)
    if not sys.stdin.isatty():
        return _execute(sys.stdin.read(), "<stdin>", names)
    banner = _banner(session, names)
    if find_spec("IPython"):
        return _prompt_of_ipython(banner, names)
    return _prompt(banner, names)


def _names(session: Session) -> dict[str, Any]:
    def show(entity: Entity, *attributes: str) -> None:
        """Print attributes of an entity, by default all that hold a value."""
        write_entity(session, entity, attributes)

    return {
        "__name__": "__main__",
        "session": session,
        "query": session.query,
        "get": session.get,
        "create": session.create,
        "commit": session.commit,
        "rollback": session.rollback,
        "show": show,
    }


def _execute(code: str, origin: str, names: dict[str, Any]) -> int:
    """Run *code* as Python runs a script; what it raises goes on, but for its exit status."""
    try:
        exec(compile(code, origin, "exec"), names)  # noqa: S102 -- that is what the command is for
    except SystemExit as end:
        return _status_of(end)
    return 0


def _status_of(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return int(end.code or 0)
    print(end.code, file=sys.stderr)
    return 1


# --- prompts -------------------------------------------------------------------------------------


def _prompt(banner: str, names: dict[str, Any]) -> int:
    import code

    _complete(names)
    try:
        code.interact(banner, local=names, exitmsg="")
    except SystemExit as end:
        return _status_of(end)
    return 0


def _complete(names: dict[str, Any]) -> None:
    """Let the tabulator key complete names, where the system has readline."""
    try:
        import readline
        import rlcompleter
    except ImportError:
        return
    readline.set_completer(rlcompleter.Completer(names).complete)
    bindings = "bind ^I rl_complete" if "libedit" in (readline.__doc__ or "") else "tab: complete"
    readline.parse_and_bind(bindings)


def _prompt_of_ipython(banner: str, names: dict[str, Any]) -> int:
    from importlib import import_module

    from_outside = import_module("IPython")
    print(banner)
    from_outside.start_ipython(argv=["--no-banner"], user_ns=names)
    return 0


def _banner(session: Session, names: Iterable[str]) -> str:
    release = f"ftrack {version('ftrack-cli')}, Python {platform.python_version()}"
    at_hand = ", ".join(name for name in names if not name.startswith("_"))
    leave = "Ctrl-Z and Enter" if sys.platform == "win32" else "Ctrl-D"
    return (
        f"{release}: {session.user} at {session.server_url}\n"
        f"At hand: {at_hand}. {leave} ends; commit() saves."
    )


def _tell_pending(session: Session) -> None:
    """Say what was changed and not committed; it is given up."""
    if session.closed or session.phase is not Phase.READY:
        return
    counts = {
        "created": len(session.created),
        "changed": len(session.modified),
        "deleted": len(session.deleted),
    }
    pending = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
    session.rollback()
    if pending:
        show_problem(
            f"not committed, and therefore lost: {pending}",
            "commit() saves what was changed",
            label="warning",
        )
