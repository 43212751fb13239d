"""What type checkers are told: a query is a sequence of entities, and so is each look at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, get_type_hints

import pytest
from ftrack_core.entity import Entity
from ftrack_core.query import Builder
from ftrack_core.store import QueryResult
from ftrack_core.store.results import Found

from ftrack_core import Session

NAMES = {"Iterator": Iterator, "QueryResult": QueryResult, "Entity": Entity}


def returned(function):
    """What *function* is annotated to return, as a type checker reads it."""
    return get_type_hints(function, localns=NAMES)["return"]


def test_a_query_is_a_sequence_of_entities():
    assert QueryResult.__orig_bases__ == (Sequence[Found],)
    assert returned(Session.query) == returned(Builder.result) == QueryResult[Entity]


@pytest.mark.parametrize(
    ("look", "found"),
    [
        ("__iter__", Iterator[Found]),
        ("all", list[Found]),
        ("first", Found | None),
        ("one", Found),
        ("stream", Iterator[Found]),
        ("rows", Iterator[dict[str, Any]]),
    ],
)
def test_a_look_at_a_result_gives_what_it_is_a_result_of(look, found):
    assert returned(getattr(QueryResult, look)) == found


@pytest.mark.parametrize(
    ("look", "found"),
    [
        ("__iter__", Iterator[Entity]),
        ("all", list[Entity]),
        ("first", Entity | None),
        ("one", Entity),
    ],
)
def test_a_look_at_a_builder_gives_entities(look, found):
    assert returned(getattr(Builder, look)) == found
