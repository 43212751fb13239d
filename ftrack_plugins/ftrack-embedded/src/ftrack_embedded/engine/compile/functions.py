"""What SQLite and PostgreSQL say differently: lists in one parameter, and values kept as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Float,
    FromClause,
    Select,
    Text,
    cast,
    column,
    func,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

__all__ = [
    "elements",
    "folded",
    "json_boolean",
    "json_kind",
    "json_number",
    "json_text",
    "json_time",
    "listed",
    "unindexed",
]


class json_kind(FunctionElement[str]):  # noqa: N801 - a function of SQL
    """The kind of a JSON text: ``string``, ``number``, ``boolean``, ``array``, ``object``."""

    type = Text()
    inherit_cache = True


class json_text(FunctionElement[str]):  # noqa: N801 - a function of SQL
    """The text that a JSON string stands for; of a number its digits."""

    type = Text()
    inherit_cache = True


class json_number(FunctionElement[float]):  # noqa: N801 - a function of SQL
    """The number that a JSON text stands for."""

    type = Float()
    inherit_cache = True


class json_boolean(FunctionElement[bool]):  # noqa: N801 - a function of SQL
    """The truth value that a JSON text stands for."""

    type = Boolean()
    inherit_cache = True


class json_time(FunctionElement[str]):  # noqa: N801 - a function of SQL
    """The time in a JSON object, as times are stored."""

    type = Text()
    inherit_cache = True


class unindexed(FunctionElement[Any]):  # noqa: N801 - a function of SQL
    """The same value, for which SQLite does not consider an index."""

    inherit_cache = True

    def __init__(self, value: ColumnElement[Any]) -> None:
        super().__init__(value)
        self.type = value.type


class _json_elements(FunctionElement[str]):  # noqa: N801 - a function of SQL
    type = Text()
    inherit_cache = True


def folded(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a text as texts are compared and ordered: without regard to case.

    The indexes for names in `model.tables` hold this form.
    """
    return func.lower(text)


def elements(json_list: ColumnElement[Any]) -> tuple[FromClause, ColumnElement[str]]:
    """Return the rows of a JSON list, and their only column: the elements as texts."""
    rows = _json_elements(json_list).table_valued(column("value", Text()))
    return rows, rows.c.value


def listed(json_list: ColumnElement[Any], kind: str) -> Select[Any]:
    """Return a select of the elements of a JSON list as they compare with a *kind* of operand.

    One parameter holds the whole list: so its length is no part of the statement, and not limited
    by how many parameters a database takes.
    """
    rows, element = elements(json_list)
    value: ColumnElement[Any] = element
    if kind in ("integer", "number"):
        value = cast(element, Float)
    elif kind == "boolean":
        value = cast(element, Boolean)
    elif kind == "string":
        value = folded(element)
    return select(value).select_from(rows)


_SQLITE_KINDS: Final = (
    "WHEN 'text' THEN 'string' WHEN 'integer' THEN 'number' WHEN 'real' THEN 'number' "
    "WHEN 'true' THEN 'boolean' WHEN 'false' THEN 'boolean' WHEN 'array' THEN 'array' "
    "WHEN 'object' THEN 'object' WHEN 'null' THEN 'null'"
)


@compiles(json_kind, "sqlite")
def _sqlite_kind(element: json_kind, compiler: SQLCompiler, **options: Any) -> str:
    return f"(CASE json_type({_argument(element, compiler, options)}) {_SQLITE_KINDS} END)"


@compiles(json_text, "sqlite")
@compiles(json_number, "sqlite")
@compiles(json_boolean, "sqlite")
def _sqlite_scalar(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    return f"json_extract({_argument(element, compiler, options)}, '$')"


@compiles(json_time, "sqlite")
def _sqlite_time(element: json_time, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_extract({_argument(element, compiler, options)}, '$.value')"


@compiles(_json_elements, "sqlite")
def _sqlite_elements(element: _json_elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({_argument(element, compiler, options)})"


@compiles(unindexed, "sqlite")
def _sqlite_unindexed(element: unindexed, compiler: SQLCompiler, **options: Any) -> str:
    return f"+{_argument(element, compiler, options)}"


@compiles(unindexed, "postgresql")
def _postgresql_unindexed(element: unindexed, compiler: SQLCompiler, **options: Any) -> str:
    return _argument(element, compiler, options)


@compiles(json_kind, "postgresql")
def _postgresql_kind(element: json_kind, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_typeof({_argument(element, compiler, options)}::json)"


@compiles(json_text, "postgresql")
def _postgresql_text(element: json_text, compiler: SQLCompiler, **options: Any) -> str:
    return f"({_argument(element, compiler, options)}::json #>> '{{}}')"


@compiles(json_number, "postgresql")
def _postgresql_number(element: json_number, compiler: SQLCompiler, **options: Any) -> str:
    return f"({_argument(element, compiler, options)}::json #>> '{{}}')::float8"


@compiles(json_boolean, "postgresql")
def _postgresql_boolean(element: json_boolean, compiler: SQLCompiler, **options: Any) -> str:
    return f"({_argument(element, compiler, options)}::json #>> '{{}}')::boolean"


@compiles(json_time, "postgresql")
def _postgresql_time(element: json_time, compiler: SQLCompiler, **options: Any) -> str:
    return f"({_argument(element, compiler, options)}::json ->> 'value')"


@compiles(_json_elements, "postgresql")
def _postgresql_elements(element: _json_elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements_text({_argument(element, compiler, options)}::json)"


def _argument(element: FunctionElement[Any], compiler: SQLCompiler, options: dict[str, Any]) -> str:
    return compiler.process(element.clauses, **options)
