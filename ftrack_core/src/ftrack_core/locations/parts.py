"""What does the work of one location in this session: accessor, structure, transformer."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final, cast

from ftrack_core.errors import ConfigurationError
from ftrack_core.plugins import unclaimed
from ftrack_core.ports import AccessorSpec

from .wellknown import WELL_KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core.plugins import Hooks
    from ftrack_core.ports import Accessor, IdentifierTransformer, LocationBinding, Structure
    from ftrack_core.session import Session

    from .location import Location

__all__ = ["Parts"]

_WELL_KNOWN: Final = frozenset(one.id for one in WELL_KNOWN)


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
        self._transformer: tuple[Hooks, IdentifierTransformer | None] | None = None

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

    def transformer_of(self, location: Location) -> IdentifierTransformer | None:
        """What translates identifiers between server and accessor, if anything does.

        *location* is the one whose parts these are; a plugin is asked where nobody has given one.
        """
        given = self._assigned.get("transformer", self.binding.transformer)
        if given is not None or "transformer" in self._assigned or _is_well_known(location):
            return cast("IdentifierTransformer | None", given or None)
        hooks = self._session.plugins.hooks
        if self._transformer is None or self._transformer[0] is not hooks:
            context = self._session.context
            found = hooks.ftrack_identifier_transformer(context, location)
            self._transformer = (hooks, found)
        return self._transformer[1]

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
            raise ConfigurationError(
                f"{self._label}: {unclaimed('ftrack_create_structure', wanted, known)}"
            )
        return made

    @property
    def _label(self) -> str:
        return f"location {self.binding.name!r}" if self.binding.name else "this location"


def _is_well_known(location: Location) -> bool:
    return str(location.key) in _WELL_KNOWN


def _unclaimed(spec: AccessorSpec, known: Iterable[str]) -> str:
    """Say what to do about a scheme; the rest of the URL may hold secrets and is not told."""
    scheme = spec.scheme
    if scheme == spec.url.lower() or len(scheme) == 1:
        return "its accessor is no URL; write a folder as disk:/mnt/prod"
    return unclaimed("ftrack_create_accessor", scheme, known)
