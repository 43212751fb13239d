"""The conformance suite of the Transport port.

Inherit it, give it a fixture, and a transport is tested against what the kernel relies on::

    class TestStudioTransport(TransportSuite):
        @pytest.fixture
        def transport(self):
            transport = StudioTransport(...)
            yield transport
            transport.close()
"""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from ftrack_core.errors import ServerError
from ftrack_core.ports import Transport

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TransportSuite", "create", "project_by", "query", "update"]


def query(expression: str) -> dict[str, Any]:
    """Return the operation that asks *expression*."""
    return {"action": "query", "expression": expression}


def project_by(entity_id: str, attributes: str = "id") -> dict[str, Any]:
    """Return the operation that asks for *attributes* of one project."""
    text = f"select {attributes} from Project where id is {entity_id}"
    return query(text)


def create(entity_type: str, **data: Any) -> dict[str, Any]:
    """Return the operation that creates one entity of *entity_type*; *data* holds its id."""
    return {
        "action": "create",
        "entity_type": entity_type,
        "entity_key": [data["id"]],
        "entity_data": {"__entity_type__": entity_type, **data},
    }


def update(entity_type: str, entity_id: str, **data: Any) -> dict[str, Any]:
    """Return the operation that changes *data* of one entity."""
    return {
        "action": "update",
        "entity_type": entity_type,
        "entity_key": [entity_id],
        "entity_data": {"__entity_type__": entity_type, **data},
    }


