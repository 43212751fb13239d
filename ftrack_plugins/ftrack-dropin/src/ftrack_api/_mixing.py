"""Giving single objects the methods of a further class."""

from __future__ import annotations

import types
from typing import Any

__all__ = ["mixin"]


def mixin(instance: Any, mixin_class: type, name: str | None = None) -> None:
    """Give one object the methods of *mixin_class* besides its own; a second time does nothing.

    Its class becomes a new one called *name*, by default after both.
    """
    own = instance.__class__
    if mixin_class in own.__mro__:
        return
    named = name or f"{own.__name__}{mixin_class.__name__}"
    instance.__class__ = types.new_class(named, (mixin_class, own))
