"""What is particular about the file systems that fsspec offers, and how to make one of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import fsspec  # type: ignore[import-untyped]  # it carries no types
from fsspec.core import url_to_fs  # type: ignore[import-untyped]  # the same
from fsspec.registry import known_implementations  # type: ignore[import-untyped]  # the same
from ftrack_core.errors import ConfigurationError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from .addresses import Address

__all__ = ["Backend", "FileSystem", "backend_of", "refuse_unavailable"]

FileSystem = Any
"""An ``fsspec.AbstractFileSystem``, which carries no types."""

_PACKAGES = {
    "gs": "gcsfs",
    "hdfs": "pyarrow",
    "http": '"ftrack-accessor-fsspec[http]"',
    "https": '"ftrack-accessor-fsspec[http]"',
    "sftp": '"ftrack-accessor-fsspec[sftp]"',
    "smb": '"ftrack-accessor-fsspec[smb]"',
    "ssh": '"ftrack-accessor-fsspec[sftp]"',
    "webdav": '"ftrack-accessor-fsspec[webdav]"',
}


@dataclass(frozen=True)
class Backend:
    """The traits of one protocol.

    *make* returns a file system and the root path in it. *exclusive*: one thread at a time may use
    an instance. *shares_handles*: what is opened twice has one position. *refused* are characters
    that its library gets wrong in names.
    """

    make: Callable[[Address], tuple[FileSystem, str]]
    exclusive: bool = False
    read_only: bool = False
    shares_handles: bool = False
    refused: str = ""
    in_urls: bool = False


def backend_of(protocol: str) -> Backend:
    """Return the traits of a protocol; most have none."""
    return _BACKENDS.get(protocol, _PLAIN)


def refuse_unavailable(address: Address) -> None:
    """Raise `ConfigurationError` for an unknown protocol or one whose library is missing."""
    protocol = address.protocol
    try:
        fsspec.get_filesystem_class(protocol)
    except ImportError as error:
        raise ConfigurationError(_what_to_install(protocol, error)) from error
    except ValueError:
        near = did_you_mean(protocol, fsspec.available_protocols())
        raise ConfigurationError(f"fsspec knows no protocol {protocol!r}.{near}") from None


def _what_to_install(protocol: str, error: ImportError) -> str:
    package = _PACKAGES.get(protocol)
    if package:
        return f"{protocol}: needs a further library: pip install {package}"
    hint = known_implementations.get(protocol, {}).get("err") or str(error)
    return f"{protocol}: needs a further library: {hint}"


def _any(address: Address) -> tuple[FileSystem, str]:
    file_system, root = url_to_fs(address.url, **address.options)
    return file_system, root.rstrip("/")


def _ftp(address: Address) -> tuple[FileSystem, str]:
    file_system, root = url_to_fs(address.url, skip_instance_cache=True, **address.options)
    return file_system, root.rstrip("/")


def _smb(address: Address) -> tuple[FileSystem, str]:
    # the default of the library locks a file against everybody, readers too
    file_system, root = url_to_fs(address.url, **{"share_access": "r", **address.options})
    return file_system, root.rstrip("/")


def _sftp(address: Address) -> tuple[FileSystem, str]:
    """Return fsspec's own SFTP: what the registry names may be another one's by now."""
    from fsspec.implementations.sftp import (  # type: ignore[import-untyped]  # as fsspec
        SFTPFileSystem,
    )

    from .host_keys import KnownHosts

    login = {
        "port": address.parts.port,
        "username": address.user,
        "password": address.password,
        "host_key_policy": KnownHosts(),
    }
    given = {name: value for name, value in login.items() if value is not None}
    options = {**given, **address.options}
    file_system = SFTPFileSystem(address.parts.hostname, skip_instance_cache=True, **options)
    return file_system, address.parts.path.rstrip("/")


def _webdav(address: Address) -> tuple[FileSystem, str]:
    options = dict(address.options)
    scheme = "https" if options.pop("tls", True) else "http"
    options.setdefault("base_url", f"{scheme}://{address.place}{address.parts.path}")
    if address.user:
        options.setdefault("auth", (address.user, address.password or ""))
    return fsspec.filesystem("webdav", **options), ""


_PLAIN = Backend(_any)
_SFTP = Backend(_sftp, exclusive=True)
_HTTP = Backend(_any, read_only=True, in_urls=True)
_BACKENDS = {
    "ftp": Backend(_ftp, exclusive=True),
    "http": _HTTP,
    "https": _HTTP,
    "memory": Backend(_any, shares_handles=True),
    "sftp": _SFTP,
    "smb": Backend(_smb, refused="\\"),
    "ssh": _SFTP,
    "webdav": Backend(_webdav, refused="#?%"),
}
