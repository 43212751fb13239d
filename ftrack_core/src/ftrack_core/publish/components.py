"""From a path to component entities, which the server does not know yet."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import AccessorError, LocationError, ResourceNotFoundError
from ftrack_core.store.merging import set_value

from .filesequence import FileSequence, parse_sequence, sequence_of_files

if TYPE_CHECKING:
    from ftrack_core.entity import Entity
    from ftrack_core.session import Session

    from .held import HeldChanges

__all__ = ["NewComponent", "Source", "default_file_type", "new_component", "read_source"]

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]

_WORKERS = 8
_MANY = 32


@dataclass(frozen=True)
class Source:
    """What a component is made from: one file or a sequence, and the size of each file in bytes.

    A file that is missing has no size.
    """

    path: str
    sequence: FileSequence | None
    sizes: Mapping[str, int]

    @property
    def paths(self) -> list[str]:
        """The files, in the order of their numbers."""
        return self.sequence.paths if self.sequence is not None else [self.path]

    def require_files(self) -> None:
        """Raise `ResourceNotFoundError` naming files that are missing, `AccessorError` a folder."""
        if Path(self.paths[0]).is_dir():
            raise AccessorError(
                f"{self.paths[0]} is a folder; name a file in it, or a sequence such as "
                "plate.%04d.exr",
                resource_identifier=self.paths[0],
            )
        missing = [path for path in self.paths if path not in self.sizes]
        if missing:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            raise ResourceNotFoundError(
                f"there is no file {missing[0]}{more}; render or copy it first, or list only the "
                "frames there are",
                resource_identifier=missing[0],
            )


@dataclass(frozen=True)
class NewComponent:
    """A component with its members, and the path that each came from."""

    component: Entity
    members: tuple[Entity, ...]
    paths: Mapping[str, str]
    sizes: Mapping[str, int]

    @property
    def entities(self) -> tuple[Entity, ...]:
        """The component and its members."""
        return (self.component, *self.members)

    @property
    def files(self) -> tuple[Entity, ...]:
        """Those that have data of their own."""
        return self.members or (self.component,)

    @classmethod
    def complete(
        cls,
        session: Session,
        held: HeldChanges,
        source: Source,
        component: Entity,
        total: int | None = None,
    ) -> NewComponent:
        """Give a new *component* its members, if *source* is a sequence, and their paths.

        *total* is the size of all members together in bytes, where that was given.
        """
        key = str(component.key)
        if source.sequence is None:
            return cls(component, (), {key: source.path}, {key: source.sizes.get(source.path, 0)})
        sizes = _member_sizes(source, total)
        members = tuple(held.create_many(_members(component, source.sequence, sizes)))
        _show_members(session, component, members)
        keys = [str(one.key) for one in members]
        paths = {key: source.sequence.pattern}
        paths.update(zip(keys, source.sequence.paths, strict=True))
        return cls(component, members, paths, dict(zip(keys, sizes, strict=True)))


def new_component(
    session: Session, held: HeldChanges, source: Source, data: Mapping[str, Any]
) -> Entity:
    """Create the component for *source*, held back, without its members; *data* wins."""
    sequence = source.sequence
    values = dict(data)
    values.setdefault("file_type", _file_type(session, source.path))
    _fill_name(session, values)
    if sequence is None:
        entity_type = "FileComponent"
        known: dict[str, Any] = {"size": source.sizes.get(source.path, 0)}
    else:
        entity_type = "SequenceComponent"
        size = sum(_member_sizes(source, values.get("size")))
        known = {"padding": sequence.padding, "size": size}
    component: Entity = held.create(entity_type, {**known, **values})
    return component


def read_source(path: Paths) -> Source:
    """Look at what *path* names: a file, a sequence expression or pattern, or a list of files.

    Raises `LocationError` for a list that is no sequence, `ResourceNotFoundError` for a pattern
    that no file fits.
    """
    if isinstance(path, (str, os.PathLike)):
        text = _absolute(os.fspath(path))
        sequence = parse_sequence(text)
    else:
        text, sequence = _listed([_absolute(os.fspath(one)) for one in path])
    paths = [text] if sequence is None else sequence.paths
    return Source(text if sequence is None else sequence.pattern, sequence, _sizes(paths))


def default_file_type(path: str) -> str:
    """Return what follows the last dot, with it; the kernel's answer to ``ftrack_file_type``."""
    return os.path.splitext(path)[1]  # noqa: PTH122 -- as pathlib does, but for any kind of path


def _absolute(path: str) -> str:
    """Return a path that holds elsewhere too; one that is absolute on any system stays as it is."""
    if os.path.isabs(path) or PureWindowsPath(path).is_absolute():  # noqa: PTH117 -- may be a pattern
        return path
    return os.path.abspath(path)  # noqa: PTH100


def _listed(paths: Sequence[str]) -> tuple[str, FileSequence | None]:
    if len(paths) == 1:
        return paths[0], None
    sequence = sequence_of_files(paths)
    if sequence is None:
        raise LocationError(
            f"{len(paths)} files do not make up one sequence: they have to lie in one folder and "
            "differ in one number; create a component for each"
        )
    return sequence.pattern, sequence


def _sizes(paths: Sequence[str]) -> dict[str, int]:
    if len(paths) < _MANY:
        found = list(map(_size, paths))
    else:
        with ThreadPoolExecutor(_WORKERS) as pool:  # each look may be a round trip
            found = list(pool.map(_size, paths))
    return {path: size for path, size in zip(paths, found, strict=True) if size is not None}


def _size(path: str) -> int | None:
    try:
        return Path(path).stat().st_size
    except (OSError, ValueError):
        return None


def _member_sizes(source: Source, total: int | None) -> list[int]:
    """Return the size of each member; a total that was given is divided evenly."""
    if total is None:
        return [source.sizes.get(path, 0) for path in source.paths]
    return [round(total / len(source.paths))] * len(source.paths)


def _members(
    container: Entity, sequence: FileSequence, sizes: Sequence[int]
) -> Iterator[tuple[str, dict[str, Any]]]:
    shared = {"container": container, "file_type": container["file_type"]}
    for index, size in zip(sequence.indexes, sizes, strict=True):
        yield "FileComponent", {**shared, "name": sequence.index_text(index), "size": size}


def _file_type(session: Session, path: str) -> str:
    said = session.plugins.hooks.ftrack_file_type(path)
    return default_file_type(path) if said is None else said


def _fill_name(session: Session, values: dict[str, Any]) -> None:
    """Show at once the name that the server gives a component without one."""
    attribute = session.schemas["FileComponent"].attribute("name")
    if attribute.has_default and isinstance(attribute.default, str):
        values.setdefault("name", attribute.default)


def _show_members(session: Session, container: Entity, members: Sequence[Entity]) -> None:
    """Let ``container["members"]`` have them; the server is told by each member's container."""
    rows = [one._row for one in members]  # noqa: SLF001 -- rows belong to the kernel
    serial = session.work.store.next_serial()
    set_value(container._row, "members", rows, serial)  # noqa: SLF001
