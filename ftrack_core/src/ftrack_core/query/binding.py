"""Values for the ``:name`` places of a query text.

A value takes a place as a whole and as a value: whatever text it holds, it can end no quote and add
no condition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ftrack_core.errors import QuerySyntaxError, did_you_mean
from ftrack_core.query.lexer import is_bare, read_token
from ftrack_core.query.values import is_many, literal
from ftrack_core.query.words import OPERATORS, SET_OPERATORS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import NoReturn

    from ftrack_core.query.lexer import Token

__all__ = ["bind"]

_BEFORE_VALUES = frozenset({*OPERATORS, "limit", "offset"})


class _Place(NamedTuple):
    """Where ``:name`` stands, and the last two tokens before it."""

    name: str
    start: int
    end: int
    before: Token | None
    earlier: Token | None


def bind(text: str, values: Mapping[str, Any]) -> str:
    """Return *text* with each ``:name`` replaced by the value of that name.

    A value is what `literal` takes; a list, set, tuple or query result becomes ``(a, b)`` and
    stands behind ``in`` or ``not_in``. What is quoted is left alone. A ``limit`` can be bound, the
    name of a type or an attribute can not.

    Raises:
        QuerySyntaxError: a place without a value, a value without a place, a place where no value
            can stand, a list where one value is wanted.
        TypeError: a value of a type that cannot stand in a query.

    Example::

        bind("Task where name is :name and id in :ids", {"name": 'a "b"', "ids": ["x", "y"]})
        # 'Task where name is "a \\"b\\"" and id in ("x", "y")'
    """
    pieces: list[str] = []
    used: set[str] = set()
    done = 0
    for place in _places(text):
        if place.name not in values:
            _refuse_missing(text, place, values)
        pieces += [text[done : place.start], _bound(text, place, values[place.name])]
        used.add(place.name)
        done = place.end
    for name in values:
        if name not in used:
            _refuse_unused(text, name)
    return "".join([*pieces, text[done:]])


def _places(text: str) -> Iterator[_Place]:
    earlier: Token | None = None
    before: Token | None = None
    token = read_token(text, 0)
    while token.kind != "end":
        name = read_token(text, token.end)
        if _begins_place(text, token) and name.kind == "word" and name.start == token.end:
            _require_alone(text, token, name)
            yield _Place(name.text, token.start, name.end, before, earlier)
            token = name
        earlier, before = before, token
        token = read_token(text, token.end)


def _begins_place(text: str, token: Token) -> bool:
    """Tell ``:name`` from a colon inside a bare value, such as ``camera:main``."""
    if token.text != ":" or token.kind != "other":
        return False
    behind = text[token.start - 1 : token.start]
    return not is_bare(behind) or behind in "=!<>~"


def _require_alone(text: str, colon: Token, name: Token) -> None:
    following = text[name.end : name.end + 1]
    if is_bare(following):
        reason = (
            f"':{name.text}' has to stand alone, {following!r} follows it "
            "(put what belongs to the value, such as a %, into the value)"
        )
        raise QuerySyntaxError(text, colon.start, reason)


def _bound(text: str, place: _Place, value: Any) -> str:
    word = _word_before(text, place)
    behind_in = word in SET_OPERATORS
    if is_many(value):
        listed = ", ".join(map(literal, value))
        if not behind_in:
            _require_list_place(text, place, word, listed)
        return f"({listed})" if behind_in else listed
    return f"({literal(value)})" if behind_in else literal(value)


def _require_list_place(text: str, place: _Place, word: str, listed: str) -> None:
    if word not in ("(", ","):
        reason = f"the value of ':{place.name}' is a list, which stands behind 'in' or 'not_in'"
        raise QuerySyntaxError(text, place.start, reason)
    if not listed and "," in (word, read_token(text, place.end).text):
        reason = f"the list ':{place.name}' is empty and cannot stand among other values"
        raise QuerySyntaxError(text, place.start, reason)


def _word_before(text: str, place: _Place) -> str:
    """Return what stands before the place; raise where no value can follow it."""
    word = "" if place.before is None else place.before.text.lower()
    kind = "" if place.before is None else place.before.kind
    allowed = kind == "operator" or word in _BEFORE_VALUES or word == ","
    if word == "(" and place.earlier is not None:
        allowed = place.earlier.text.lower() in SET_OPERATORS
    if not allowed:
        reason = (
            f"no value can stand where ':{place.name}' is; a value follows an operator, "
            "and names of types and attributes cannot be bound"
        )
        raise QuerySyntaxError(text, place.start, reason)
    return word


def _refuse_missing(text: str, place: _Place, values: Mapping[str, Any]) -> NoReturn:
    hint = did_you_mean(place.name, values) or " Give it to query() by name."
    reason = f"there is no value for ':{place.name}'.{hint}"
    raise QuerySyntaxError(text, place.start, reason)


def _refuse_unused(text: str, name: str) -> NoReturn:
    known = [place.name for place in _places(text)]
    hint = did_you_mean(name, known) or f" Write ':{name}' where it belongs."
    reason = f"the value {name!r} has no place in the text.{hint}"
    raise QuerySyntaxError(text, len(text), reason)
