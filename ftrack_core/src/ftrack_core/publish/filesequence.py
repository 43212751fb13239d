"""Frame sequences: from an expression, a pattern or a list of files to head, tail and numbers."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ftrack_core.errors import LocationError, ResourceNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["FileSequence", "parse_sequence", "sequence_of_files"]

_RANGES = re.compile(r"\s*\[(?P<ranges>[\d\s,-]+)\]\s*\Z")
_RANGE = re.compile(r"(?P<first>\d+)(?:\s*-\s*(?P<last>\d+))?")
_PLACE = re.compile(r"%(?:0(?P<width>\d+))?d|(?P<hashes>#+)")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class FileSequence:
    """Files whose names differ in one number.

    *padding* is how many digits a number has at least, 0 where it is not padded. *indexes* are
    the numbers there are, ascending.
    """

    head: str
    tail: str
    padding: int
    indexes: tuple[int, ...]

    @property
    def pattern(self) -> str:
        """The path with the number's place: ``/plates/plate.%04d.exr``."""
        return f"{self.head}{'%0' + str(self.padding) + 'd' if self.padding else '%d'}{self.tail}"

    @property
    def paths(self) -> list[str]:
        """The path of each file, in the order of their numbers."""
        return [self.path(index) for index in self.indexes]

    def index_text(self, index: int) -> str:
        """Return a number as file names have it."""
        return str(index).zfill(self.padding)

    def path(self, index: int) -> str:
        """Return the path of one file."""
        return f"{self.head}{self.index_text(index)}{self.tail}"

    def __len__(self) -> int:
        return len(self.indexes)

    def __str__(self) -> str:
        return f"{self.pattern} [{_ranges_text(self.indexes)}]"


def parse_sequence(path: str) -> FileSequence | None:
    """Return the sequence that *path* speaks of, or None where it is a single file.

    ``plate.%04d.exr [1001-1100, 1105]`` lists its numbers. ``plate.%04d.exr`` and
    ``plate.####.exr`` are looked up in their folder: raises `ResourceNotFoundError` where no file
    fits. A file that bears such a name itself is a single file.
    """
    listed = _RANGES.search(path)
    text = path[: listed.start()] if listed else path
    place = _last_place(text)
    if place is None or (listed is None and Path(path).exists()):
        return None
    head, tail, padding = text[: place.start()], text[place.end() :], _padding(place)
    if listed:
        return FileSequence(head, tail, padding, _indexes(listed["ranges"]))
    return _look_up(head, tail, padding, path)


def sequence_of_files(paths: Sequence[str | os.PathLike[str]]) -> FileSequence | None:
    """Return the sequence that the files *paths* make up, or None where they make up none.

    They have to lie in one folder and to differ in one number.
    """
    texts = [os.fspath(path) for path in paths]
    names = [_split_name(text) for text in texts]
    place = _varying_place(names)
    if place is None:
        return None
    folder, parts = names[0]
    numbers = [of_name[place] for _, of_name in names]
    padding = _padding_of(numbers)
    head, tail = folder + "".join(parts[:place]), "".join(parts[place + 1 :])
    found = FileSequence(head, tail, padding, tuple(sorted({int(one) for one in numbers})))
    return found if sorted(found.paths) == sorted(texts) else None


def _last_place(text: str) -> re.Match[str] | None:
    """Return where the number stands: the last such place, in the file's own name."""
    start = max(text.rfind("/"), text.rfind(os.sep)) + 1
    return max(_PLACE.finditer(text, start), key=lambda one: one.start(), default=None)


def _padding(place: re.Match[str]) -> int:
    if place["hashes"]:
        return len(place["hashes"])
    return int(place["width"] or 0)


def _indexes(text: str) -> tuple[int, ...]:
    found: set[int] = set()
    for part in filter(None, (one.strip() for one in text.split(","))):
        match = _RANGE.fullmatch(part)
        if match is None or int(match["last"] or match["first"]) < int(match["first"]):
            raise LocationError(
                f"{part!r} is no range of frames; write [1001-1100], [1001, 1005] or both"
            )
        found.update(range(int(match["first"]), int(match["last"] or match["first"]) + 1))
    if not found:
        raise LocationError("the frames of the sequence are an empty list: write [1001-1100]")
    return tuple(sorted(found))


def _look_up(head: str, tail: str, padding: int, path: str) -> FileSequence:
    folder = Path(head + "x").parent
    prefix, suffix = head[max(head.rfind("/"), head.rfind(os.sep)) + 1 :], tail
    name = re.compile(rf"{re.escape(prefix)}(\d+){re.escape(suffix)}")
    found = [match[1] for one in _names_in(folder) if (match := name.fullmatch(one))]
    indexes = sorted({int(one) for one in found if str(int(one)).zfill(padding) == one})
    if not indexes:
        raise ResourceNotFoundError(
            f"no file fits {path}; look at the folder, or name the frames: {path} [1001-1100]",
            resource_identifier=path,
        )
    return FileSequence(head, tail, padding, tuple(indexes))


def _names_in(folder: Path) -> Iterator[str]:
    if folder.is_dir():
        with os.scandir(folder) as entries:
            yield from (entry.name for entry in entries)


def _split_name(path: str) -> tuple[str, list[str]]:
    """Return the folder with its separator, and the name as text and numbers in turn."""
    start = max(path.rfind("/"), path.rfind(os.sep)) + 1
    return path[:start], re.split(f"({_DIGITS.pattern})", path[start:])


def _varying_place(names: Sequence[tuple[str, list[str]]]) -> int | None:
    if len(names) < 2 or len({(folder, len(parts)) for folder, parts in names}) > 1:
        return None
    columns = enumerate(zip(*(parts for _, parts in names), strict=True))
    varying = [place for place, texts in columns if len(set(texts)) > 1]
    return varying[0] if len(varying) == 1 and varying[0] % 2 == 1 else None


def _padding_of(numbers: Sequence[str]) -> int:
    shortest = min(map(len, numbers))
    padded = any(one.startswith("0") and len(one) > 1 for one in numbers)
    same = all(len(one) == shortest for one in numbers)
    return shortest if padded or same else 0


def _ranges_text(indexes: Iterable[int]) -> str:
    runs: list[list[int]] = []
    for index in indexes:
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    texts = (str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
    return ", ".join(texts)
