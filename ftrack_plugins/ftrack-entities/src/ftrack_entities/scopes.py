"""Scopes: the parts of a production that something belongs to."""

from __future__ import annotations

from typing import Any

from ftrack_core.entity import session_of
from ftrack_core.query import quote

from .helper import Helper

__all__ = ["ScopeHelpers"]


class ScopeHelpers(Helper):
    """Mixed into every type that has ``scopes``."""

    __slots__ = ()

    def add_scopes(self, *names: str) -> list[Any]:
        """Put this entity into the scopes of these names, with the next commit; return them.

        A scope that the server does not have is created.
        """
        listed = ", ".join(map(quote, names)) or "''"
        found = session_of(self).query(f"select name from Scope where name in ({listed})").all()
        by_name = {one["name"]: one for one in found}
        scopes = [
            by_name[name] if name in by_name else session_of(self).create("Scope", {"name": name})
            for name in dict.fromkeys(names)
        ]
        self["scopes"].extend(scopes)
        return scopes

    def remove_scopes(self, *names: str) -> None:
        """Take this entity out of the scopes of these names, with the next commit."""
        self["scopes"] = [one for one in self["scopes"] if one["name"] not in names]
