"""The files of certificates that the settings name, tried before anything is sent."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from ftrack_core.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from ftrack_core.ports import ConnectionSettings

__all__ = ["require_usable"]


def require_usable(settings: ConnectionSettings) -> None:
    """Raise `ConfigurationError` for a file that is not there or holds no certificates.

    Later it would look like a fault of the connection.
    """
    if settings.ca_bundle and settings.verify:
        _try("ca_bundle", settings.ca_bundle)
    if settings.client_certificate:
        _try("client_certificate", settings.client_certificate)


def _try(setting: str, path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if setting == "client_certificate":
            context.load_cert_chain(path, password="")  # else it would ask on the terminal
        elif path.is_dir():
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(path)
    except ssl.SSLError as error:
        wanted = "certificates" if setting == "ca_bundle" else "certificate with its open key"
        reason = f" ({error.reason})" if error.reason else ""
        text = f"{setting} {path} holds no {wanted} in PEM form{reason}"
    except OSError as error:
        text = f"{setting} {path} cannot be read ({error.strerror})"
    else:
        return
    raise ConfigurationError(text)
