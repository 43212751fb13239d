"""Whether a script has put a method of its own in the place of one of this package."""

from __future__ import annotations

from typing import Any

__all__ = ["replaces"]


def replaces(instance: Any, own: type, *names: str) -> bool:
    """Whether a subclass of *own*, or somebody on *instance*, has replaced one of the methods."""
    return any(
        getattr(getattr(instance, name), "__func__", None) is not getattr(own, name)
        for name in names
    )
