"""The expressions by which subscriptions and targets choose events, as objects.

The kernel says what an expression means and what is wrong with one; here is its tree.
"""

from __future__ import annotations

import operator
import re
import string
from typing import TYPE_CHECKING
from typing import Any as _Anything

from ftrack_core.events import compile_expression
from ftrack_core.events.comparison import comparison
from ftrack_core.query.lexer import read_quoted

from ftrack_api._translation import known_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["All", "Any", "Condition", "Expression", "Not", "Parser", "alphanums"]

alphanums = string.ascii_uppercase + string.ascii_lowercase + string.digits
"""The letters and digits that a value without quotes may hold."""

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<key>[A-Za-z0-9_.]+)\s*(?P<sign>!=|>=|<=|=|>|<)\s*
        (?:(?P<bare>[A-Za-z0-9_\-,./*@+]+)|(?=["']))
  | (?P<word>\w+|[()])
    )""",
    re.VERBOSE,
)


def _signs() -> dict[str, Callable[[_Anything, _Anything], _Anything]]:
    return {
        "=": operator.eq,
        "!=": operator.ne,
        ">=": operator.ge,
        "<=": operator.le,
        ">": operator.gt,
        "<": operator.lt,
    }


class Expression:
    """Matches everything."""

    def __str__(self) -> str:
        return f"<{type(self).__name__}>"

    def match(self, candidate: Mapping[str, _Anything]) -> bool:
        """Whether *candidate*, an event or the metadata of a subscriber, is meant."""
        del candidate
        return True


class _Several(Expression):
    """Joins expressions."""

    def __init__(self, expressions: Iterable[Expression] | None = None) -> None:
        super().__init__()
        self._expressions = list(expressions or ())

    def __str__(self) -> str:
        inner = " ".join(str(one) for one in self._expressions)
        return f"<{type(self).__name__} [{inner}]>"


class All(_Several):
    """Matches what all of its expressions match; without any, everything."""

    def match(self, candidate: Mapping[str, _Anything]) -> bool:
        """Whether all match *candidate*."""
        return all(one.match(candidate) for one in self._expressions)


class Any(_Several):
    """Matches what one of its expressions matches; without any, nothing."""

    def match(self, candidate: Mapping[str, _Anything]) -> bool:
        """Whether one matches *candidate*."""
        return any(one.match(candidate) for one in self._expressions)


class Not(Expression):
    """Matches what its expression does not."""

    def __init__(self, expression: Expression) -> None:
        super().__init__()
        self._expression = expression

    def __str__(self) -> str:
        return f"<{type(self).__name__} {self._expression}>"

    def match(self, candidate: Mapping[str, _Anything]) -> bool:
        """Whether the expression does not match *candidate*."""
        return not self._expression.match(candidate)


class Condition(Expression):
    """Compares the member *key*, a dotted name, with *value*; *operator* is a function of both.

    Text is compared as the kernel compares it: with numbers as a number, and ``=`` with a text that
    ends in ``*`` asks for the text before it, anywhere. What cannot be compared does not match.
    """

    def __init__(
        self,
        key: str,
        operator: Callable[[_Anything, _Anything], _Anything],
        value: _Anything,
    ) -> None:
        super().__init__()
        self._key = key
        self._operator = operator
        self._value = value
        self._wildcard = "*"
        self._operatorMapping = {function: sign for sign, function in _signs().items()}

    def __str__(self) -> str:
        sign = self._operatorMapping.get(self._operator, self._operator)
        return f"<{type(self).__name__} {self._key}{sign}{self._value}>"

    def match(self, candidate: Mapping[str, _Anything]) -> bool:
        """Whether *candidate* has the member and it compares so."""
        found: _Anything = candidate
        try:
            for name in self._key.split("."):
                found = found[name]
            return bool(self._compare(found))
        except (LookupError, TypeError):
            return False

    def _compare(self, found: _Anything) -> _Anything:
        sign = self._operatorMapping.get(self._operator)
        if sign is None or not isinstance(self._value, str):
            return self._operator(found, self._value)
        return comparison(sign, self._value)(found)


class Parser:
    """Makes expressions of texts such as ``topic=ftrack.update and not data.x="a b"``."""

    def __init__(self) -> None:
        self._operators = _signs()

    def parse(self, expression: str) -> Expression:
        """Return the tree of *expression*; a blank one matches everything.

        Raises `ParseError`, which says what was expected and where.
        """
        with known_errors():
            compile_expression(expression)
        return _Reader(expression).whole() if expression.strip() else Expression()


class _Reader:
    """Reads a text of which it is known that it parses."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def whole(self) -> Expression:
        parts = [self._conjunction()]
        while self._accept("or"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else Any(parts)

    def _conjunction(self) -> Expression:
        parts = [self._term()]
        while self._accept("and"):
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else All(parts)

    def _term(self) -> Expression:
        if self._accept("not"):
            return Not(self._term())
        if self._accept("("):
            inner = self.whole()
            self._accept(")")
            return inner
        return self._condition()

    def _condition(self) -> Condition:
        found = self._next()
        self._at = found.end()
        value = found["bare"]
        if value is None:
            quoted = read_quoted(self._text, self._at)
            value, self._at = quoted.text, quoted.end
        return Condition(found["key"], _signs()[found["sign"]], value)

    def _accept(self, word: str) -> bool:
        found = _TOKEN.match(self._text, self._at)
        if found is None or (found["word"] or "").lower() != word:
            return False
        self._at = found.end()
        return True

    def _next(self) -> re.Match[str]:
        found = _TOKEN.match(self._text, self._at)
        assert found is not None, "the kernel has parsed it"
        return found
