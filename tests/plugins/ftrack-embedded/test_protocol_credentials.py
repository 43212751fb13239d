"""Keys that are reset: all of a user, or one by its own id."""

from __future__ import annotations

import pytest
from ftrack_core.errors import AuthenticationError, ServerError
from ftrack_embedded import Caller
from operations import create


def update(entity_type, key, /, **data):
    return {"action": "update", "entity_type": entity_type, "entity_key": key, "entity_data": data}


def delete(entity_type, key):
    return {"action": "delete", "entity_type": entity_type, "entity_key": key}


@pytest.fixture
def studio(new_studio):
    with new_studio() as studio:
        studio.execute([create("User", id="u1", username="ann")])
        yield studio


@pytest.fixture
def do(studio):
    """Carry out operations and return the last answer."""
    return lambda *operations: studio.execute(operations)[-1]


@pytest.fixture
def call(do):
    return lambda action, **members: do({"action": action, **members})


@pytest.fixture
def rows(do):
    return lambda expression: do({"action": "query", "expression": expression})["data"]


@pytest.fixture
def refused(studio):
    def attempt(*operations, **options):
        with pytest.raises(ServerError) as caught:
            studio.execute(operations, caller=Caller(**options))
        return f"{caught.value.exception}: {caught.value.content}"

    return attempt


@pytest.fixture
def signs_in(studio):
    def signs_in(username, key):
        try:
            return studio.authenticate(username, key).username == username
        except AuthenticationError:
            return False

    return signs_in


@pytest.mark.parametrize("key", ["u1", ["u1"]], ids=["bare", "list"])
def test_a_users_keys_are_all_replaced_by_one(studio, call, signs_in, key):
    former = [studio.create_api_key("ann") for _ in range(2)]
    answer = call("reset_remote", reset_type="api_key", entity_type="User", entity_key=key)
    assert set(answer) == {"action", "data"}
    assert set(answer["data"]) == {"api_key"}
    assert signs_in("ann", answer["data"]["api_key"])
    assert [signs_in("ann", one) for one in former] == [False, False]


def test_one_key_is_reset_by_its_own_id_and_may_get_another_identifier(
    studio, call, rows, signs_in
):
    former, other = studio.create_api_key("ann"), studio.create_api_key("ann")
    first = rows("select id from ApiKey where resource_id is u1")[0]["id"]
    studio.execute([update("ApiKey", [first], identifier="farm")])
    answers = [
        call("reset_remote", reset_type="api_key", entity_type="ApiKey", entity_key=first, **data)
        for data in ({}, {"entity_data": {"identifier": "render"}})
    ]
    first_new, new = (answer["data"]["api_key"] for answer in answers)
    assert signs_in("ann", new)
    assert not signs_in("ann", first_new)
    assert signs_in("ann", former) is not signs_in("ann", other)
    assert rows(f"select identifier from ApiKey where id is {first}")[0]["identifier"] == "render"


def test_a_key_that_was_made_as_an_entity_gets_its_secret_when_it_is_reset(
    do, call, signs_in, refused
):
    do(create("ApiKey", id="k1", identifier="farm", resource_id="u1"), create("ApiKey", id="k2"))
    reset = {"reset_type": "api_key", "entity_type": "ApiKey"}
    secret = call("reset_remote", entity_key="k1", **reset)["data"]["api_key"]
    assert signs_in("ann", secret)
    assert not signs_in("admin", secret)
    assert refused({"action": "reset_remote", "entity_key": "k2", **reset}) == (
        "ValidationError: The ApiKey k2 is nobody's: give it the resource_id of a user first."
    )
    do(delete("ApiKey", "k1"))
    assert not signs_in("ann", secret)


def test_a_global_key_stays_global_with_its_role(studio, call, rows, signs_in, refused):
    former = studio.create_api_key(None, role="API")
    (key,) = rows("select id from ApiKey where resource_id is none")
    reset = {"reset_type": "api_key", "entity_type": "ApiKey", "entity_key": key["id"]}
    assert refused({"action": "reset_remote", **reset}, username="ann").startswith(
        "PermissionError"
    )
    secret = call("reset_remote", **reset)["data"]["api_key"]
    assert [signs_in(name, secret) for name in ("admin", "ann")] == [True, True]
    assert not signs_in("admin", former)
    caller = studio.authenticate("ann", secret)
    assert (caller.is_global_key, caller.key_role) == (True, "API")


def test_nobody_resets_the_key_of_another(studio, rows, refused):
    studio.create_api_key("admin")
    (key,) = rows("select id from ApiKey")
    reset = {"action": "reset_remote", "reset_type": "api_key", "entity_type": "ApiKey"}
    said = refused({**reset, "entity_key": key["id"]}, username="ann")
    assert said == "PermissionError: Permission denied to reset the credentials of admin."


@pytest.mark.parametrize(
    ("members", "said"),
    [
        (
            {"reset_type": "shoes", "entity_key": "u1"},
            "There is no reset type 'shoes'; there are api_key, password.",
        ),
        (
            {"reset_type": "api_kee", "entity_key": "u1"},
            "There is no reset type 'api_kee'; there are api_key, password. "
            "Did you mean 'api_key'?",
        ),
        (
            {"reset_type": "api_key", "entity_type": "FileComponent", "entity_key": "c1"},
            "Only a User or an ApiKey can be reset, a FileComponent cannot.",
        ),
        (
            {"reset_type": "api_key", "entity_type": "Usr", "entity_key": "u1"},
            "Entity type \"Usr\" does not exist. Did you mean 'User'",
        ),
        ({"reset_type": "api_key"}, '"entity_key" of reset_remote must be an id, not None.'),
        (
            {
                "reset_type": "api_key",
                "entity_type": "ApiKey",
                "entity_key": "k1",
                "entity_data": {"identifier": 3},
            },
            "ApiKey.identifier must be a text, got 3.",
        ),
    ],
)
def test_a_reset_that_makes_no_sense_says_what_could_be_reset(do, refused, members, said):
    do(create("ApiKey", id="k1", resource_id="u1"))
    assert refused({"action": "reset_remote", **members}).startswith(f"ValidationError: {said}")
