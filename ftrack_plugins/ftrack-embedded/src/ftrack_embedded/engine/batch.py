"""A batch: operations in order, in one transaction, all or none."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import AuthenticationError, ServerError
from sqlalchemy.exc import DataError, InterfaceError, ProgrammingError

from . import failures, operations
from .hierarchy import check_hierarchy
from .integrity import check_integrity
from .members import refuse_misspelt
from .permissions.check import check_operation, check_written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .studio import Studio
    from .transaction import Transaction

__all__ = ["MAX_OPERATIONS", "carry_out", "checked", "prepared", "writes"]

MAX_OPERATIONS: Final = 100_000
_LOGGER: Final = logging.getLogger(__name__)
_UNFIT: Final = (UnicodeEncodeError, OverflowError, DataError, InterfaceError, ProgrammingError)
"""What the database raises for a value that it can neither store nor compare with."""


@dataclass(frozen=True)
class _Action:
    """What a module of `operations` offers; *prepare* does what needs no transaction."""

    run: Callable[[Transaction, Mapping[str, Any]], Any]
    members: tuple[str, ...]
    writes: bool
    prepare: Callable[[Studio, Mapping[str, Any]], AbstractContextManager[Any]] | None


@lru_cache(maxsize=1)
def _actions() -> Mapping[str, _Action]:
    """Find the module of each action; the function in it has the same name."""
    found = {}
    for module_info in pkgutil.iter_modules(operations.__path__):
        module = importlib.import_module(f"{operations.__name__}.{module_info.name}")
        run, prepare = getattr(module, module_info.name), getattr(module, "prepare", None)
        found[module_info.name] = _Action(run, module.MEMBERS, module.WRITES, prepare)
    return found


def checked(batch: Any) -> Sequence[Mapping[str, Any]]:
    """Return *batch* if it is a list of operations that have known actions."""
    if not isinstance(batch, (list, tuple)):
        raise failures.invalid(
            "A batch is a list of operations: put a single one into brackets, too."
        )
    if len(batch) > MAX_OPERATIONS:
        raise failures.invalid(
            f"A batch has at most {MAX_OPERATIONS} operations, this one has {len(batch)}: "
            "send several batches."
        )
    for position, operation in enumerate(batch):
        if not isinstance(operation, Mapping):
            raise _named(position, failures.invalid("An operation is an object with an action."))
        action = operation.get("action")
        if action is None:
            raise _named(position, failures.invalid('An operation needs an "action".'))
        if not isinstance(action, str) or action not in _actions():
            raise _named(position, failures.invalid_action(action, _actions()))
    return batch


def writes(batch: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether any operation of a checked batch changes anything."""
    return any(_actions()[operation["action"]].writes for operation in batch)


@contextmanager
def prepared(studio: Studio, batch: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[int, Any]]:
    """Do what takes long before the transaction begins; give what came of it, by position.

    What was made is removed with the block, unless an operation has kept it.
    """
    with ExitStack() as stack:
        found = {}
        for position, operation in enumerate(batch):
            prepare = _actions()[operation["action"]].prepare
            if prepare is not None:
                try:
                    found[position] = stack.enter_context(prepare(studio, operation))
                except ServerError as error:
                    raise _named(position, error) from None
        yield found


def carry_out(tx: Transaction, batch: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return the answers to a checked batch; the first failure is raised with its position."""
    answers = []
    for position, operation in enumerate(batch):
        tx.rows.operation = position
        action = _actions()[operation["action"]]
        try:
            if action.writes:
                check_operation(tx, operation)
            refuse_misspelt(operation, action.members)
            answers.append(action.run(tx, operation))
        except ServerError as error:
            raise _named(position, error) from None
        except _UNFIT:
            _LOGGER.info("A value did not fit.", exc_info=True)
            raise _named(position, failures.unfit_value()) from None
        if action.writes:
            tx.encoder.forget()
    check_integrity(tx.rows)
    check_hierarchy(tx.rows)
    tx.complete()
    check_written(tx)
    return answers


def _named(position: int, error: ServerError) -> ServerError:
    if error.operation is None and not isinstance(error, AuthenticationError):
        error.operation = position
    return error
