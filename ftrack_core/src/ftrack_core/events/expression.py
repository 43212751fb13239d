"""The expressions in which subscriptions and targets say which events they mean.

``topic=ftrack.update and source.user.username=ann``: conditions on dotted members of the event,
joined by *and*, *or*, *not* and parentheses. A text is compiled once, to functions; matching an
event then calls them and parses nothing. An empty text matches everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ftrack_core.errors import QuerySyntaxError, did_you_mean
from ftrack_core.events.comparison import comparison, is_pattern
from ftrack_core.query.lexer import read_quoted

if TYPE_CHECKING:
    from typing import NoReturn

__all__ = ["Expression", "Members", "compile_expression"]

_FIELD = r"[A-Za-z0-9_.]+"
_OPERATOR = r"!=|>=|<=|=|>|<"
_CONDITION = re.compile(rf"\s*({_FIELD})\s*({_OPERATOR})\s*(?:([A-Za-z0-9_\-,./*@+]+)|(?=[\"']))")
_UNFINISHED = re.compile(rf"\s*(?:({_FIELD})\s*({_OPERATOR})?\s*)?")
_NOT = re.compile(r"\s*not(?![\w.])", re.IGNORECASE)
_AND = re.compile(r"\s*and(?![\w.])", re.IGNORECASE)
_OR = re.compile(r"\s*or(?![\w.])", re.IGNORECASE)
_OPEN = re.compile(r"\s*\(")
_CLOSE = re.compile(r"\s*\)")
_BLANK = re.compile(r"\s*")
_WORD = re.compile(r"\w*")

_MAX_DEPTH = 100


class Members(Protocol):
    """What an expression is asked about: a mapping, an event, the metadata of a subscriber."""

    def __getitem__(self, name: str, /) -> Any:
        """Return a member, or raise KeyError."""


_Test = Callable[[Any], bool]
_Topics = frozenset[str] | None
_Part = tuple[_Test, _Topics]


@dataclass(frozen=True)
class Expression:
    """A compiled expression; two of the same *text* are equal.

    *topics* holds the only topics that an event can have for the expression to match, so that a
    router can look up its candidates. It is None where any topic may match, or where that cannot be
    told: without a condition on the topic, or with a wildcard or a negation on it.
    """

    text: str
    topics: frozenset[str] | None = field(compare=False)
    _test: _Test = field(compare=False, repr=False)

    def matches(self, event: Members) -> bool:
        """Whether *event* fulfils the expression; a member it does not have fulfils nothing."""
        return self._test(event)


def compile_expression(text: str) -> Expression:
    """Return the expression that *text* stands for.

    Raises QuerySyntaxError with the position of the fault.
    """
    compiler = _Compiler(text)
    test, topics = compiler.whole()
    return Expression(text, topics, test)


class _Compiler:
    __slots__ = ("_at", "_depth", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def whole(self) -> _Part:
        if not self._text.strip():
            return _always, None
        part = self._alternatives()
        if self._skip(_BLANK) < len(self._text):
            self._refuse_rest()
        return part

    def _alternatives(self) -> _Part:
        parts = [self._conjunction()]
        while self._accept(_OR):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else _any_of(parts)

    def _conjunction(self) -> _Part:
        parts = [self._term()]
        while self._accept(_AND):
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else _all_of(parts)

    def _term(self) -> _Part:
        # A condition comes first: in "not=1" the word is the name of a member.
        found = _CONDITION.match(self._text, self._at)
        if found is not None:
            return self._condition(found)
        if self._accept(_NOT):
            return _negation(self._nested(self._term))
        return self._group()

    def _group(self) -> _Part:
        if not self._accept(_OPEN):
            self._refuse_condition()
        inner = self._nested(self._alternatives)
        if not self._accept(_CLOSE):
            self._refuse_rest("')'")
        return inner

    def _condition(self, found: re.Match[str]) -> _Part:
        member, operator, value = found.groups()
        self._at = found.end()
        if value is None:
            quoted = read_quoted(self._text, self._at)
            value, self._at = quoted.text, quoted.end
        test = _on_member(member, comparison(operator, value))
        if member == "topic" and operator == "=" and not is_pattern(value):
            return test, frozenset((value,))
        return test, None

    def _nested(self, rule: Callable[[], _Part]) -> _Part:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            self._refuse(f"the expression is nested more than {_MAX_DEPTH} levels deep")
        part = rule()
        self._depth -= 1
        return part

    def _accept(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self._text, self._at)
        if found is None:
            return False
        self._at = found.end()
        return True

    def _skip(self, pattern: re.Pattern[str]) -> int:
        self._accept(pattern)
        return self._at

    def _refuse(self, reason: str) -> NoReturn:
        raise QuerySyntaxError(self._text, self._at, reason)

    def _refuse_condition(self) -> NoReturn:
        found = _UNFINISHED.match(self._text, self._at)
        assert found is not None, "the pattern accepts nothing, too"
        self._at = found.end()
        member, operator = found.groups()
        if operator:
            self._refuse(f"expected a value behind '{member} {operator}', in quotes if need be")
        if member:
            self._refuse(f"expected =, !=, >, <, >= or <= behind {member!r}")
        self._refuse("expected a condition such as topic=ftrack.update")

    def _refuse_rest(self, closing: str = "the end") -> NoReturn:
        glued = self._at > 0 and not self._text[self._at - 1].isspace()
        self._skip(_BLANK)
        word = _WORD.match(self._text, self._at)
        near = did_you_mean(word.group().lower(), ["and", "or"]) if word else ""
        if not near and glued and self._text[self._at :][:1] not in ("", "(", ")"):
            near = " A value with blanks or other signs than -_,./*@+ needs quotes."
        self._refuse(f"expected 'and', 'or' or {closing}.{near}")


def _always(_: Any) -> bool:
    return True


def _on_member(member: str, fulfils: _Test) -> _Test:
    first, *others = member.split(".")

    def test(event: Any) -> bool:
        try:
            found = event[first]
            for name in others:
                found = found[name]
        except (LookupError, TypeError):
            return False
        return fulfils(found)

    return test


def _negation(part: _Part) -> _Part:
    negated, _ = part
    return (lambda event: not negated(event)), None


def _all_of(parts: list[_Part]) -> _Part:
    tests = tuple(test for test, _ in parts)
    known = [topics for _, topics in parts if topics is not None]

    def test(event: Any) -> bool:
        for one in tests:  # noqa: SIM110 - a generator for each event costs more than the tests
            if not one(event):
                return False
        return True

    return test, (frozenset.intersection(*known) if known else None)


def _any_of(parts: list[_Part]) -> _Part:
    tests = tuple(test for test, _ in parts)
    known = [topics for _, topics in parts if topics is not None]

    def test(event: Any) -> bool:
        for one in tests:  # noqa: SIM110 - a generator for each event costs more than the tests
            if one(event):
                return True
        return False

    return test, (frozenset.union(*known) if len(known) == len(parts) else None)
