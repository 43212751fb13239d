"""How a location is set up in a session."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .accessor import Accessor
    from .structure import IdentifierTransformer, Structure

__all__ = ["LocationBinding"]


@dataclass(frozen=True)
class LocationBinding:
    """Binds a location of the server, by *name*, to the parts that do its work here.

    *accessor* is a URL such as ``disk:/mnt/prod`` or an object; *structure* a name such as
    ``standard`` or an object. The lowest *priority* is picked
    first; the default comes before ``ftrack.unmanaged``, which has 90. Where the server has no
    location of this name one is created when the binding is first used for a publish. *options* go
    to the accessor; they may hold secrets and do not show.
    """

    name: str
    accessor: str | Accessor | None = None
    structure: str | Structure | None = "standard"
    transformer: IdentifierTransformer | None = None
    priority: int = 50
    description: str = ""
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)
