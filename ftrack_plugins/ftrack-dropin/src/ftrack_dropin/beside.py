"""The official client beside the drop-in: whether it is installed, and whose files are in use.

Both have the import package ``ftrack_api``, so whichever is installed last writes over the other's
files, and uninstalling either takes away what the other needs.
"""

from __future__ import annotations

import os
import sys
import warnings
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import Distribution

__all__ = [
    "Finding",
    "OfficialClientBesideWarning",
    "Situation",
    "advice_for",
    "explain",
    "look",
    "official_beside",
    "warn_if_official_beside",
    "what_happened",
]

_PACKAGE = "ftrack_api"
_OFFICIAL = "ftrack-python-api"
_DROPIN = "ftrack-dropin"
_MARK = b"ftrack_dropin"
"""It stands in the drop-in's ``ftrack_api/__init__.py``, which imports this module."""
_DIST_INFO = ("ftrack_python_api-", "ftrack-python-api-")
_REINSTALL = "pip install --force-reinstall --no-deps ftrack-dropin"
_INSTEAD = (
    "If a package requires ftrack-python-api, satisfy it with a stand-in: "
    "ftrack dropin stand-in DIR --version 3.1.0+dropin, then pip install --find-links DIR "
    "ftrack-python-api==3.1.0+dropin"
)


class OfficialClientBesideWarning(UserWarning):
    """The official client is installed into the folder in which the drop-in is."""


class Situation(Enum):
    """Where the official client is, seen from the drop-in."""

    BESIDE = "beside"
    """``import ftrack_api`` gets the drop-in, whose files lie among the official client's."""
    OVERWRITTEN = "overwritten"
    """The official client was installed over the drop-in, and ``import ftrack_api`` gets it."""
    HIDDEN = "hidden"
    """``import ftrack_api`` gets another package, from a folder that is searched earlier."""
    INCOMPLETE = "incomplete"
    """The drop-in is installed and its files are gone, as uninstalling the other leaves it."""


@dataclass(frozen=True)
class Finding:
    """What is wrong: *version* of the official client, empty where unknown, and its *folder*."""

    situation: Situation
    version: str
    folder: Path


def warn_if_official_beside() -> None:
    """Warn whoever imports ``ftrack_api`` that the official client is among its files.

    It is called by ``ftrack_api`` when that is imported, and costs less than 2 ms.
    """
    finding = official_beside()
    if finding is not None:
        # The second caller is the one that imports; frames of the import machinery do not count.
        warnings.warn(explain(finding), OfficialClientBesideWarning, stacklevel=3)


def official_beside() -> Finding | None:
    """Return what the official client does to the drop-in; None where there is nothing to say.

    A stand-in is no official client. Neither is one of any harm that lies in another folder, as
    that of a host application does, while ``import ftrack_api`` gets the drop-in.
    """
    official = next(_official_distributions(), None)
    if official is None:
        return None
    answering, version = _answering_file(), official.version
    if answering is None or not _is_ours(answering):
        return _damage(answering, version)
    if _same(answering.parent.parent, Path(str(official.locate_file("")))):
        return Finding(Situation.BESIDE, version, answering.parent)
    return None


def look() -> Finding | None:
    """Return what keeps ``import ftrack_api`` from getting the drop-in, or soon will.

    More than `official_beside`: the official client may be gone and the damage have stayed.
    """
    finding, answering = official_beside(), _answering_file()
    if finding is None and (answering is None or not _is_ours(answering)):
        return _damage(answering, "")
    return finding


def explain(finding: Finding) -> str:
    """Return in plain words what has happened, and the ways out."""
    return f"{what_happened(finding)} {advice_for(finding)}."


def what_happened(finding: Finding) -> str:
    """Return in one or two sentences what *finding* means."""
    official = f"{_OFFICIAL} {finding.version}".rstrip()
    return {
        Situation.BESIDE: f"{official} is installed into the folder of {_DROPIN}, "
        f"{finding.folder.parent}. import {_PACKAGE} gets the drop-in now; upgrading or "
        f"uninstalling {_OFFICIAL} will replace or remove its files.",
        Situation.OVERWRITTEN: f"{official} was installed over {_DROPIN}: import {_PACKAGE} gets "
        f"the official client, from {finding.folder}.",
        Situation.HIDDEN: f"import {_PACKAGE} does not get {_DROPIN} but "
        f"{official if finding.version else 'another package'}, from {finding.folder}, which "
        "is searched earlier.",
        Situation.INCOMPLETE: f"{_DROPIN} is installed and its package {_PACKAGE} is not there, "
        f"as after uninstalling {_OFFICIAL}.",
    }[finding.situation]


def advice_for(finding: Finding) -> str:
    """Return what to do about *finding*."""
    if finding.situation is Situation.INCOMPLETE:
        return _REINSTALL
    if finding.situation is Situation.HIDDEN:
        return f"Take it out of PYTHONPATH or uninstall it there. {_INSTEAD}"
    return f"pip uninstall {_OFFICIAL}, then {_REINSTALL}. {_INSTEAD}"


# --- what is installed ---------------------------------------------------------------------------


def _official_distributions() -> Iterator[Distribution]:
    """Yield each distribution of that name with files of its own, in the order of the path.

    The folders are listed here: to import importlib.metadata takes many times as long, and where
    there is nothing to say it is not needed.
    """
    for folder in dict.fromkeys(sys.path):
        for name in _listed(folder or "."):
            if name.startswith(_DIST_INFO) and name.endswith((".dist-info", ".egg-info")):
                found = Path(folder or ".", name)
                if not _is_stand_in(found):
                    from importlib.metadata import Distribution

                    yield Distribution.at(found)


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 -- names are enough, and it is called at import
    except OSError:
        return []  # an archive, or a folder that is not there


def _is_stand_in(metadata: Path) -> bool:
    """Whether nothing but its own metadata was installed: one that somebody else made is one, too.

    An official client from a checkout (``pip install -e``) has a file that points to it.
    """
    try:
        lines = (metadata / "RECORD").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return all(line.startswith(f"{metadata.name}/") for line in lines if line)


def _dropin_folder() -> Path:
    return Path(__file__).parent.parent


# --- whose file answers --------------------------------------------------------------------------


def _answering_file() -> Path | None:
    """Return the file that ``import ftrack_api`` runs, or ran; None where there is none."""
    from importlib.util import find_spec

    try:
        spec = find_spec(_PACKAGE)
    except ValueError:  # somebody has put a module of that name together by hand
        return None
    return Path(spec.origin) if spec is not None and spec.origin else None


def _is_ours(file: Path) -> bool:
    try:
        return _MARK in file.read_bytes()
    except OSError:
        return True  # in an archive, into which nobody installs


def _damage(answering: Path | None, version: str) -> Finding:
    """Return what has become of ours, where another file answers for it, or none."""
    if answering is None:
        return Finding(Situation.INCOMPLETE, version, _dropin_folder() / _PACKAGE)
    inside = _same(answering.parent.parent, _dropin_folder())
    situation = Situation.OVERWRITTEN if inside else Situation.HIDDEN
    return Finding(situation, version, answering.parent)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
