"""The last chapter: a session that knows nothing looks at everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_cli.demo.output import count
from ftrack_cli.demo.readback import read_edits, read_versions, stored_files

if TYPE_CHECKING:
    from ftrack_cli.demo.demo import Demo

__all__ = ["TITLE", "tell"]

TITLE = "A second session looks"


def tell(demo: Demo) -> None:
    """Close the session, open another, and read everything back."""
    asset_id = str(demo.version["asset"]["id"])
    demo.session.commit()
    demo.session.close()
    session, facts = demo.open_session(), demo.facts
    facts.read_edits = read_edits(session, facts.edits)
    facts.versions = read_versions(session, asset_id, demo.stage.location_name)
    facts.stored = stored_files(demo.stage.folder.storage)
    demo.narrator.say(
        "The first session is closed. Another one has read back {edits}, {versions} and {files}.",
        edits=count(len(facts.read_edits), "edit"),
        versions=count(len(facts.versions), "version"),
        files=count(sum(len(one.checksums) for one in facts.versions), "file"),
    )
