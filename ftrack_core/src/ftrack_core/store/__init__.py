"""What a session knows of the server's rows: identity, absorbing, loading, query results."""

from __future__ import annotations

from .results import QueryResult
from .store import Store
from .types import EntityTypes

__all__ = ["EntityTypes", "QueryResult", "Store"]
