"""The plugins without which the story cannot be told."""

from __future__ import annotations

from ftrack_cli.failures import RefusedError
from ftrack_cli.gathering import gather

__all__ = ["require_plugins"]

_NEEDED = {
    "accessor-disk": "ftrack-accessor-disk",
    "embedded": "ftrack-embedded",
    "entities": "ftrack-entities",
    "structure": "ftrack-structure",
}
"""By the plugin's name its distribution."""

_FOR_SERVERS = {"transport-requests": "ftrack-transport-requests"}


def require_plugins(server: str | None) -> None:
    """Raise `RefusedError` naming what is missing, rather than stop in the middle."""
    here = {info.name for info in gather().infos}
    needed = _NEEDED if server is None else {**_NEEDED, **_FOR_SERVERS}
    missing = [distribution for name, distribution in needed.items() if name not in here]
    if missing:
        raise RefusedError(
            f"the demo needs {', '.join(missing)}, which is not loaded",
            "installing ftrack-client brings all of it; or does FTRACK_PLUGINS_BLOCK name it?",
        )
