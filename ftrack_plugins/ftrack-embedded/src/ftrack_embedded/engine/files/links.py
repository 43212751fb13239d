"""Links to files that work for a while without a key, as in a page or a mail.

A link says until when it is good and proves it: only who knows the studio's secret can make one.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from .store import FileStore

__all__ = ["is_good", "signed_path"]

_SECONDS: Final = 3600


def signed_path(files: FileStore, path: str) -> str:
    """Return a path such as ``/component/get?id=c1`` with its proof.

    It is good for one to two hours, and the same for an hour, so that browsers may keep a picture.
    Where there are no files yet there is nothing to prove.
    """
    _, separator, component_id = path.partition("?id=")
    if not separator or not files.exists:
        return path
    until = (int(time.time()) // _SECONDS + 2) * _SECONDS
    address = f"{path.removesuffix(component_id)}{quote(component_id, safe='')}"
    return f"{address}&until={until}&token={_proof(files, component_id, until)}"


def is_good(files: FileStore, component_id: str, until: str, token: str) -> bool:
    """Return whether a link was made by this studio and has not expired."""
    if not until.isdecimal() or not files.exists or int(until) < time.time():
        return False
    return hmac.compare_digest(_proof(files, component_id, int(until)), token)


def _proof(files: FileStore, component_id: str, until: int) -> str:
    told = f"{until} {component_id}".encode("utf-8", "replace")
    return hmac.new(files.secret(), told, hashlib.sha256).hexdigest()[:40]
