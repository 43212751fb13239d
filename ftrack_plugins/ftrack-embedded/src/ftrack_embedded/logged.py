"""The log of a server that is a process of its own: what went wrong, on standard error."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["logged"]

_FORM: Final = "%(asctime)s %(levelname)s %(message)s"


@contextmanager
def logged() -> Iterator[None]:
    """Write warnings and errors of this package to standard error, with time and trace.

    A client is told no more than that the log says more. Nobody else shows the same records then.
    """
    logger = logging.getLogger(__package__)
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter(_FORM))
    before, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = before
