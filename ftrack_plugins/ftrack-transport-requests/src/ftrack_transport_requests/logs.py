"""What urllib3 writes into logs, without what must not be there."""

from __future__ import annotations

import logging
from typing import Any

__all__ = ["QueryFilter", "hide_queries"]

_LOGGER = "urllib3.connectionpool"


class QueryFilter(logging.Filter):
    """Takes the queries out of logged addresses: that of an upload is the permission to send it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let *record* pass, with its addresses cut."""
        if isinstance(record.args, tuple):
            record.args = tuple(_without_query(one) for one in record.args)
        return True


def hide_queries() -> None:
    """Have urllib3 log no queries from now on; doing it again changes nothing.

    It logs each request at the level DEBUG, by a logger that all of the process share.
    """
    logger = logging.getLogger(_LOGGER)
    if not any(isinstance(one, QueryFilter) for one in logger.filters):
        logger.addFilter(QueryFilter())


def _without_query(value: Any) -> Any:
    return value.partition("?")[0] if isinstance(value, str) else value
