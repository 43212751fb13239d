"""Why our schema answer differs where it does from the answers recorded from servers.

The model follows two generations of servers at once. What only one of them knows says so in its
declaration; here is the rest. Where they disagree we answer as the newer one does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["REASONS", "Reason"]


@dataclass(frozen=True)
class Reason:
    """The reason for the differences to captures of a *generation* that match a *pattern*.

    The pattern is one of file names, over ``Type.attribute:aspect``.
    """

    generation: str
    pattern: str
    text: str


REASONS: Final = (
    Reason("older", "*:$mixin", "we name each type's base, so that clients know the hierarchy"),
    Reason("older", "*:metadata", "we say what may be grouped, as newer servers do"),
    Reason(
        "older",
        "*Component.container_id:system_projections",
        "newer servers always answer the container of a component",
    ),
    Reason(
        "older",
        "NoteComponent.note_component_type:system_projections",
        "newer servers tell annotations from other components of a note",
    ),
    Reason(
        "older",
        "DashboardResource.*_id:$ref",
        "newer servers no longer name the type beside a key, which is a scalar",
    ),
    Reason("older", "Note.author:$ref", "on newer servers a collaborator may write a note too"),
    Reason("older", "Note.user_id:description", "the key follows the reference Note.author"),
    Reason(
        "older",
        "User.user_type_id:type",
        "it has no type on older servers, by a slip that made clients leave it out",
    ),
    Reason("older", "Episode.status*:immutable", "newer servers let an episode have a status"),
    Reason("newer", "SplitTaskPart:type", "it is missing there alone, by a slip"),
    *(
        Reason(
            "newer",
            f"{name}:declared",
            "made from an object type of that studio; see ftrack_embedded.model.object_types",
        )
        for name in ("Image", "Information", "Scene")
    ),
)
