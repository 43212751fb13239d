"""Query text to tokens, one at a time and each with its position.

What a run of characters is depends on where it stands: ``2031-05-06`` is one bare value behind an
operator, and three faults elsewhere. So the parser asks for the next token or for the next value;
both are plain functions of the text and an offset, which makes looking ahead free of state.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from ftrack_core.errors import QuerySyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "Kind",
    "Token",
    "is_bare",
    "is_name",
    "read_quoted",
    "read_token",
    "read_value",
    "tokenise",
]

Kind = Literal["word", "number", "operator", "mark", "quoted", "bare", "other", "end"]

# A run of operator signs is one token, so that "==" can be refused by name.
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<word>[^\W\d]\w*)
  | (?P<number>[0-9]+)
  | (?P<operator>[=!<>~]+)
  | (?P<mark>[(),.\[\]])
  | (?P<quoted>["'])
  | (?P<end>\Z)
  | (?P<other>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
_BARE = re.compile(r"""\s*([^\s(),"']*)""")
_BODY = {
    '"': re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL),
    "'": re.compile(r"'([^'\\]*(?:\\.[^'\\]*)*)'", re.DOTALL),
}
_ESCAPE = re.compile(r"""\\([\\"'])""")
_NAME = re.compile(r"[^\W\d]\w*")


class Token(NamedTuple):
    """A piece of the text from *start* to *end*.

    *text* is the piece itself, of a quoted value what it means: without quotes and escapes.
    """

    kind: Kind
    text: str
    start: int
    end: int


def is_name(text: str) -> bool:
    """Whether *text* can stand as the name of a type or an attribute."""
    return _NAME.fullmatch(text) is not None


def is_bare(text: str) -> bool:
    """Whether *text* can stand as a value without quotes."""
    found = _BARE.fullmatch(text)
    return found is not None and found.group(1) == text != ""


def read_token(text: str, offset: int) -> Token:
    """Return the first token at or behind *offset*; at the end one of kind ``end``.

    Raises QuerySyntaxError for a quote that is never closed, and for nothing else: a character
    that fits nowhere is a token of kind ``other``.
    """
    found = _TOKEN.match(text, offset)
    assert found is not None, "the pattern accepts every character and the end"
    kind = cast("Kind", found.lastgroup)
    if kind == "quoted":
        return read_quoted(text, found.start(kind))
    return Token(kind, found.group(kind), found.start(kind), found.end())


def read_quoted(text: str, start: int) -> Token:
    r"""Return the quoted value that begins at *start*.

    A backslash hides a quote or another backslash. Before any other character it is kept, for
    there it belongs to the value: to the pattern ``"100\%"`` of *like*, or to a Windows path.
    """
    found = _BODY[text[start]].match(text, start)
    if found is None:
        raise QuerySyntaxError(text, start, "the quote that opens here is never closed")
    body = found.group(1)
    meaning = _ESCAPE.sub(r"\1", body) if "\\" in body else body
    return Token("quoted", meaning, start, found.end())


def read_value(text: str, offset: int) -> Token:
    """Return the value at or behind *offset*, of kind ``quoted`` or ``bare``.

    Where no value stands, the token that stands there is returned instead.
    """
    found = _BARE.match(text, offset)
    assert found is not None, "the pattern accepts nothing, too"
    if found.end() > found.start(1):
        return Token("bare", found.group(1), found.start(1), found.end())
    return read_token(text, offset)


def tokenise(text: str) -> Iterator[Token]:
    """Yield all tokens of *text* but the end, for highlighting and the like.

    Bare values come in the pieces they consist of: only the parser knows where a value stands.
    """
    token = read_token(text, 0)
    while token.kind != "end":
        yield token
        token = read_token(text, token.end)
