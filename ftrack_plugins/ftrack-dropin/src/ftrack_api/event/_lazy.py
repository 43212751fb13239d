"""Attributes that are there when they are needed, also where a constructor was not called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Lazily"]

Value = TypeVar("Value")


class Lazily(Generic[Value]):
    """Decorates the method that makes an attribute when it is first read; it can be assigned to.

    Of two threads that read it first both get the same value, which ``functools.cached_property``
    no longer promises.
    """

    def __init__(self, make: Callable[[Any], Value]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        """Remember which attribute it is."""
        self._name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Value:
        if instance is None:
            return self  # type: ignore[return-value]  # the class shows the attribute itself
        made: Value = instance.__dict__.setdefault(self._name, self._make(instance))
        return made

    if TYPE_CHECKING:  # what is assigned goes into the instance and hides this

        def __set__(self, instance: Any, value: Value) -> None: ...
