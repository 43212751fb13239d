"""A wheel that stands in for the official client: a name, a version, and no code.

Whoever requires ``ftrack-python-api`` is satisfied by it, and gets the drop-in.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import zipfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ftrack_core.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["StandInError", "build_stand_in", "checked_version", "stand_in_bytes"]

_NAME = "ftrack_python_api"
_NUMBER = r"(?:0|[1-9][0-9]*)"
_VERSION = re.compile(
    rf"(?:[1-9][0-9]*!)?{_NUMBER}(?:\.{_NUMBER})*"
    rf"(?:(?:a|b|rc){_NUMBER})?(?:\.post{_NUMBER})?(?:\.dev{_NUMBER})?"
    r"(?:\+[a-z0-9]+(?:\.[a-z0-9]+)*)?"
)
"""The canonical form of PEP 440: installers compare the file's name with it letter by letter."""
_SUMMARY = "Stands in for the official ftrack client; the code is that of ftrack-dropin."
_WHEEL = """\
Wheel-Version: 1.0
Generator: ftrack-dropin
Root-Is-Purelib: true
Tag: py3-none-any
"""
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that an archive can name; the bytes are to depend on the version only."""


class StandInError(ConfigurationError):
    """A stand-in cannot be made; the text says why and what to do."""


def build_stand_in(folder: Path, version: str, *, force: bool = False) -> Path:
    """Write the wheel for *version* into *folder*, made where it is missing, and return its path.

    The same file again is left as it is. Raises `StandInError` where *version* is none, where
    another file of that name is there and *force* does not say to replace it, and where the
    folder cannot be written to; then nothing is left behind.
    """
    path = folder / f"{_NAME}-{checked_version(version)}-py3-none-any.whl"
    content = stand_in_bytes(version)
    with _told(path):
        if path.exists():
            if path.read_bytes() == content:
                return path
            if not force:
                raise StandInError(
                    f"{path} is there already and holds something else; --force replaces it"
                )
        _write(path, content)
    return path


def checked_version(version: str) -> str:
    """Return *version*. Raises `StandInError` where it is not written as PEP 440 wants it."""
    if _VERSION.fullmatch(version):
        return version
    raise StandInError(
        f"{version!r} is no version that installers read: give one, not a range, in numbers and "
        "dots such as 3.1.0+dropin, 2.5.4+dropin, 3.1.0 or 3.2.0rc1"
    )


def stand_in_bytes(version: str) -> bytes:
    """Return the bytes of the wheel for *version*; they are the same wherever it is made."""
    info = f"{_NAME}-{version}.dist-info"
    files = {f"{info}/METADATA": _metadata(version), f"{info}/WHEEL": _WHEEL.encode()}
    record = f"{info}/RECORD"
    files[record] = _record(files, record)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(_entry(name), content)
    return buffer.getvalue()


def _metadata(version: str) -> bytes:
    lines = (
        "Metadata-Version: 2.1",
        "Name: ftrack-python-api",
        f"Version: {version}",
        f"Summary: {_SUMMARY}",
        "Requires-Dist: ftrack-dropin",
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _record(files: dict[str, bytes], own: str) -> bytes:
    lines = [f"{name},sha256={_digest(content)},{len(content)}" for name, content in files.items()]
    return "".join(f"{line}\n" for line in (*lines, f"{own},,")).encode()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def _entry(name: str) -> zipfile.ZipInfo:
    # Stored, since compressed bytes depend on the library that makes them.
    entry = zipfile.ZipInfo(name, _EARLIEST)
    entry.create_system = 3
    entry.external_attr = 0o100644 << 16
    return entry


# --- into the folder -----------------------------------------------------------------------------


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise StandInError(f"{path} cannot be written: {why}; name another folder") from error


def _write(path: Path, content: bytes) -> None:
    """Write under another name first, so that nobody ever finds half a wheel."""
    missing = [one for one in (path.parent, *path.parent.parents) if not one.exists()]
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if missing:
            path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            file.write(content)
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        _remove(missing)
        raise


def _remove(folders: list[Path]) -> None:
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()
