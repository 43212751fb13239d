"""The third chapter: an asset, a version of it, a note."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_cli.demo.output import count

if TYPE_CHECKING:
    from ftrack_cli.demo.demo import Demo
    from ftrack_core import Session

__all__ = ["TITLE", "tell"]

TITLE = "A version with a note"

_ASSET_NAME = "plate"
_WISHED_TYPES = ("Plate", "Image Sequence", "Render")
_NOTE = "First look at the plate: the ball lands on frame 1016."
_METADATA = {"colourspace": "sRGB", "camera": "B"}


def tell(demo: Demo) -> None:
    """Create an asset, a version, a note and metadata; commit them together."""
    session, shot, facts = demo.session, demo.shots[0], demo.facts
    asset = session.create(
        "Asset", {"name": _ASSET_NAME, "type": _asset_type(session), "parent": shot}
    )
    demo.version = session.create("AssetVersion", {"asset": asset, "comment": "Straight from set"})
    demo.version["metadata"].update(_METADATA)
    note = demo.version.create_note(_NOTE)
    before = session.request_count
    session.commit()
    facts.asset_name, facts.note, facts.metadata = _ASSET_NAME, _NOTE, dict(_METADATA)
    facts.author = note["author"]["username"]
    facts.links = (_ASSET_NAME, shot["name"], demo.project["name"])
    demo.narrator.say(
        "Asset {asset} of shot {shot}, its version {number}, a note by {author} and {metadata} are "
        "on the server after {requests}.",
        asset=_ASSET_NAME,
        shot=shot["name"],
        number=demo.version["version"],
        author=facts.author,
        metadata=count(len(_METADATA), "entry", "entries") + " of metadata",
        requests=count(session.request_count - before, "request"),
    )
    demo.narrator.say("  {author}: {note}", author=facts.author, note=_NOTE)


def _asset_type(session: Session) -> Any:
    types = {one["name"]: one for one in session.query("select name from AssetType order by name")}
    wished = (types[name] for name in _WISHED_TYPES if name in types)
    return next(wished, None) or next(iter(types.values()))
