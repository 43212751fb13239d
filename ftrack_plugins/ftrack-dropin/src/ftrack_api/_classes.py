"""The entity classes of a session as a dictionary, each made when it is first looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterator, Mapping, ValuesView

__all__ = ["EntityClasses"]


class EntityClasses(dict[str, Any]):
    """Entity classes by name: a dictionary, since that is what scripts have always been given."""

    def __init__(self, types: Mapping[str, type]) -> None:
        super().__init__(dict.fromkeys(types))
        self._types = types

    def __getitem__(self, name: str) -> Any:
        own = super().__getitem__(name)
        return self._types[name] if own is None else own

    def get(self, name: str, default: Any = None) -> Any:
        """Return the class called *name*, or *default*."""
        return self[name] if name in self else default  # noqa: SIM401 -- this is that method

    def __iter__(self) -> Iterator[str]:
        return super().__iter__()  # one of its own, so that ``dict(classes)`` looks at each

    def values(self) -> ValuesView[Any]:  # type: ignore[override]  # of a copy
        """Return all classes; this makes them."""
        return self.copy().values()

    def items(self) -> ItemsView[str, Any]:  # type: ignore[override]  # of a copy
        """Return names and classes; this makes them."""
        return {name: self[name] for name in self}.items()

    def copy(self) -> dict[str, Any]:
        """Return a plain dictionary of all classes; this makes them."""
        return dict(self.items())

    def make_all(self) -> None:
        """Make all classes now."""
        for name in self:
            self[name]
