"""Whether a server keeps its word on ``If-None-Match: *``: it is asked once, and remembered.

Some servers refuse the header, others take it and overwrite all the same, others heed it for single
requests but not for uploads in parts. Only a try tells.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from botocore.exceptions import ClientError
from ftrack_core.errors import AccessorError

from .failures import code_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .objects import Objects

__all__ = ["Conditions", "is_temporary"]

_PREFIX = ".ftrack-"
_SUFFIX = ".part"

_HEEDED = {"412", "PreconditionFailed", "409", "ConditionalRequestConflict"}
_NOT_KNOWN = {"501", "NotImplemented", "400", "InvalidArgument", "InvalidRequest"}


def is_temporary(identifier: str) -> bool:
    """Return whether this is the object of a try."""
    name = identifier.rpartition("/")[2]
    return name.startswith(_PREFIX) and name.endswith(_SUFFIX)


class Conditions:
    """What this server can do to keep an object from being overwritten."""

    def __init__(self, objects: Objects, folder: str) -> None:
        self._objects = objects
        self._folder = folder
        self._lock = threading.Lock()
        self._known: dict[str, bool] = {}

    def heeded_by_put(self) -> bool:
        """Return whether a conditional put refuses to overwrite."""
        return self._remembered("put", self._try_put)

    def heeded_by_complete(self) -> bool:
        """Return whether completing an upload in parts refuses to overwrite."""
        return self._remembered("complete", self._try_complete)

    def _remembered(self, what: str, try_it: Callable[[str], None]) -> bool:
        with self._lock:
            if what not in self._known:
                self._known[what] = self._refuses_to_overwrite(try_it)
            return self._known[what]

    def _refuses_to_overwrite(self, try_it: Callable[[str], None]) -> bool:
        with self._probe() as key:
            try:
                try_it(key)
            except ClientError as error:
                if code_of(error) in _HEEDED | _NOT_KNOWN:
                    return code_of(error) in _HEEDED
                raise
        return False

    @contextmanager
    def _probe(self) -> Iterator[str]:
        key = f"{self._folder}{_PREFIX}{uuid4().hex}{_SUFFIX}"
        self._objects.put(key, b"")
        try:
            yield key
        finally:
            self._objects.delete(key)

    def _try_put(self, key: str) -> None:
        self._objects.put(key, b"", only_new=True)

    def _try_complete(self, key: str) -> None:
        upload = self._objects.begin(key)
        try:
            part = self._objects.put_part(key, upload, 1, b"x")
            self._objects.complete(key, upload, [part], only_new=True)
        except (ClientError, AccessorError):
            self._objects.abort(key, upload)
            raise
