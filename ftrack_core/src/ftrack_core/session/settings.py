"""What a session is made from: arguments first, then the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ftrack_core.errors import ConfigurationError
from ftrack_core.ports import ConnectionSettings, Context, Credentials

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """The resolved arguments of a session."""

    context: Context
    credentials: Credentials | None
    plugins: tuple[Any, ...] = ()
    plugin_folders: tuple[Path, ...] = ()
    block: tuple[str, ...] = ()
    use: Mapping[str, str] = field(default_factory=dict)
    installed: bool = True
    on_plugin_error: Literal["raise", "skip"] = "raise"
    trace_hooks: bool = False

    @classmethod
    def resolve(
        cls,
        *,
        server_url: str | None,
        api_key: str | None,
        api_user: str | None,
        connection: ConnectionSettings | None,
        plugins: Iterable[Any],
        plugin_folders: Iterable[str | Path] | None,
        plugin_arguments: Mapping[str, Any] | None,
        block: Iterable[str],
        use: Mapping[str, str] | None,
        installed: bool,
        on_plugin_error: Literal["raise", "skip"],
        cache_folder: str | Path | None,
        options: Mapping[str, Any],
        trace_hooks: bool | None = None,
    ) -> Settings:
        """Fill in from the environment what was not given. Raises `ConfigurationError`."""
        url = _server_url(server_url)
        user = api_user or os.environ.get("FTRACK_API_USER") or _login_name()
        key = api_key or os.environ.get("FTRACK_API_KEY") or os.environ.get("FTRACK_APIKEY")
        context = Context(
            server_url=url,
            user=user,
            settings=connection or ConnectionSettings(),
            options=dict(options),
            plugin_arguments=dict(plugin_arguments or {}),
            cache_folder=_cache_folder(cache_folder),
        )
        return cls(
            context=context,
            credentials=Credentials(user, key) if key else None,
            plugins=_several(plugins),
            plugin_folders=_folders(plugin_folders),
            block=(*_several(block), *_split("FTRACK_PLUGINS_BLOCK", ",")),
            use=dict(use or {}),
            installed=installed,
            on_plugin_error=on_plugin_error,
            trace_hooks=_switch("FTRACK_TRACE_HOOKS") if trace_hooks is None else trace_hooks,
        )


def _server_url(given: str | None) -> str:
    url = (given or os.environ.get("FTRACK_SERVER") or "").strip()
    if not url:
        raise ConfigurationError(
            "no server: give server_url or set FTRACK_SERVER, for example to "
            "https://studio.ftrackapp.com, or to embedded: for a private studio in this process"
        )
    if ":" not in url:
        raise ConfigurationError(
            f"the server URL {url!r} has no scheme: write https://{url}, or embedded: for a "
            "private studio in this process"
        )
    if url.lower().startswith(("http://", "https://")) and ("?" in url or "#" in url):
        raise ConfigurationError(
            "the server URL holds a query or a fragment, which would show in logs: give its "
            "address only, and the key as api_key or in FTRACK_API_KEY"
        )
    # embedded:///path keeps its slashes; only what follows a host is trimmed.
    return url.rstrip("/") if url.lower().startswith(("http://", "https://")) else url


def _cache_folder(given: str | Path | None) -> Path | None:
    folder = given or os.environ.get("FTRACK_CACHE_FOLDER")
    return Path(folder).expanduser() if folder else None


def _switch(variable: str) -> bool:
    return os.environ.get(variable, "").strip().lower() not in ("", "0", "false", "no", "off")


def _login_name() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def _several(given: Iterable[Any]) -> tuple[Any, ...]:
    """One text stands for itself, not for its letters."""
    return (given,) if isinstance(given, str) else tuple(given)


def _folders(given: Iterable[str | Path] | None) -> tuple[Path, ...]:
    if isinstance(given, (str, Path)):
        given = [given]
    names = _split("FTRACK_PLUGIN_PATH", os.pathsep) if given is None else given
    return tuple(Path(name).expanduser() for name in names)


def _split(variable: str, separator: str) -> list[str]:
    text = os.environ.get(variable, "")
    return [part.strip() for part in text.split(separator) if part.strip()]
