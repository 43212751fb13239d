"""Which interface this is."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "3.1.0"
"""The version of the interface, which scripts compare; the distribution has one of its own."""
