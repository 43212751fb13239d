"""What those who fill a port refuse alike: options that they do not have, ranges that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.errors import AccessorError, ConfigurationError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["require_known_options", "require_range"]


def require_known_options(owner: str, given: Iterable[str], known: Collection[str]) -> None:
    """Raise `ConfigurationError` for the first of the names *given* that is not *known*.

    *owner* is who is told to have no such option: ``the disk accessor``.
    """
    for name in given:
        if name not in known:
            raise ConfigurationError(
                f"{owner} has no option {name!r}.{did_you_mean(name, known)} "
                f"It knows {', '.join(known)}."
            )


def require_range(resource_identifier: str, start: int, length: int) -> None:
    """Raise `AccessorError` where *start* or *length*, in bytes, is negative."""
    if start < 0 or length < 0:
        raise AccessorError(
            f"a range has no negative start or length: {start}, {length}",
            resource_identifier=resource_identifier,
        )
