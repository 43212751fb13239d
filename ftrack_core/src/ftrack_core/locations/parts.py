"""What does the work of one location in this session: accessor, structure, transformer."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final, cast

from ftrack_core.errors import ConfigurationError, did_you_mean
from ftrack_core.ports import AccessorSpec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core.ports import Accessor, IdentifierTransformer, LocationBinding, Structure
    from ftrack_core.session import Session

__all__ = ["Parts"]

_DISTRIBUTIONS: Final = {
    "disk": "ftrack-accessor-disk",
    "s3": "ftrack-accessor-s3",
    **dict.fromkeys(
        ("ftp", "gcs", "github", "gs", "hdfs", "memory", "sftp", "smb", "ssh", "webdav"),
        "ftrack-accessor-fsspec",
    ),
    "server": "ftrack-accessor-server",
}
"""Hints only: which distribution to name when nothing installed claims a usual scheme."""


class _State(Enum):
    UNMADE = "unmade"


class Parts:
    """The parts of one location: what was assigned, else what its binding says.

    What a binding names by URL or name is made when it is first asked for, and made again after
    the plugins have changed. Whoever holds an accessor keeps it to the end of his work.
    """

    def __init__(self, session: Session, binding: LocationBinding) -> None:
        self._session = session
        self.binding = binding
        self._assigned: dict[str, Any] = {}
        self._made: dict[str, Any] = {}

    def rebind(self, binding: LocationBinding) -> None:
        """Take another binding; what was assigned stays."""
        self.binding = binding
        self._made = {}

    @property
    def priority(self) -> int:
        """The lowest is picked first."""
        return cast("int", self._assigned.get("priority", self.binding.priority))

    @property
    def accessor(self) -> Accessor | None:
        """The accessor; `ConfigurationError` where no plugin makes one for the binding's URL."""
        found: Accessor | None = self._part("accessor", self._make_accessor)
        return found

    @property
    def structure(self) -> Structure | None:
        """The structure; `ConfigurationError` where no plugin makes one of the binding's name."""
        found: Structure | None = self._part("structure", self._make_structure)
        return found

    @property
    def transformer(self) -> IdentifierTransformer | None:
        """What translates identifiers between server and accessor, if anything does."""
        given = self._assigned.get("transformer", self.binding.transformer)
        return cast("IdentifierTransformer | None", given or None)

    def assign(self, part: str, value: Any) -> None:
        """Set a part for this session; None takes the part away."""
        self._assigned[part] = value

    def _part(self, name: str, make: Any) -> Any:
        if name in self._assigned:
            return self._assigned[name] or None
        made = self._made  # one reference: a change of plugins replaces it
        found = made.get(name, _State.UNMADE)
        if found is _State.UNMADE:
            found = made.setdefault(name, make())
        return found

    def _make_accessor(self) -> Any:
        wanted = self.binding.accessor
        if not isinstance(wanted, str):
            return wanted
        spec = AccessorSpec(wanted, self._options(wanted))
        hooks = self._session.plugins.hooks
        made = hooks.ftrack_create_accessor(self._session.context, spec)
        if made is None:
            known = hooks.providers("ftrack_create_accessor")
            raise ConfigurationError(f"{self._label}: {_unclaimed(spec, known)}")
        return made

    def _options(self, url: str) -> dict[str, Any]:
        options = dict(self.binding.options)
        if url.partition(":")[0] == "server":
            options.setdefault("session", self._session)  # it has no other way to the server
        return options

    def _make_structure(self) -> Any:
        wanted = self.binding.structure
        if not isinstance(wanted, str):
            return wanted
        hooks = self._session.plugins.hooks
        made = hooks.ftrack_create_structure(self._session.context, wanted)
        if made is None:
            known = hooks.providers("ftrack_create_structure")
            raise ConfigurationError(f"{self._label}: {_unknown_structure(wanted, known)}")
        return made

    @property
    def _label(self) -> str:
        return f"location {self.binding.name!r}" if self.binding.name else "this location"


def _unclaimed(spec: AccessorSpec, known: Iterable[str]) -> str:
    """Say what to do about a scheme; the rest of the URL may hold secrets and is not told."""
    scheme = spec.scheme
    if scheme == spec.url.lower() or len(scheme) == 1:
        return "its accessor is no URL; write a folder as disk:/mnt/prod"
    text = f"no plugin makes accessors for {scheme}: URLs."
    if scheme in _DISTRIBUTIONS:
        return f"{text} Install {_DISTRIBUTIONS[scheme]}."
    hint = did_you_mean(scheme, {*known, *_DISTRIBUTIONS})
    return f"{text}{hint} Known schemes: {_listed(known)}."


def _unknown_structure(name: str, known: Iterable[str]) -> str:
    hint = did_you_mean(name, known)
    install = "" if known else " Install ftrack-structure."
    return f"no plugin makes a structure {name!r}.{hint}{install} Known names: {_listed(known)}."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
