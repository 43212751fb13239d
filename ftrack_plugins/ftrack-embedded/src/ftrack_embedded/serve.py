"""The command ``ftrack serve``."""

from __future__ import annotations

from pathlib import Path

__all__ = ["serve"]


def serve(
    path: str | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    seed: str = "default",
    user: str = "admin",
    api_key: str | None = None,
    database_url: str | None = None,
) -> int:
    """Serve a studio until Ctrl-C or SIGTERM; see `plugin.ftrack_commands` for the arguments."""
    from .engine.studio import Studio
    from .http.server import serve_forever

    file = Path(path) if path else None
    with Studio(file, seed=seed, database_url=database_url) as studio:
        serve_forever(studio, host=host, port=port, username=user, api_key=api_key)
    return 0
