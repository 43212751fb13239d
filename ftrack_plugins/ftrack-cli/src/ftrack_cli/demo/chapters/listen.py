"""The fifth chapter: what was heard meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_cli.demo.output import count

from .show import HEARD_TOPICS

if TYPE_CHECKING:
    from ftrack_cli.demo.demo import Demo

__all__ = ["TITLE", "tell"]

TITLE = "What the session heard"

_MEANINGS = {
    "ready": "the session has connected",
    "component-added": "data and record are in place",
    "plate-published": "an event of our own, handled when we waited for it",
}


def tell(demo: Demo) -> None:
    """Publish an event of our own, handle it, and show all that were heard."""
    events = demo.session.events
    events.publish(HEARD_TOPICS[-1], {"version": demo.version["version"]})
    handled = events.wait(0)
    rows = [(topic, _MEANINGS[topic.rpartition(".")[2]]) for topic in demo.facts.heard]
    demo.narrator.table(("topic", "what it says"), rows)
    demo.narrator.say(
        "The handlers were subscribed before the session connected. Of these, {handled} waited "
        "until we asked; the others were handled at once.",
        handled=count(handled, "event"),
    )
