"""The fourth chapter: frames become a component, data and record together."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from rich.filesize import decimal

from ftrack_cli.demo.facts import Publish
from ftrack_cli.demo.filmstrip import filmstrip
from ftrack_cli.demo.frames import HEIGHT, WIDTH, Rendering, render
from ftrack_cli.demo.output import count

if TYPE_CHECKING:
    from ftrack_cli.demo.demo import Demo

__all__ = ["TITLE", "publish", "tell"]

TITLE = "Twenty-four frames into storage"

_DAYLIGHT = 0.55


def tell(demo: Demo) -> None:
    """Paint the plate and publish it."""
    rendering = render(demo.stage.folder.renders, "plate", _DAYLIGHT)
    strip = filmstrip(demo.narrator.console, _DAYLIGHT)
    demo.narrator.say(
        "{frames} of {width} by {height} pixels, {size}, written as {name}.",
        frames=count(len(rendering.checksums), "frame"),
        width=WIDTH,
        height=HEIGHT,
        size=decimal(rendering.size),
        name=rendering.name,
    )
    if strip is not None:
        demo.narrator.show(strip)
    publish(demo, rendering)


def publish(demo: Demo, rendering: Rendering) -> None:
    """Publish *rendering* as the component of the current version, and tell of it."""
    session, stage = demo.session, demo.stage
    before, started = session.request_count, perf_counter()
    component = session.create_component(
        rendering.expression,
        {"name": "main", "version": demo.version},
        location=stage.location_name,
    )
    requests, seconds = session.request_count - before, perf_counter() - started
    location = session.locations.get(stage.location_name)
    identifier = location.get_resource_identifier(component)
    demo.facts.publishes.append(
        Publish(demo.version["version"], identifier, rendering.checksums, rendering.size)
    )
    demo.narrator.say(
        "Published to {location} in {requests} and {seconds} ms, as",
        location=stage.location_name,
        requests=count(requests, "request"),
        seconds=round(1000 * seconds),
    )
    demo.narrator.say("  {identifier}", identifier=identifier)
