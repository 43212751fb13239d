"""``ftrack dropin stand-in``: makes the wheel and says what to do with it."""

from __future__ import annotations

import shlex
from pathlib import Path

from .standin import build_stand_in

__all__ = ["make_stand_in"]


def make_stand_in(folder: str, version: str, *, force: bool) -> int:
    """Build the wheel in *folder* and print the next steps. Raises what `build_stand_in` does."""
    path = build_stand_in(Path(folder).expanduser(), version, force=force)
    print(f"{path}\n\n{_next_steps(path.parent, version)}")
    if "+" not in version:
        print(f"\n{_ambiguous(version)}")
    return 0


def _next_steps(folder: Path, version: str) -> str:
    links = shlex.quote(str(folder.absolute()))
    return f"""\
Upload it to the index of your studio, or let installers look into the folder:

  pip install --find-links {links} ftrack-python-api=={version} PACKAGE
  uv pip install --find-links {links} ftrack-python-api=={version} PACKAGE

PACKAGE is what requires ftrack-python-api; it gets ftrack-dropin instead. If the official client is
installed there already: pip uninstall ftrack-python-api, before. ftrack doctor says whose
ftrack_api is in use."""


def _ambiguous(version: str) -> str:
    return f"""\
Note: where an index offers the official client as {version} too, pip takes that one. A version that
only the stand-in has is safer: --version {version}+dropin. Whoever accepts {version} accepts it."""
