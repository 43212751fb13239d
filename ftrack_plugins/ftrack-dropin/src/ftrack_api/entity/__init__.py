"""Entity classes and the factory that makes them."""

from __future__ import annotations

from . import asset_version, base, component, factory, job, location, note, project_schema, user

__all__ = [
    "asset_version",
    "base",
    "component",
    "factory",
    "job",
    "location",
    "note",
    "project_schema",
    "user",
]
