"""From a text such as ``standard?illegal=-`` to a structure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from ftrack_core.errors import ConfigurationError, did_you_mean

from .identifier import EntityIdStructure, IdStructure
from .origin import OriginStructure
from .standard import StandardStructure

if TYPE_CHECKING:
    from ftrack_core.ports import Structure

__all__ = ["make_structure"]

_Maker = Callable[[Mapping[str, str]], "Structure"]


def make_structure(spec: str) -> Structure | None:
    """Return the structure that *spec* names, or None for a name that is not ours.

    Raises `ConfigurationError` for options that the structure does not have.
    """
    name, _, text = spec.partition("?")
    if name not in _MAKERS:
        return None
    maker, known = _MAKERS[name]
    options = dict(parse_qsl(text, keep_blank_values=True))
    for option in options:
        if option not in known:
            raise ConfigurationError(_unknown(name, option, known))
    return maker(options)


def _unknown(name: str, option: str, known: tuple[str, ...]) -> str:
    has = f"it has {', '.join(known)}." if known else "it has none."
    return f"structure {name!r} has no option {option!r}: {has}{did_you_mean(option, known)}"


def _standard(options: Mapping[str, str]) -> Structure:
    case = options.get("case", "lower")
    if case not in ("lower", "keep"):
        raise ConfigurationError(f"case={case!r} of structure 'standard' must be lower or keep")
    return StandardStructure(
        prefix=options.get("prefix", ""),
        project_versions_prefix=options.get("project_versions_prefix", ""),
        illegal_character_substitute=options.get("illegal", "_"),
        keep_case=case == "keep",
    )


_MAKERS: dict[str, tuple[_Maker, tuple[str, ...]]] = {
    "standard": (_standard, ("case", "illegal", "prefix", "project_versions_prefix")),
    "id": (lambda options: IdStructure(options.get("prefix", "")), ("prefix",)),
    "entity_id": (lambda _: EntityIdStructure(), ()),
    "origin": (lambda _: OriginStructure(), ()),
}
