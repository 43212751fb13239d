"""Hooks of plugin reloading and of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .markers import hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ftrack_core.ports import Command, Context, Finding, PluginChange
    from ftrack_core.session import Session


@hookspec
def ftrack_watch_paths(context: Context) -> Iterable[str | Path] | None:
    """Name further folders whose files are local plugins.

    All answers are used, after the folders given to the session. Asked once, when plugins load.

    Default: none; the folders given to the session are watched.

    Example::

        @hookimpl
        def ftrack_watch_paths(context):
            return ["/studio/pipeline/plugins"]
    """


@hookspec
def ftrack_plugins_changed(session: Session, change: PluginChange) -> None:
    """Hear of each new set of plugins: when a session has loaded them, and after each reload.

    Every implementation is called, each on its own. ``change.generation`` is 1 the first time. A
    broken file changes nothing but is told here too, among ``change.problems``.

    Default: ftrack-hotreload starts its watcher.

    Example::

        @hookimpl
        def ftrack_plugins_changed(session, change):
            for problem in change.problems:
                print("plugin not loaded:", problem)
    """


@hookspec
def ftrack_commands() -> Iterable[Command] | None:
    """Add commands to the ``ftrack`` command line.

    All answers are used; two commands of one name are an error naming both plugins.

    Default: ftrack-embedded (serve) and ftrack-cli (create, delete, demo, doctor, get, plugins,
    query, set, shell, types).

    Example::

        @hookimpl
        def ftrack_commands():
            return [Command("greet", "Say hello.", run=lambda name: print("hello", name) or 0,
                            arguments=(Argument("name"),))]
    """


@hookspec
def ftrack_examine() -> Iterable[Finding] | None:
    """Say what is well and what is wrong with what the plugin needs, for ``ftrack doctor``.

    All answers are used. There is no session: what is asked of a server the doctor asks itself.

    Default: ftrack-dropin says whether ``import ftrack_api`` gets the drop-in.

    Example::

        @hookimpl
        def ftrack_examine():
            if Path("/mnt/prod").is_mount():
                return [Finding("storage", Verdict.OK, "/mnt/prod is mounted")]
            return [Finding("storage", Verdict.FAILS, "/mnt/prod is not mounted", "mount it")]
    """
