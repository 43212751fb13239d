"""A server that is too old is told when it is first met, with and without remembered schemas."""

from __future__ import annotations

import pytest
from ftrack_core.errors import IncompatibleServerError
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session


class Old(MemoryTransport):
    """A server that says it is of *version*; not even that where it is None."""

    version: str | None = None

    def execute(self, batch):
        answers = super().execute(batch)
        for operation, answer in zip(batch, answers, strict=True):
            if operation["action"] == "query_server_information":
                answer["version"] = self.version
        return answers


@pytest.fixture
def server():
    return Old()


@pytest.mark.parametrize("version", ["3.3.10", "3.2.99", "1.0.0", "3.3.10.4", "0.9.1-rc"])
def test_a_server_that_is_too_old_is_refused_with_both_versions(server, version):
    server.version = version
    with memory_session(server) as session:
        told = rf"is version {version}, .* 3\.3\.11 "
        with pytest.raises(IncompatibleServerError, match=told) as refused:
            session.query("Task").all()
        assert (refused.value.version, refused.value.required) == (version, "3.3.11")


def test_a_server_without_a_version_is_perhaps_none(server):
    told = pytest.raises(IncompatibleServerError, match="an ftrack server")
    with memory_session(server) as session, told:
        session.connect()


@pytest.mark.parametrize("version", ["3.3.11", "3.10.0", "24.9.0", "4.0.0-rc1", "dev", "3.4", ""])
def test_a_server_that_is_new_enough_or_a_version_in_another_form_is_let_through(server, version):
    server.version = version
    with memory_session(server) as session:
        assert session.connect().server_information["version"] == version


def test_remembered_schemas_do_not_hide_that_the_server_is_too_old(server, tmp_path):
    server.version = "24.9.0"
    with memory_session(server, cache_folder=tmp_path) as session:
        session.connect()
    older = Old()
    older.version = "3.3.10"
    with memory_session(older, cache_folder=tmp_path) as session:
        for _ in range(2):
            with pytest.raises(IncompatibleServerError):
                session.query("Task").all()


def test_a_server_that_was_updated_meanwhile_is_asked_again(server):
    server.version = "3.3.10"
    with memory_session(server) as session:
        with pytest.raises(IncompatibleServerError):
            session.connect()
        server.version = "24.9.0"
        assert session.query("Task").all() == []
