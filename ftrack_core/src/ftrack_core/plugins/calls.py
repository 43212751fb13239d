"""How hooks are called, and whose fault it is when one raises."""

from __future__ import annotations

import inspect
import logging
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from ftrack_core.errors import FtrackError, PluginError

from .answers import item_fault, shown_kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import CodeType

    from pluggy import HookCaller, HookImpl

    from .generation import Generation
    from .record import Record

__all__ = ["Caller"]

_logger = logging.getLogger("ftrack_core.plugins")

_Arguments = ParamSpec("_Arguments")
_Answer = TypeVar("_Answer")
_Item = TypeVar("_Item")


class Caller:
    """Calls the hooks of one generation in the three ways there are.

    Each takes the specification and its arguments by keyword; an exception of a plugin becomes a
    `PluginError` that names it, while an `FtrackError` stays what it is: it gets a note that names
    the plugin, which tracebacks end with from Python 3.11 on.
    """

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self._records = {one.name: one for one in (*generation.kernel, *generation.records)}

    def ask(
        self,
        spec: Callable[_Arguments, _Answer],
        /,
        *arguments: _Arguments.args,
        **named: _Arguments.kwargs,
    ) -> _Answer:
        """Return the first answer that is not None, through all wrappers."""
        hook = spec.__name__
        try:
            answer: _Answer = getattr(self.generation.manager.hook, hook)(*arguments, **named)
        except FtrackError as error:
            self._note(hook, error)
            raise
        except Exception as error:
            blamed = self._blamed(hook, error)
            if blamed is error:
                raise
            raise blamed from error
        return answer

    def each(
        self,
        spec: Callable[_Arguments, _Answer],
        /,
        *arguments: _Arguments.args,
        **named: _Arguments.kwargs,
    ) -> list[tuple[Record, _Answer]]:
        """Return every answer with its plugin, the plugin that wins first; stop at an error."""
        assert not arguments, "hooks take their arguments by name"
        answers = []
        for implementation in self._implementations(spec.__name__):
            record = self._records[implementation.plugin_name]
            try:
                answers.append((record, _call(implementation, named)))
            except FtrackError as error:
                self._note(spec.__name__, error)
                raise
            except Exception as error:
                raise _failure(record, spec.__name__, error) from error
        return answers

    def items(
        self,
        spec: Callable[_Arguments, Iterable[_Item] | None],
        kind: type | tuple[type, ...],
        /,
        *arguments: _Arguments.args,
        **named: _Arguments.kwargs,
    ) -> list[tuple[Record, _Item]]:
        """Return each item of the answers, which are iterables of *kind*, with its plugin."""
        hook = spec.__name__
        return [
            (record, item)
            for record, answer in self.each(spec, *arguments, **named)
            if answer is not None
            for item in _checked_items(record, hook, answer, kind)
        ]

    def tell(
        self,
        spec: Callable[_Arguments, None],
        /,
        *arguments: _Arguments.args,
        **named: _Arguments.kwargs,
    ) -> list[PluginError]:
        """Call every implementation whatever the others do; log and return what they raised."""
        assert not arguments, "hooks take their arguments by name"
        errors = []
        for implementation in self._implementations(spec.__name__):
            record = self._records[implementation.plugin_name]
            try:
                _call(implementation, named)
            except Exception as error:
                failure = _failure(record, spec.__name__, error)
                _logger.error("%s", failure, exc_info=error)
                errors.append(failure)
        return errors

    def _implementations(self, hook: str) -> Iterator[HookImpl]:
        caller: HookCaller = getattr(self.generation.manager.hook, hook)
        return reversed(caller.get_hookimpls())

    def _blamed(self, hook: str, error: Exception) -> Exception:
        """Return *error* as that of the plugin it arose in.

        What arose in the kernel's own implementation is no plugin's fault and stays what it is: a
        handler's exception, for one, is for whoever called the handler.
        """
        record = self._culprit(hook, error)
        if record is None:
            return PluginError(_describe(error), hook=hook)
        return error if self.generation.is_kernel(record) else _failure(record, hook, error)

    def _note(self, hook: str, error: FtrackError) -> None:
        """Say on *error* through which plugin it came, if it was one and *error* names none."""
        record = None if isinstance(error, PluginError) else self._culprit(hook, error)
        if record is not None and not self.generation.is_kernel(record):
            line = _line_in(record, error)
            note = f"raised in {hook} of plugin {record.label}" + (f", line {line}" if line else "")
            # What `add_note` does, which Python 3.10 has not.
            error.__dict__.setdefault("__notes__", []).append(note)

    def _culprit(self, hook: str, error: Exception) -> Record | None:
        """Return the plugin whose implementation is innermost in the traceback."""
        owners = dict(self._owners(hook))
        frames = [frame for frame, _ in walk_tb(error.__traceback__)]
        for frame in reversed(frames):
            if frame.f_code in owners:
                return owners[frame.f_code]
        return None

    def _owners(self, hook: str) -> Iterator[tuple[CodeType, Record]]:
        for implementation in self._implementations(hook):
            record = self._records[implementation.plugin_name]
            # Innermost of decorators, since plugins may share a decorator and so its code.
            code = getattr(inspect.unwrap(implementation.function), "__code__", None)
            if code is not None:
                yield code, record


def _call(implementation: HookImpl, named: dict[str, Any]) -> Any:
    return implementation.function(*[named[name] for name in implementation.argnames])


def _checked_items(
    record: Record, hook: str, answer: Iterable[_Item], kind: type | tuple[type, ...]
) -> Iterator[_Item]:
    fault = item_fault(hook, answer)
    if fault:
        raise record.error(fault, hook=hook)
    try:
        items = list(answer)
    except FtrackError:
        raise
    except Exception as error:
        raise _failure(record, hook, error) from error
    for item in items:
        if not isinstance(item, kind):
            due = f"a list of {_names(kind)} is due"
            raise record.error(f"it answers {shown_kind(item)} among others; {due}", hook=hook)
    return iter(items)


def _names(kind: type | tuple[type, ...]) -> str:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return " or ".join(one.__name__ for one in kinds)


def _failure(record: Record, hook: str, error: Exception) -> PluginError:
    if isinstance(error, PluginError):
        return error
    line = _line_in(record, error)
    return record.error(_describe(error), hook=hook, line=line)


def _line_in(record: Record, error: Exception) -> int | None:
    if record.path is None:
        return None
    files = {str(record.path)}
    lines = [
        line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename in files
    ]
    return lines[-1] if lines else None


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
