"""How the data of a location is reached."""

from __future__ import annotations

from . import base, disk, server

__all__ = ["base", "disk", "server"]
