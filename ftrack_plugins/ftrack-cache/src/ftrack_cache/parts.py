"""What stands for objects and functions in a key: stable from one process to the next."""

from __future__ import annotations

import copyreg
import dataclasses
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from .errors import CacheKeyError
from .hidden import Hidden

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["function_parts", "object_parts"]


def function_parts(function: Any) -> list[Any] | None:
    """Return what tells a function from others of its name; None for one that its name tells.

    Functions inside functions, and lambdas, share their names. It closes over nothing.
    """
    if not isinstance(function, FunctionType) or "<" not in function.__qualname__:
        return None
    return [
        function.__qualname__,
        _code_parts(function.__code__),
        list(function.__defaults__ or ()),
        dict(function.__kwdefaults__ or {}),
    ]


def _code_parts(code: CodeType) -> list[Any]:
    constants = [_code_parts(one) if isinstance(one, CodeType) else one for one in code.co_consts]
    return [code.co_code, list(code.co_names), constants]


def object_parts(item: Any) -> list[Any]:
    """Return what pickle would write of an object: class, arguments, state, items.

    Raises `CacheKeyError` where it would refuse.
    """
    if item is Ellipsis or item is NotImplemented:
        return [repr(item)]
    if dataclasses.is_dataclass(item):
        return [_class_name(type(item)), _fields(item)]
    kind = type(item)
    reduce: Callable[[Any], Any] = copyreg.dispatch_table.get(kind, _reduced)
    try:
        reduced = reduce(item)
    except Exception as error:  # objects refuse with errors of all kinds
        raise _refusal(item, str(error)) from error
    if isinstance(reduced, str):
        return [kind.__module__, reduced]
    make, arguments, *rest = reduced
    state, listed, mapped = [*rest[:3], None, None, None][:3]
    return [
        _class_name(kind),
        make,
        arguments,
        state,
        None if listed is None else list(listed),
        None if mapped is None else dict(mapped),
    ]


def _reduced(item: Any) -> Any:
    return item.__reduce_ex__(2)


def _fields(item: Any) -> dict[str, Any]:
    return {
        one.name: getattr(item, one.name) if one.repr else Hidden(getattr(item, one.name))
        for one in dataclasses.fields(item)
    }


def _class_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _refusal(item: Any, reason: str) -> CacheKeyError:
    return CacheKeyError(
        f"a {type(item).__name__} has nothing stable for a key ({reason}); give what identifies it "
        "instead, or a key maker of your own"
    )