class TransportSuite:
    """What every transport does, whatever carries the bytes.

    The class that inherits it has a fixture ``transport``: a transport of a user who may write, to
    a studio that nobody else changes and that holds at least one ProjectSchema.
    """

    @pytest.fixture
    def project(self, transport: Transport) -> Callable[..., dict[str, Any]]:
        """Return a function that makes the operation that creates a project."""
        (found,) = transport.execute([query("select id from ProjectSchema limit 1")])
        schema_id = found["data"][0]["id"]

        def operation(name: str = "", **data: Any) -> dict[str, Any]:
            entity_id = str(uuid.uuid4())
            name = name or f"project_{entity_id[:8]}"
            data = {"full_name": name, "project_schema_id": schema_id, **data}
            return create("Project", id=entity_id, name=name, **data)

        return operation

    def test_it_satisfies_the_port(self, transport: Transport) -> None:
        """All methods of the protocol are there."""
        assert isinstance(transport, Transport)

    def test_the_server_information_names_the_version(self, transport: Transport) -> None:
        """The answer is a bare object."""
        (information,) = transport.execute([{"action": "query_server_information"}])
        assert information["version"]
        assert information["schema_hash"]

    def test_the_schemas_are_a_list_of_types(self, transport: Transport) -> None:
        """The answer is the list itself."""
        (schemas,) = transport.execute([{"action": "query_schemas"}])
        by_name = {schema["id"]: schema for schema in schemas}
        assert by_name["Task"]["primary_key"] == ["id"]
        assert by_name["Metadata"]["primary_key"] == ["parent_id", "key"]
        assert by_name["Task"]["properties"]["status"] == {"$ref": "Status"}

    def test_an_empty_batch_has_an_empty_answer(self, transport: Transport) -> None:
        """Nothing asked, nothing answered."""
        assert transport.execute([]) == []

    def test_what_is_created_can_be_queried(
        self, transport: Transport, project: Callable[..., dict[str, Any]]
    ) -> None:
        """Text in any script and moments in time come back as they were written."""
        start = {"__type__": "datetime", "value": "2031-05-06T07:08:09"}
        operation = project("пустыня 砂", start_date=start)
        (created,) = transport.execute([operation])
        key = operation["entity_key"][0]
        assert created["action"] == "create"
        assert created["data"]["id"] == key
        (answer,) = transport.execute([project_by(key, "name, start_date")])
        (row,) = answer["data"]
        assert row["__entity_type__"] == "Project"
        assert row["name"] == "пустыня 砂"
        assert row["start_date"] == start

    def test_an_update_changes_what_it_names(
        self, transport: Transport, project: Callable[..., dict[str, Any]]
    ) -> None:
        """The rest stays."""
        operation = project("before")
        key = operation["entity_key"][0]
        transport.execute([operation])
        (answer,) = transport.execute([update("Project", key, full_name="after")])
        assert answer["action"] == "update"
        assert answer["data"]["id"] == key
        (found,) = transport.execute([project_by(key, "name, full_name")])
        assert (found["data"][0]["name"], found["data"][0]["full_name"]) == ("before", "after")

    def test_what_is_deleted_is_gone(
        self, transport: Transport, project: Callable[..., dict[str, Any]]
    ) -> None:
        """A delete answers True."""
        operation = project()
        key = operation["entity_key"]
        transport.execute([operation])
        delete = {"action": "delete", "entity_type": "Project", "entity_key": key}
        assert transport.execute([delete]) == [{"action": "delete", "data": True}]
        (answer,) = transport.execute([project_by(key[0])])
        assert answer["data"] == []

    def test_answers_come_in_the_order_of_the_operations(
        self, transport: Transport, project: Callable[..., dict[str, Any]]
    ) -> None:
        """And a later operation sees what an earlier one of its batch did."""
        operation = project()
        key = operation["entity_key"][0]
        before, created, after = transport.execute(
            [
                project_by(key),
                operation,
                project_by(key),
            ]
        )
        assert before["data"] == []
        assert created["data"]["id"] == key
        assert [row["id"] for row in after["data"]] == [key]

    def test_a_full_page_says_where_the_next_one_begins(
        self, transport: Transport, project: Callable[..., dict[str, Any]]
    ) -> None:
        """The last page says that there is none."""
        transport.execute([project(f"page_{number}") for number in range(3)])
        expression = 'select name from Project where name like "page_%" order by name'
        first, second = transport.execute(
            [query(f"{expression} offset 0 limit 2"), query(f"{expression} offset 2 limit 2")]
        )
        assert [row["name"] for row in first["data"]] == ["page_0", "page_1"]
        assert first["metadata"]["next"]["offset"] == 2
        assert [row["name"] for row in second["data"]] == ["page_2"]
        assert second["metadata"]["next"]["offset"] is None

    def test_a_batch_is_carried_out_whole_or_not_at_all(
        self, transport: Transport, project: Callable[..., dict[str, Any]]
    ) -> None:
        """What came before the refused operation leaves nothing behind."""
        operation = project()
        with pytest.raises(ServerError):
            transport.execute([operation, update("Project", str(uuid.uuid4()), full_name="x")])
        (answer,) = transport.execute([project_by(operation["entity_key"][0])])
        assert answer["data"] == []

    def test_a_refusal_carries_what_the_server_said(self, transport: Transport) -> None:
        """Its name, its text and the position of the operation."""
        with pytest.raises(ServerError) as caught:
            transport.execute(
                [query("select id from Project limit 1"), query("select nonsense from Project")]
            )
        assert caught.value.exception == "ParseError"
        assert "nonsense" in caught.value.content
        assert caught.value.operation == 1

    def test_answers_belong_to_the_caller(
        self, transport: Transport, project: Callable[..., dict[str, Any]]
    ) -> None:
        """Changing an answer changes no other answer."""
        transport.execute([project("mine")])
        batch = [query("select name from Project"), {"action": "query_schemas"}]
        first = transport.execute(batch)
        wanted = deepcopy(first)
        first[0]["data"][0]["name"] = "changed"
        first[1].clear()
        assert transport.execute(batch) == wanted

    def test_a_batch_is_left_as_it_was(
        self, transport: Transport, project: Callable[..., dict[str, Any]]
    ) -> None:
        """The caller may send it again."""
        batch = [project(), query("select id from Project")]
        before = json.dumps(batch)
        transport.execute(batch)
        assert json.dumps(batch) == before

    def test_many_threads_use_one_transport(
        self, transport: Transport, project: Callable[..., dict[str, Any]]
    ) -> None:
        """Each gets its own answer."""
        operations = [project(f"thread_{number}") for number in range(8)]
        transport.execute(operations)

        def name_of(operation: dict[str, Any]) -> str:
            key = operation["entity_key"][0]
            (answer,) = transport.execute([project_by(key, "name")])
            return str(answer["data"][0]["name"])

        with ThreadPoolExecutor(8) as pool:
            names = list(pool.map(name_of, operations * 4))
        assert names == [f"thread_{number}" for number in range(8)] * 4

    def test_closing_twice_is_no_error(self, transport: Transport) -> None:
        """The second call does nothing."""
        transport.execute([{"action": "query_server_information"}])
        transport.close()
        transport.close()
