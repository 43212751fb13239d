"""A place in a query text: what stands there, and what would have been accepted there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from ftrack_core.errors import QuerySyntaxError, did_you_mean
from ftrack_core.query.lexer import read_token, read_value

if TYPE_CHECKING:
    from collections.abc import Collection

    from ftrack_core.query.lexer import Token

__all__ = ["Cursor"]

_SHOWN = 40
"""How many characters of a word that does not fit are quoted."""


class Cursor:
    """Walks over a text, token by token.

    Every keyword and mark asked for in vain is remembered until the next step forward, so that a
    refusal can list all that could have stood there without each rule repeating the list.
    """

    __slots__ = ("_tried", "text", "token")

    def __init__(self, text: str) -> None:
        self.text = text
        self.token = read_token(text, 0)
        self._tried: list[str] = []

    def advance(self) -> Token:
        """Step over the current token and return it."""
        passed = self.token
        self._move(passed.end)
        return passed

    def ahead(self, after: Token) -> Token:
        """Return the token that follows *after*, without moving."""
        return read_token(self.text, after.end)

    def value(self) -> Token:
        """Step over the value that stands here and return it."""
        if self.token.kind == "quoted":
            return self.advance()
        found = read_value(self.text, self.token.start)
        if found.kind != "bare":
            self.refuse("a value")
        self._move(found.end)
        return found

    def name(self, what: str) -> Token:
        """Step over the name that stands here and return it; *what* it names goes into errors."""
        if self.token.kind != "word":
            self.refuse(what)
        return self.advance()

    def at_word(self, *words: str) -> bool:
        """Whether one of the keywords *words* stands here, in any case."""
        if self.token.kind == "word" and self.token.text.lower() in words:
            return True
        self._tried.extend(words)
        return False

    def accept_word(self, *words: str) -> bool:
        """Step over one of the keywords *words* if it stands here."""
        found = self.at_word(*words)
        if found:
            self.advance()
        return found

    def accept_mark(self, mark: str, *, quietly: bool = False) -> bool:
        """Step over *mark* if it stands here; *quietly* leaves it out of a later refusal."""
        if self.token.kind == "mark" and self.token.text == mark:
            self.advance()
            return True
        if not quietly:
            self._tried.append(mark)
        return False

    def expect_word(self, word: str) -> None:
        """Step over the keyword *word*, which has to stand here."""
        if not self.accept_word(word):
            self.refuse()

    def expect_mark(self, mark: str) -> None:
        """Step over *mark*, which has to stand here."""
        if not self.accept_mark(mark):
            self.refuse()

    def expect_end(self) -> None:
        """Refuse whatever is left of the text."""
        if self.token.kind != "end":
            self.refuse("the end")

    def refuse(
        self, expected: str = "", *, words: Collection[str] = (), hint: str = ""
    ) -> NoReturn:
        """Raise the QuerySyntaxError for the current token.

        *expected* is said besides what was asked for in vain; a *hint* is made from the nearest of
        *words* and those keywords, unless one is given.
        """
        tried = list(dict.fromkeys(self._tried))
        wanted = [repr(one) for one in tried] + ([expected] if expected else [])
        near = hint or self._nearest([*tried, *words])
        reason = f"expected {_any_of(wanted)}, found {self._found()}" + (near and f" ({near})")
        raise QuerySyntaxError(self.text, self.token.start, reason)

    def _nearest(self, words: Collection[str]) -> str:
        sentence = did_you_mean(self.token.text.lower(), words).strip()
        return sentence[:1].lower() + sentence[1:]

    def _found(self) -> str:
        token = self.token
        if token.kind == "end":
            return "the end"
        shown = repr(self.text[token.start : token.end][: _SHOWN + 1])
        return shown if token.end - token.start <= _SHOWN else f"{shown[:_SHOWN]}...{shown[-1]}"

    def _move(self, offset: int) -> None:
        self.token = read_token(self.text, offset)
        if self._tried:
            self._tried = []


def _any_of(wanted: list[str]) -> str:
    if len(wanted) < 2:
        return "".join(wanted)
    return ", ".join(wanted[:-1]) + " or " + wanted[-1]
