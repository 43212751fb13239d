"""Movies: made playable in a browser by ``ffmpeg`` and ``ffprobe``, where both are on PATH."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["Encoder", "EncodingError", "encoder_on_path"]

_FORMATS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ".avi": "avi",
        ".m4v": "mov",
        ".mkv": "matroska",
        ".mov": "mov",
        ".mp4": "mov",
        ".mpeg": "mpeg",
        ".mpg": "mpeg",
        ".mxf": "mxf",
        ".webm": "matroska",
    }
)
"""By extension how a file is read. What it holds must not choose: it may be a list of others."""
_LOOK_EVERY: Final = 0.2
"""In seconds: how soon an encoder ends after the studio does."""
_PLAYABLE: Final = (
    *("-map", "0:v:0", "-map", "0:a:0?", "-c:v", "libx264", "-preset", "veryfast"),
    *("-pix_fmt", "yuv420p", "-vf", "scale=w='min(1920,trunc(iw/2)*2)':h=-2"),
    *("-c:a", "aac", "-movflags", "+faststart", "-f", "mp4"),
)
_STILL: Final = ("-map", "0:v:0", "-vf", "scale=w='min(640,iw)':h=-1", "-frames:v", "1")
_SHOWN: Final = ("-select_streams", "v:0", "-show_entries")
_ENTRIES: Final = "stream=width,height,r_frame_rate,nb_frames"


class EncodingError(Exception):
    """Why nothing can be made of a file, in words for whoever asked for it."""


@dataclass(frozen=True)
class Encoder:
    """The two programs; *ending* tells them to stop."""

    ffmpeg: str
    ffprobe: str
    ending: threading.Event

    def playable(self, source: Path, file_type: str, target: Path) -> dict[str, Any]:
        """Write an MP4 to *target* and return what a player needs to know of it."""
        self._run(self.ffmpeg, *_source(source, file_type), *_PLAYABLE, str(target))
        told = self._run(self.ffprobe, *_SHOWN, _ENTRIES, "-of", "json", str(target))
        return _described(told)

    def still(self, source: Path, file_type: str, target: Path) -> None:
        """Write the first picture of a movie to *target*, as JPEG."""
        self._run(self.ffmpeg, *_source(source, file_type), *_STILL, "-f", "mjpeg", str(target))

    def _run(self, program: str, *arguments: str) -> str:
        command = [program, "-v", "error", *arguments]
        with subprocess.Popen(  # noqa: S603 - no shell, and no argument comes from a client
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        ) as process:
            output, problems = self._ended(process)
        if process.returncode != 0:
            raise EncodingError(f"ffmpeg cannot read it: {_last_line(problems)}")
        return output

    def _ended(self, process: subprocess.Popen[str]) -> tuple[str, str]:
        while True:
            try:
                return process.communicate(timeout=_LOOK_EVERY)
            except subprocess.TimeoutExpired:
                if self.ending.is_set():
                    process.kill()
                    process.communicate()
                    raise EncodingError("The server was ended meanwhile; ask again.") from None


def encoder_on_path(file_type: str, ending: threading.Event) -> Encoder:
    """Return the encoder for files of a type; EncodingError where there is none."""
    if file_type.lower() not in _FORMATS:
        known = ", ".join(sorted(_FORMATS))
        raise EncodingError(
            f"No media can be made of {file_type or 'a file without type'}: "
            f"pictures can, and movies of the types {known}."
        )
    ffmpeg, ffprobe = shutil.which("ffmpeg"), shutil.which("ffprobe")
    if ffmpeg is None or ffprobe is None:
        raise EncodingError("There is no encoder for movies: install ffmpeg on the server.")
    return Encoder(ffmpeg, ffprobe, ending)


def _source(path: Path, file_type: str) -> Sequence[str]:
    return ("-nostdin", "-y", "-f", _FORMATS[file_type.lower()], "-i", str(path))


def _described(told: str) -> dict[str, Any]:
    stream = json.loads(told)["streams"][0]
    rate = Fraction(stream["r_frame_rate"])
    return {
        "frameIn": 0,
        "frameOut": int(stream["nb_frames"]) - 1,
        "frameRate": rate.numerator if rate.denominator == 1 else round(float(rate), 3),
        "width": stream["width"],
        "height": stream["height"],
    }


def _last_line(problems: str) -> str:
    lines = problems.strip().splitlines()
    # A line may begin with the address of something in memory, and name our file.
    return lines[-1].rpartition(": ")[2] if lines else "it says not why"
