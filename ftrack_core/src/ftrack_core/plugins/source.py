"""Loading a plugin from its source, always from the bytes on disk.

The standard loader serves stale bytecode for two saves within one second, and reloading a module
in place leaves it half updated when the new text fails. Here each load makes a fresh module.
"""

from __future__ import annotations

import re
import sys
import uuid
from contextlib import suppress
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import FileFinder, SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING

from ftrack_core.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

__all__ = ["content_digest", "load_error", "load_source", "unload", "unload_name"]

_PREFIX = "ftrack_local_"


def load_source(path: Path, *, plugin: str = "", name: str = "") -> ModuleType:
    """Load the file or package folder *path* as a fresh module, by default under a name of its own.

    A folder is one plugin as a whole: its modules import one another relatively and are dropped
    together. *plugin* is the name that errors tell, by default that of the file; *name* that of the
    module, which no other may bear.

    Raises:
        PluginError: it cannot be read or fails while it loads, be it with `sys.exit`; *path* and
            *line* say where.
    """
    name = name or _unique_name(path)
    try:
        return _execute(name, path)
    except KeyboardInterrupt:
        unload_name(name)
        raise
    except (Exception, SystemExit) as error:
        unload_name(name)
        raise load_error(plugin or path.stem, path, error) from error


def unload(module: ModuleType) -> None:
    """Drop a module that `load_source` made, with all that it loaded relatively."""
    unload_name(module.__name__)


def unload_name(name: str) -> None:
    """Drop by name what `load_source` made; an unknown name is no error."""
    with suppress(ValueError):
        sys.meta_path.remove(_FolderFinder(name))
    for loaded in list(sys.modules):
        if loaded == name or loaded.startswith(name + "."):
            sys.modules.pop(loaded, None)


def load_error(plugin: str, path: Path, error: BaseException, *, hook: str = "") -> PluginError:
    """Return *error* as that of the plugin at *path*, with the line nearest to where it arose."""
    where, line = _place(path, error)
    return PluginError(_describe(error), plugin=plugin, hook=hook, path=str(where), line=line)


def content_digest(path: Path) -> str:
    """Return a digest of the Python source at *path*, of a folder all its modules; "" if missing.

    Two saves of one size within one second differ; a save without a change does not.
    """
    import hashlib

    digest = hashlib.sha256()
    try:
        for file in _sources(path):
            digest.update(str(file.relative_to(path)).encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        return f"unreadable: {error.strerror}"
    return digest.hexdigest()


def _sources(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    if not (path / "__init__.py").is_file():
        raise FileNotFoundError(path)
    return sorted(file for file in path.rglob("*.py") if not _is_hidden(file.relative_to(path)))


def _is_hidden(relative: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in relative.parts)


class _FreshLoader(SourceFileLoader):
    """Compiles what the file holds now; reads and writes no bytecode."""

    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


@dataclass(frozen=True)
class _FolderFinder(MetaPathFinder):
    """Finds the modules inside one folder plugin; it stands in `sys.meta_path` while that lives."""

    package: str

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,  # noqa: ARG002 - the interface of finders
    ) -> ModuleSpec | None:
        if not fullname.startswith(self.package + "."):
            return None
        for entry in path or ():
            spec = FileFinder(entry, (_FreshLoader, [".py"])).find_spec(fullname)
            if spec is not None:
                return spec
        return None


def _unique_name(path: Path) -> str:
    return f"{_PREFIX}{re.sub(r'[^0-9A-Za-z_]', '_', path.stem)}_{uuid.uuid4().hex}"


def _execute(name: str, path: Path) -> ModuleType:
    folder = path if path.is_dir() else None
    file = str(folder / "__init__.py" if folder else path)
    loader = _FreshLoader(name, file)
    search = [str(folder)] if folder else None
    spec = spec_from_file_location(name, file, loader=loader, submodule_search_locations=search)
    if spec is None:
        raise ImportError(f"{file} is not a Python file")
    module = module_from_spec(spec)
    if folder:
        # In front of the standard finder, which would use its bytecode.
        sys.meta_path.insert(0, _FolderFinder(name))
    sys.modules[name] = module  # dataclasses and relative imports look themselves up
    loader.exec_module(module)
    return module


def _describe(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"it calls sys.exit({error.code!r}) when it is loaded; take that out"
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error.msg}"
    return f"{type(error).__name__}: {error}"


def _place(path: Path, error: BaseException) -> tuple[Path, int | None]:
    """Return the file and line of the plugin nearest to where *error* arose."""
    if isinstance(error, SyntaxError) and error.filename:
        return Path(error.filename), error.lineno
    place: tuple[Path, int | None] = (path, None)
    for frame, line in walk_tb(error.__traceback__):
        file = Path(frame.f_code.co_filename)
        if file == path or path in file.parents:
            place = (file, line)
    return place
