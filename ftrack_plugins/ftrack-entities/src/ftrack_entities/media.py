"""Pictures and films that the server keeps: thumbnails and review media."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ftrack_core.entity import session_of
from ftrack_core.errors import EntityError

from .helper import Helper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ftrack_core import Session

__all__ = ["ThumbnailHelpers", "request_encoding"]

_SERVER = "ftrack.server"


class ThumbnailHelpers(Helper):
    """Mixed into every type that has a ``thumbnail_id``."""

    __slots__ = ()

    def create_thumbnail(
        self, path: str | os.PathLike[str], data: Mapping[str, Any] | None = None
    ) -> Any:
        """Upload the picture *path* to the server, make it this entity's thumbnail, return it.

        *data* are attributes of the component, whose name is ``thumbnail`` by default. Everything
        that is pending is committed with it. Raises `LocationError` where the session has no
        accessor for the server's location.
        """
        values = {"name": "thumbnail", **(data or {})}
        component = session_of(self).create_component(os.fspath(path), values, location=_SERVER)
        with session_of(self).transaction():
            self["thumbnail_id"] = component["id"]
        return component


def request_encoding(
    session: Session,
    media: Any,
    version_id: str | None = None,
    keep_original: bool | str = "auto",
) -> Any:
    """Have the server make review media of *media*; return the job that does it.

    *media* is a path, which is uploaded, or a file component in the server's location; *version_id*
    names the version they are for, if any. The original is kept where *keep_original* says so,
    ``"auto"``: where it is a component already. Raises `EntityError` for other media.
    """
    keep = keep_original if isinstance(keep_original, bool) else not _is_path(media)
    component = _uploaded(session, media, version_id if keep else None)
    asked = {"component_id": component["id"], "version_id": version_id, "keep_original": keep}
    (answer,) = session.call([{"action": "encode_media", **asked}])
    return session.get("Job", answer["job_id"])


def _uploaded(session: Session, media: Any, version_id: str | None) -> Any:
    if _is_path(media):
        data = {} if version_id is None else {"version_id": version_id}
        return session.create_component(os.fspath(media), data, location=_SERVER)
    if getattr(media, "entity_type", "") != "FileComponent":
        raise EntityError("give encode_media a path, or a FileComponent in the server's location")
    return media


def _is_path(media: Any) -> bool:
    return isinstance(media, (str, os.PathLike))
