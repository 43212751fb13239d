"""Query text to tree, by recursive descent: one short method for each rule of the grammar.

The parser serves analysis (which type, which limit, is there an order) and the embedded server. A
user's text is sent to a server as written, also where it does not parse here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ftrack_core.errors import QuerySyntaxError, did_you_mean
from ftrack_core.query.cursor import Cursor
from ftrack_core.query.tree import (
    Aggregate,
    And,
    Comparison,
    Criterion,
    Membership,
    Not,
    Or,
    OrderItem,
    Path,
    Projection,
    Query,
    RelationTest,
    Step,
    Value,
)
from ftrack_core.query.words import (
    AGGREGATES,
    CLAUSES,
    COMPARISONS,
    OPERATORS,
    RELATION_WORDS,
    SET_OPERATORS,
    SLIPS,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from ftrack_core.query.lexer import Token

__all__ = ["parse", "parse_criteria"]

_T = TypeVar("_T")

# A level takes four Python calls or more, and the limit of 1000 has to do for the caller as well.
_MAX_DEPTH = 100
_MAX_DIGITS = 18


def parse(text: str) -> Query:
    """Return the tree of a whole query.

    Raises QuerySyntaxError with the exact position, also where the nesting is deeper than 100.
    A query's own *position* is that of its type name, a condition's that of its path.
    """
    parser = _Parser(text)
    return parser.whole(parser.query)


def parse_criteria(text: str) -> Criterion:
    """Return the tree of what may stand behind ``where``; raises QuerySyntaxError."""
    parser = _Parser(text)
    return parser.whole(parser.criteria)


def _page_of(limits: list[int], offset: int) -> int | None:
    """Return how many rows to give where several limits were written.

    A client that does not see the user's limit appends a page of its own: the last limit is the
    page's, those before it are for the whole, of which *offset* rows have been given.
    """
    if not limits:
        return None
    *whole, page = limits
    return min([page, *(max(0, limit - offset) for limit in whole)])


class _Parser:
    __slots__ = ("_depth", "cursor")

    def __init__(self, text: str) -> None:
        self.cursor = Cursor(text)
        self._depth = 0

    def whole(self, rule: Callable[[], _T]) -> _T:
        """Apply *rule* to the whole text."""
        try:
            result = rule()
        except RecursionError:
            self._refuse_depth()  # the caller had little of the stack left
        self.cursor.expect_end()
        return result

    # --- the query and its clauses ---------------------------------------------------------------

    def query(self) -> Query:
        projections: tuple[Projection, ...] = ()
        if self.cursor.at_word("select"):
            projections = self._selection()
        entity_type = self.cursor.name("an entity type")
        if not projections:
            self._refuse_misspelt_select(entity_type)
        criterion = self.criteria() if self.cursor.accept_word("where") else None
        group_by = self._paths() if self._accept_by("group") else ()
        order_by = self._order() if self._accept_by("order") else ()
        limit, offset = self._paging()
        return Query(
            entity_type.text,
            projections,
            criterion,
            group_by,
            order_by,
            limit,
            offset,
            position=entity_type.start,
        )

    def _selection(self) -> tuple[Projection, ...]:
        self.cursor.advance()
        self._refuse_empty_selection()
        projections = [self._projection()]
        while self.cursor.accept_mark(","):
            projections.append(self._projection())
        self.cursor.expect_word("from")
        return tuple(projections)

    def _projection(self) -> Projection:
        word = self.cursor.token
        following = self.cursor.ahead(word)
        if word.kind == "word" and following.text == "(" and following.kind == "mark":
            return self._aggregate()
        return self._path()

    def _aggregate(self) -> Aggregate:
        if not self.cursor.at_word(*AGGREGATES):
            self.cursor.refuse()
        function = self.cursor.advance()
        self.cursor.expect_mark("(")
        path = self._path()
        self.cursor.expect_mark(")")
        return Aggregate(function.text.lower(), path, position=function.start)

    def _accept_by(self, word: str) -> bool:
        found = self.cursor.accept_word(word)
        if found:
            self.cursor.expect_word("by")
        return found

    def _order(self) -> tuple[OrderItem, ...]:
        items = [self._order_item()]
        while self.cursor.accept_mark(","):
            items.append(self._order_item())
        return tuple(items)

    def _order_item(self) -> OrderItem:
        path = self._path()
        descending = self.cursor.accept_word("descending", "desc")
        if not descending:
            self.cursor.accept_word("ascending", "asc")
        return OrderItem(path, descending)

    def _paging(self) -> tuple[int | None, int | None]:
        limits: list[int] = []
        offset: int | None = None
        while self.cursor.at_word("offset", "limit"):
            if self.cursor.accept_word("limit"):
                limits.append(self._integer())
            else:
                self.cursor.advance()
                offset = self._integer()
        return _page_of(limits, offset or 0), offset

    def _integer(self) -> int:
        token = self.cursor.token
        if token.kind != "number" or len(token.text) > _MAX_DIGITS:
            self.cursor.refuse("a whole number")
        return int(self.cursor.advance().text)

    # --- paths -----------------------------------------------------------------------------------

    def _paths(self) -> tuple[Path, ...]:
        paths = [self._path()]
        while self.cursor.accept_mark(","):
            paths.append(self._path())
        return tuple(paths)

    def _path(self, what: str = "an attribute") -> Path:
        steps = [self._step(what)]
        while self.cursor.accept_mark(".", quietly=True):
            steps.append(self._step("an attribute"))
        return Path(tuple(steps))

    def _step(self, what: str) -> Step:
        name = self.cursor.name(what)
        cast = self._cast() if self.cursor.accept_mark("[", quietly=True) else None
        return Step(name.text, cast, position=name.start)

    def _cast(self) -> str:
        subtype = self.cursor.name("an entity type")
        self.cursor.expect_mark("]")
        return subtype.text

    # --- criteria --------------------------------------------------------------------------------

    def criteria(self) -> Criterion:
        groups = [self._conjunction()]
        while self.cursor.accept_word("or"):
            groups.append(self._conjunction())
        return groups[0] if len(groups) == 1 else Or(tuple(groups))

    def _conjunction(self) -> Criterion:
        terms = [self._term()]
        while self.cursor.accept_word("and"):
            terms.append(self._term())
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def _term(self) -> Criterion:
        if self._at_negation():
            self.cursor.advance()
            return Not(self._nested(self._term))
        if self.cursor.accept_mark("("):
            inner = self._nested(self.criteria)
            self.cursor.expect_mark(")")
            return inner
        return self._condition()

    def _at_negation(self) -> bool:
        """Tell ``not name is "x"`` from ``not is "x"``, a condition on an attribute called not."""
        word = self.cursor.token
        if not self.cursor.at_word("not"):
            return False
        following = self.cursor.ahead(word)
        if following.kind == "word" and following.text.lower() in OPERATORS:
            return _continues_path(self.cursor.ahead(following))
        return not _continues_path(following)

    def _nested(self, rule: Callable[[], _T]) -> _T:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            self._refuse_depth()
        result = rule()
        self._depth -= 1
        return result

    # --- conditions ------------------------------------------------------------------------------

    def _condition(self) -> Criterion:
        path = self._path("a condition")
        operator = self.cursor.token
        word = operator.text.lower()
        if operator.kind not in ("word", "operator") or word not in OPERATORS:
            self._refuse_operator()
        self.cursor.advance()
        if word in RELATION_WORDS:
            return self._relation_test(path, word)
        if word in SET_OPERATORS:
            return self._membership(path, negated=word == "not_in")
        return self._comparison(path, operator)

    def _comparison(self, path: Path, operator: Token) -> Comparison:
        value = self._value()
        self._refuse_is_not(operator, value)
        canonical = COMPARISONS[operator.text.lower()]
        return Comparison(path, canonical, value, position=path.position)

    def _relation_test(self, path: Path, word: str) -> RelationTest:
        self.cursor.expect_mark("(")
        if self.cursor.accept_mark(")"):
            return RelationTest(path, word, position=path.position)
        criterion = self._nested(self.criteria)
        self.cursor.expect_mark(")")
        return RelationTest(path, word, criterion, position=path.position)

    def _membership(self, path: Path, *, negated: bool) -> Membership:
        self.cursor.expect_mark("(")
        if self._at_subquery():
            subquery = self._nested(self._subquery)
            self.cursor.expect_mark(")")
            return Membership(path, negated, subquery=subquery, position=path.position)
        choices = self._choices()
        return Membership(path, negated, choices, position=path.position)

    def _at_subquery(self) -> bool:
        """Whether this is a subquery, and not a list whose first value is the word select."""
        word = self.cursor.token
        return self.cursor.at_word("select") and self.cursor.ahead(word).text not in (",", ")", "")

    def _subquery(self) -> Query:
        start = self.cursor.token
        query = self.query()
        if len(query.projections) != 1 or isinstance(query.projections[0], Aggregate):
            reason = "a subquery selects exactly one attribute"
            raise QuerySyntaxError(self.cursor.text, start.start, reason)
        return query

    def _choices(self) -> tuple[Value, ...]:
        choices = []
        while not self.cursor.accept_mark(")"):
            choices.append(self._value())
            if not self.cursor.accept_mark(","):
                self.cursor.expect_mark(")")
                break
        return tuple(choices)

    def _value(self) -> Value:
        token = self.cursor.value()
        return Value(token.text, token.kind == "quoted", position=token.start)

    # --- faults that deserve a better word -------------------------------------------------------

    def _refuse_depth(self) -> NoReturn:
        reason = f"the query is nested too deeply ({self._depth} levels, {_MAX_DEPTH} are allowed)"
        raise QuerySyntaxError(self.cursor.text, self.cursor.token.start, reason)

    def _refuse_misspelt_select(self, entity_type: Token) -> None:
        following = self.cursor.token
        if following.kind != "word" or following.text.lower() in CLAUSES:
            return
        if did_you_mean(entity_type.text.lower(), ["select"]):
            reason = f"found {entity_type.text!r} (did you mean 'select'?)"
            raise QuerySyntaxError(self.cursor.text, entity_type.start, reason)

    def _refuse_empty_selection(self) -> None:
        word = self.cursor.token
        if word.kind != "word" or word.text.lower() != "from":
            return
        following = self.cursor.ahead(word)
        if following.kind == "word" and following.text.lower() != "from":
            self.cursor.refuse("an attribute to select", hint="without 'select' come the defaults")

    def _refuse_operator(self) -> NoReturn:
        found = self.cursor.token
        word = found.text.lower()
        meant = SLIPS.get(word, "")
        if word == "not":
            following = self.cursor.ahead(found).text.lower()
            meant = f"not_{following}" if following in ("in", "like") else "is_not"
        hint = f"did you mean {meant!r}?" if meant else ""
        self.cursor.refuse("an operator", words=OPERATORS, hint=hint)

    def _refuse_is_not(self, operator: Token, value: Value) -> None:
        if value.quoted or value.text.lower() != "not" or operator.text.lower() != "is":
            return
        following = self.cursor.token
        if following.kind == "quoted" or following.text.lower() not in (
            "and",
            "or",
            ")",
            "",
            *CLAUSES,
        ):
            reason = "'is not' is no operator (did you mean 'is_not'?)"
            raise QuerySyntaxError(self.cursor.text, operator.start, reason)


def _continues_path(token: Token) -> bool:
    """Whether *token*, behind a word, makes that word an attribute."""
    if token.kind == "mark":
        return token.text in ".["
    return token.kind == "operator" or (token.kind == "word" and token.text.lower() in OPERATORS)
