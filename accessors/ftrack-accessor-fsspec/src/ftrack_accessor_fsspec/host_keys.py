"""Which SSH servers are trusted: those of the user's own list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import paramiko  # type: ignore[import-untyped,unused-ignore]  # it carries no types

__all__ = ["KnownHosts"]


class KnownHosts(paramiko.MissingHostKeyPolicy):  # type: ignore[misc,unused-ignore]  # the same
    """Accepts a server whose key stands in ``~/.ssh/known_hosts`` and no other.

    The library underneath would accept any key, so that somebody in between could read along.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file

    def missing_host_key(self, client: Any, hostname: str, key: Any) -> None:  # noqa: ARG002  # the library calls it so
        """Raise where *key* is not the known key of *hostname*."""
        file = self._file or Path.home() / ".ssh" / "known_hosts"
        known = paramiko.HostKeys(str(file) if file.exists() else None)
        if not known.check(hostname, key):
            raise paramiko.SSHException(
                f"the key of {hostname} is not in {file}; connect once with ssh to add it, "
                "or give the option host_key_policy"
            )
