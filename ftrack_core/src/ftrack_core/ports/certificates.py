"""The files of certificates that the settings name, and the trust that follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core.errors import ConfigurationError

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from .context import ConnectionSettings

__all__ = ["remedy_for", "require_usable", "tls_context"]

_STRICT = range(79, 94)
"""OpenSSL's codes of what a strict check refuses, as Python makes it from 3.13 on."""


def require_usable(settings: ConnectionSettings) -> None:
    """Raise `ConfigurationError` for a file that is not there or holds no certificates.

    Later it would look like a fault of the connection.
    """
    if settings.ca_bundle and settings.verify:
        _try("ca_bundle", settings.ca_bundle)
    if settings.client_certificate:
        _try("client_certificate", settings.client_certificate)


def tls_context(settings: ConnectionSettings, trusted: Path | None = None) -> ssl.SSLContext:
    """Return how to speak TLS by *settings*; raises as `require_usable` does.

    *trusted* is a file or folder of authorities for where the settings name none; without it those
    of the system are trusted.
    """
    import ssl

    require_usable(settings)
    bundle = settings.ca_bundle or trusted
    if not settings.verify:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    elif bundle is None:
        context = ssl.create_default_context()
    elif bundle.is_dir():
        context = ssl.create_default_context(capath=bundle)
    else:
        context = ssl.create_default_context(cafile=bundle)
    if settings.client_certificate:
        context.load_cert_chain(settings.client_certificate, password="")
    return context


def remedy_for(
    error: ssl.SSLCertVerificationError,
    otherwise: str = "a private authority is made known with ca_bundle",
) -> str:
    """Return what helps where a certificate is not trusted; *otherwise* in a usual case."""
    if error.verify_code not in _STRICT:
        return otherwise
    return (
        "Python 3.13 and newer are strict: let it, or its authority's, be made again as RFC 5280 "
        "has it, with what is missing here"
    )


def _try(setting: str, path: Path) -> None:
    import ssl

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
