"""Remembering what functions have returned."""

from __future__ import annotations

import copy
import functools
import inspect
import threading
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from .errors import CacheValueError
from .keys import ObjectKeyMaker
from .memory import MemoryCache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["Memoiser", "memoise", "memoise_decorator"]

_DEPTH: Final = 20
"""How deep in lists and mappings entities are looked for."""

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Memoiser:
    """Calls functions and remembers their results, by function and arguments, in *cache*.

    Arguments:
        cache: where; a MemoryCache of its own if not given. One in a file keeps texts only:
            give ``SerialisedCache(FileCache(path))``.
        key_maker: makes the keys; an ObjectKeyMaker if not given.
        return_copies: whether each caller gets a deep copy, so that none changes what is kept;
            entities are not copied, for a session has one of each.

    Threads that ask for the same at once wait for the first of them. What raises is not kept.
    Raises `CacheValueError` for a result that cannot be copied.
    """

    def __init__(
        self, cache: Any = None, key_maker: Any = None, return_copies: bool = True
    ) -> None:
        self.cache = MemoryCache() if cache is None else cache
        self.key_maker = ObjectKeyMaker() if key_maker is None else key_maker
        self.return_copies = return_copies
        self._lock = threading.Lock()
        self._under_way: dict[Any, threading.Event] = {}
        self._thread = threading.local()

    def call(
        self,
        function: Callable[..., Any],
        args: Sequence[Any] | None = None,
        kw: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return what *function* returns for these arguments, given by position or by name."""
        arguments, named = tuple(args or ()), dict(kw or {})
        key = self.key_maker.key(function, _by_name(function, arguments, named))
        value = self._get(key, lambda: function(*arguments, **named))
        return _copied(value) if self.return_copies else value

    def _get(self, key: Any, work_out: Callable[[], Any]) -> Any:
        while True:
            try:
                return self.cache.get(key)
            except KeyError:
                other = self._begin(key)
            if other is None:
                return self._finish(key, work_out)
            if getattr(self._thread, "works", False):
                return work_out()  # waiting while others may wait for us would never end
            other.wait()

    def _begin(self, key: Any) -> threading.Event | None:
        """Return what ends when another thread has worked *key* out; None if that is ours to do."""
        with self._lock:
            other = self._under_way.get(key)
            if other is None:
                self._under_way[key] = threading.Event()
            return other

    def _finish(self, key: Any, work_out: Callable[[], Any]) -> Any:
        worked = getattr(self._thread, "works", False)
        self._thread.works = True
        try:
            try:
                return self.cache.get(key)  # it came while we were beginning
            except KeyError:
                pass
            value = work_out()
            self.cache.set(key, value)
            return value
        finally:
            self._thread.works = worked
            with self._lock:
                self._under_way.pop(key).set()


def _copied(value: Any) -> Any:
    shared = {id(one): one for one in _entities_in(value, 0)}
    try:
        return copy.deepcopy(value, shared)
    except Exception as error:  # objects refuse with errors of all kinds
        raise CacheValueError(
            f"the result, a {type(value).__name__}, cannot be copied ({error}); return a list or a "
            "mapping, or give the Memoiser return_copies=False"
        ) from error


def _entities_in(value: Any, depth: int) -> Iterator[Any]:
    if hasattr(type(value), "__ftrack_reference__"):
        yield value
    elif isinstance(value, (dict, list, tuple, set, frozenset)) and depth < _DEPTH:
        for one in value.values() if isinstance(value, dict) else value:
            yield from _entities_in(one, depth + 1)


def _by_name(function: Callable[..., Any], args: tuple[Any, ...], kw: dict[str, Any]) -> Any:
    try:
        signature = inspect.signature(function)
    except ValueError:  # a builtin that does not tell
        return [list(args), kw]
    bound = signature.bind(*args, **kw)
    bound.apply_defaults()
    owner = {"self": function.__self__} if inspect.ismethod(function) else {}
    return {**owner, **bound.arguments}


def memoise_decorator(
    memoiser: Memoiser,
) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Return a decorator by which functions remember their results in *memoiser*.

    What it returns has the memoiser as its attribute *memoiser*.
    """

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @functools.wraps(function)
        def call(*args: Arguments.args, **kw: Arguments.kwargs) -> Result:
            result: Result = memoiser.call(function, args, kw)
            return result

        call.memoiser = memoiser  # type: ignore[attr-defined]  # functions may have attributes
        return call

    return decorate


def memoise(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Make *function* remember its results, in a memoiser of its own.

    ``function.memoiser.cache.clear()`` forgets them.
    """
    return memoise_decorator(Memoiser())(function)
