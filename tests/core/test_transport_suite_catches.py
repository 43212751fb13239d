"""The conformance suite of transports is worth something only if a broken transport fails it.

Each transport below breaks one promise; the check of that promise must fail for it. The transport
that keeps all of them passes the whole suite, in the same class.
"""

from __future__ import annotations

import threading

import pytest
from ftrack_core.errors import ServerError
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.transports import TransportSuite

CAUGHT = (Exception, pytest.fail.Exception)
BROKEN = {}
ROWS = [{"__entity_type__": "ProjectSchema", "id": "ps1", "name": "VFX"}]


def breaks(*checks):
    """Register a broken transport under the checks that must catch it."""

    def register(transport_class):
        BROKEN.update(dict.fromkeys(checks, transport_class))
        return transport_class

    return register


class Studio(MemoryTransport):
    """Keeps all promises."""

    def __init__(self):
        super().__init__(rows=ROWS)


class Changing(Studio):
    """Changes each answer on its way back."""

    def execute(self, batch):
        return [
            self.change(dict(one), answer)
            for one, answer in zip(batch, super().execute(batch), strict=True)
        ]

    def change(self, operation, answer):
        return answer


@breaks("test_it_satisfies_the_port")
class WithoutAMethod(Studio):
    stream = None


@breaks("test_the_server_information_names_the_version")
class WrapsTheServerInformation(Changing):
    def change(self, operation, answer):
        asked = operation["action"] == "query_server_information"
        return {"action": operation["action"], "data": answer} if asked else answer


@breaks("test_the_schemas_are_a_list_of_types")
class WrapsTheSchemas(Changing):
    def change(self, operation, answer):
        return {"data": answer} if operation["action"] == "query_schemas" else answer


@breaks("test_an_empty_batch_has_an_empty_answer")
class RefusesNothing(Studio):
    def execute(self, batch):
        if not batch:
            raise ServerError("ValueError", "there is no operation")
        return super().execute(batch)


@breaks("test_what_is_created_can_be_queried")
class TakesAsciiForText(Changing):
    def change(self, operation, answer):
        if operation["action"] == "query":
            for row in answer["data"]:
                row.update({"name": row.get("name", "").encode("ascii", "replace").decode()})
        return answer


@breaks("test_an_update_changes_what_it_names")
class UpdatesTheWholeRow(Studio):
    def execute(self, batch):
        empty = {"name": "", "full_name": ""}
        return super().execute(
            [
                {**one, "entity_data": {**empty, **one["entity_data"]}}
                if one["action"] == "update"
                else one
                for one in batch
            ]
        )


@breaks("test_what_is_deleted_is_gone")
class DeletesNothing(Studio):
    def execute(self, batch):
        kept = [one for one in batch if one["action"] != "delete"]
        return super().execute(kept) or [{"action": "delete", "data": True}]


@breaks("test_answers_come_in_the_order_of_the_operations")
class SortsTheBatch(Studio):
    def execute(self, batch):
        return super().execute(sorted(batch, key=lambda one: one["action"]))


@breaks("test_a_full_page_says_where_the_next_one_begins")
class KnowsNoPages(Changing):
    def change(self, operation, answer):
        if operation["action"] == "query":
            answer["metadata"] = {"next": {"offset": None}}
        return answer


@breaks("test_a_batch_is_carried_out_whole_or_not_at_all")
class SendsOneByOne(Studio):
    def execute(self, batch):
        return [answer for one in batch for answer in super(SendsOneByOne, self).execute([one])]


@breaks("test_a_refusal_carries_what_the_server_said")
class LosesThePosition(Studio):
    def execute(self, batch):
        try:
            return super().execute(batch)
        except ServerError as error:
            raise ServerError(error.exception, error.content) from error


@breaks("test_answers_belong_to_the_caller")
class RemembersAnswers(Studio):
    def __init__(self):
        super().__init__()
        self.answers = {}

    def execute(self, batch):
        return self.answers.setdefault(repr(batch), super().execute(batch))


@breaks("test_a_batch_is_left_as_it_was")
class EmptiesTheBatch(Studio):
    def execute(self, batch):
        answers = super().execute(batch)
        batch[0].clear()
        return answers


@breaks("test_many_threads_use_one_transport")
class BelongsToItsThread(Studio):
    def __init__(self):
        super().__init__()
        self.thread = threading.get_ident()

    def execute(self, batch):
        if threading.get_ident() != self.thread:
            raise RuntimeError("this transport was made in another thread")
        return super().execute(batch)


@breaks("test_closing_twice_is_no_error")
class ClosesOnce(Studio):
    def close(self):
        if self.closed:
            raise ValueError("it is closed already")
        super().close()


class TestTheSuite(TransportSuite):
    @pytest.fixture
    def transport(self, request):
        return getattr(request, "param", Studio)()

    @pytest.mark.parametrize(("check", "transport"), sorted(BROKEN.items()), indirect=["transport"])
    def test_a_broken_transport_fails_the_check_of_what_it_breaks(
        self, check, transport, run_check
    ):
        with pytest.raises(CAUGHT):
            run_check(check)

    @pytest.mark.parametrize("check", sorted(BROKEN))
    def test_the_same_check_passes_for_a_transport_that_keeps_its_promises(self, check, run_check):
        run_check(check)


def test_every_check_has_a_transport_that_it_catches():
    assert {name for name in dir(TransportSuite) if name.startswith("test_")} == set(BROKEN)
