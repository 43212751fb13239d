"""Limits and offsets stand where scripts have always put them."""

from __future__ import annotations

import pytest
from ftrack_api.query import window_last


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Task", "Task"),
        ("Task limit 2", "Task limit 2"),
        ("Task limit 2 order by id", "Task  order by id limit 2"),
        ("Task offset 4 where name is x limit 2", "Task  where name is x offset 4 limit 2"),
        ('Task where name is "limit 10 tons"', 'Task where name is "limit 10 tons"'),
        ("Task where limit is 5", "Task where limit is 5"),
        ("Task where name is 'open", "Task where name is 'open"),
    ],
)
def test_limit_and_offset_go_to_the_end_wherever_they_are(written, sent):
    assert window_last(written) == sent


def test_a_limit_before_an_order_is_kept(tmp_path):
    import ftrack_api

    with ftrack_api.Session("embedded:?seed=demo", schema_cache_path=False) as session:
        found = session.query("select id from Task limit 2 order by id").all()
        every = session.query("select id from Task order by id").all()
    assert [one["id"] for one in found] == [one["id"] for one in every[:2]]
