"""The ftrack client under its older name: existing scripts run unchanged on the kernel."""

from __future__ import annotations

from ftrack_dropin.beside import warn_if_official_beside

from . import (  # noqa: F401 -- scripts use the modules as attributes of the package
    _centralized_storage_scenario,
    _python_ntpath,
    accessor,
    attribute,
    cache,
    collection,
    data,
    entity,
    event,
    exception,
    inspection,
    logging,
    operation,
    plugin,
    query,
    resource_identifier_transformer,
    session,
    structure,
    symbol,
)
from ._mixing import mixin
from ._version import __version__
from .session import Session

__all__ = ["Session", "__version__", "mixin"]

warn_if_official_beside()
