"""The sixth chapter: a plugin is saved, and the next publish is named by it."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from ftrack_core.ports import Tier

from ftrack_cli.demo.frames import render
from ftrack_cli.demo.reload import is_watching

from .publish import publish

if TYPE_CHECKING:
    from ftrack_core.ports import PluginChange

    from ftrack_cli.demo.demo import Demo

__all__ = ["TITLE", "tell"]

TITLE = "A plugin changes the naming"

_NAME, _FOLDER = "naming", "dailies"
_SOURCE = '''"""Versions of this show go to the dailies folder."""
from ftrack_core import hookimpl, project_of


@hookimpl(wrapper=True)
def ftrack_resource_identifier(component, location):
    identifier = yield
    is_ours = project_of(component)["name"] == {project!r}
    return f"{folder}/{{identifier}}" if is_ours else identifier
'''
_LONGEST_WAIT = 10.0
"""Seconds; a watcher needs a fraction of one."""

_NIGHT = 0.25


def tell(demo: Demo) -> None:
    """Write a plugin, wait until the session has it, publish a second version."""
    source = _SOURCE.format(project=demo.project["name"], folder=_FOLDER)
    path = demo.stage.folder.plugins / f"{_NAME}.py"
    demo.narrator.source(f"plugins/{path.name}", source)
    demo.facts.plugin_folder = _FOLDER
    started = perf_counter()
    path.write_text(source, encoding="utf-8")
    change, how = _awaited(demo)
    demo.facts.plugin_seen = change is not None and _is_loaded(demo)
    if change is None:
        demo.narrator.say("The plugin was not taken in.")
        return
    demo.narrator.say(
        "{how}: {milliseconds} ms after it was saved the plugin was in use, as generation "
        "{generation}. Nothing was restarted.",
        how=how,
        milliseconds=round(1000 * (perf_counter() - started)),
        generation=change.generation,
    )
    _publish_again(demo)


def _awaited(demo: Demo) -> tuple[PluginChange | None, str]:
    """Return the change that brings the plugin, and how it came about."""
    session = demo.session
    if is_watching(session):
        change = demo.reloads.wait_for(_NAME, _LONGEST_WAIT)
        if change is not None:
            return change, "The watcher saw the file"
    change = session.plugins.refresh()
    return change, "session.plugins.refresh() took it in"


def _is_loaded(demo: Demo) -> bool:
    local = [one for one in demo.session.plugins.infos if one.tier is Tier.LOCAL]
    return [one.name for one in local] == [_NAME]


def _publish_again(demo: Demo) -> None:
    session, first = demo.session, demo.version
    demo.version = session.create(
        "AssetVersion", {"asset": first["asset"], "comment": "Regraded for the night scene"}
    )
    session.commit()
    publish(demo, render(demo.stage.folder.renders, "graded", _NIGHT))
