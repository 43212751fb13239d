"""What a session knows of the server's rows: identity, absorbing, loading, query results."""

from __future__ import annotations

from .results import QueryResult, checked_page_size
from .store import Store
from .types import EntityTypes

__all__ = ["EntityTypes", "QueryResult", "Store", "checked_page_size"]
