"""Files over a session's connection."""

from __future__ import annotations

import pytest
from ftrack_core.errors import SessionClosedError
from ftrack_core.session.streaming import streamed
from ftrack_core.testing.memory_stream import MemoryStreamResponse
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session


def test_a_file_goes_out_and_comes_back_over_the_transport_of_the_session():
    with memory_session(MemoryTransport()) as session:
        with streamed(session, "PUT", "/upload?id=c1", {"content-length": "3"}, b"abc") as answer:
            assert answer.status == 200
        with streamed(session, "GET", "/component/get?id=c1") as answer:
            assert b"".join(answer.iter_bytes(2)) == b"abc"


def test_an_answer_of_any_status_is_lent_and_closed(monkeypatch):
    closed = []
    monkeypatch.setattr(MemoryStreamResponse, "close", lambda answer: closed.append(answer.status))
    with memory_session(MemoryTransport()) as session:
        with streamed(session, "GET", "/component/get?id=none") as answer:
            assert (answer.status, closed) == (404, [])
        assert closed == [404]


def test_a_closed_session_sends_nothing():
    with memory_session(MemoryTransport()) as session:
        pass
    with pytest.raises(SessionClosedError), streamed(session, "GET", "/component/get?id=c1"):
        pytest.fail("nothing is lent")
