"""Opening a studio: private or in a file, new or old, with which data; its keys and facts."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing

import pytest
from ftrack_core.errors import AuthenticationError, ConfigurationError, ServerError
from ftrack_embedded import Caller, EmbeddedTransport, Studio
from operations import create


def rows(studio, expression):
    return studio.execute([{"action": "query", "expression": expression}])[0]["data"]


# --- files and seeds ---------------------------------------------------------------------------


def test_a_private_studio_is_gone_when_it_is_closed():
    with Studio() as studio:
        path = studio.path
        assert path.exists()
    assert not path.exists()
    assert not path.parent.exists()


def test_a_file_is_seeded_once_and_then_opened_as_it_is(tmp_path):
    path = tmp_path / "studio.db"
    with Studio(path) as studio:
        studio.execute([create("Project", name="orbit")])
    with Studio(path, seed="demo") as studio:
        assert [row["name"] for row in rows(studio, "select name from Project")] == ["orbit"]


def test_seeds_are_empty_default_and_demo():
    with Studio(seed="empty") as studio:
        assert rows(studio, "User") == []
    with Studio() as studio:
        assert [row["username"] for row in rows(studio, "select username from User")] == ["admin"]
        assert rows(studio, "Project") == []
    with Studio(seed="demo", demo={"tasks": 12}) as studio:
        assert len(rows(studio, "Task")) == 12
        assert len(rows(studio, "Project")) == 1


def test_an_unknown_seed_is_refused_with_a_hint():
    with pytest.raises(ConfigurationError, match="Did you mean 'demo'"):
        Studio(seed="demmo")


def test_a_database_of_a_newer_version_is_refused(tmp_path):
    path = tmp_path / "studio.db"
    Studio(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE studio SET format_version = 99")
    connection.close()
    with pytest.raises(ConfigurationError, match="newer version"):
        Studio(path)


def test_a_database_of_another_program_is_refused(tmp_path):
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(ConfigurationError, match="not a studio"):
        Studio(path)


def test_what_cannot_be_opened_is_refused(tmp_path):
    noise = tmp_path / "noise.db"
    noise.write_bytes(b"no database at all" * 100)
    for path in (noise, tmp_path / "missing" / "studio.db"):
        with pytest.raises(ConfigurationError, match="cannot be opened"):
            Studio(path)


# --- keys --------------------------------------------------------------------------------------


@pytest.fixture
def studio():
    with Studio() as studio:
        studio.execute([create("User", id="u1", username="ann")])
        yield studio


def test_a_key_lets_its_owner_in_and_nobody_else(studio):
    key = studio.create_api_key("ann")
    assert studio.authenticate("ann", key).username == "ann"
    with pytest.raises(AuthenticationError):
        studio.authenticate("admin", key)


def test_a_key_of_ones_own_can_be_registered(studio):
    studio.register_api_key("admin", "a key of my choice")
    assert studio.authenticate("admin", "a key of my choice").username == "admin"


@pytest.mark.parametrize("username", ["ann", "nobody", ""])
def test_wrong_credentials_have_a_code_and_a_text_that_clients_know(studio, username):
    with pytest.raises(AuthenticationError) as caught:
        studio.authenticate(username, "wrong")
    assert caught.value.exception == "InvalidCredentialsError"
    assert caught.value.error_code == "api_credentials_invalid"
    assert caught.value.content.startswith("The supplied API key is not valid.")
    assert "wrong" not in caught.value.content


def test_an_inactive_user_cannot_sign_in(studio):
    key = studio.create_api_key("ann")
    change = {"entity_type": "User", "entity_key": ["u1"], "entity_data": {"is_active": False}}
    studio.execute([{"action": "update", **change}])
    with pytest.raises(AuthenticationError):
        studio.authenticate("ann", key)


def test_keys_are_not_in_the_file(tmp_path):
    path = tmp_path / "studio.db"
    with Studio(path) as studio:
        key = studio.create_api_key("admin")
    assert key.encode() not in path.read_bytes()


def test_a_key_for_an_unknown_user_is_refused_with_a_hint(studio):
    with pytest.raises(ConfigurationError, match="Did you mean 'admin'"):
        studio.create_api_key("admni")


def reset(**members):
    return [{"action": "reset_remote", "entity_type": "User", "entity_key": "u1", **members}]


def test_a_reset_key_replaces_the_old_ones(studio):
    old = studio.create_api_key("ann")
    (answer,) = studio.execute(reset(reset_type="api_key"))
    assert studio.authenticate("ann", answer["data"]["api_key"])
    with pytest.raises(AuthenticationError):
        studio.authenticate("ann", old)


def test_only_the_administrator_resets_the_key_of_another(studio):
    studio.execute([create("User", username="bob")])
    with pytest.raises(ServerError) as caught:
        studio.execute(reset(reset_type="api_key"), caller=Caller("bob"))
    assert caught.value.exception == "PermissionError"


def test_an_unknown_kind_of_reset_is_refused(studio):
    with pytest.raises(ServerError, match="api_key"):
        studio.execute(reset(reset_type="shoes"))


# --- facts and search --------------------------------------------------------------------------


def test_the_hash_of_the_schemas_is_what_a_client_computes(studio):
    facts, schemas = studio.execute(
        [{"action": "query_server_information"}, {"action": "query_schemas"}]
    )
    text = json.dumps(schemas, sort_keys=True)
    digest = hashlib.md5(text.encode("utf-8"), usedforsecurity=False).hexdigest()
    assert facts["schema_hash"] == digest
    assert facts["is_timezone_support_enabled"] is True
    assert facts["user_information"]["username"] == "admin"


def test_facts_can_be_chosen(studio):
    batch = [{"action": "query_server_information", "values": ["version"]}]
    assert list(studio.execute(batch)[0]) == ["version"]


def test_the_schemas_belong_to_whoever_asked(studio):
    studio.execute([{"action": "query_schemas"}])[0].clear()
    assert studio.execute([{"action": "query_schemas"}])[0]


def test_search_wants_every_word_somewhere_in_the_name(studio):
    studio.execute(
        [
            create("Project", id="p1", name="orbit"),
            create("Sequence", id="sq1", name="rainy street", parent_id="p1"),
            create("Shot", id="sh1", name="street at night", parent_id="sq1"),
            create("Shot", id="sh2", name="100% rain", parent_id="p1"),
        ]
    )

    def found(**members):
        expression = "select id from TypedContext order by id"
        batch = [{"action": "search", "expression": expression, **members}]
        return [row["id"] for row in studio.execute(batch)[0]["data"]]

    assert found(terms=["street"]) == ["sh1", "sq1"]
    assert found(terms=["STREET", "rain"]) == ["sq1"]
    assert found(terms=["100%"]) == ["sh2"]
    assert found(terms=[], context_id="sq1") == ["sh1"]
    assert found(object_type_ids=["bad911de-3bd6-47b9-8b46-3476e237cb36"]) == ["sh1", "sh2"]


# --- the transport -----------------------------------------------------------------------------


def ask(transport, expression):
    return transport.execute([{"action": "query", "expression": expression}])[0]["data"]


def test_each_bare_url_is_a_fresh_studio():
    first = EmbeddedTransport.from_url("embedded:", "admin")
    second = EmbeddedTransport.from_url("embedded:", "admin")
    first.execute([create("Project", name="orbit")])
    assert len(ask(first, "Project")) == 1
    assert ask(second, "Project") == []
    first.close()
    second.close()


def test_a_url_with_a_path_is_a_file_that_stays(tmp_path):
    url = f"embedded://{(tmp_path / 'my studio.db').as_posix()}?seed=demo&tasks=5"
    transport = EmbeddedTransport.from_url(url.replace(" ", "%20"), "admin")
    assert len(ask(transport, "Task")) == 5
    transport.close()
    assert (tmp_path / "my studio.db").exists()


def test_a_login_name_the_studio_does_not_know_is_added():
    transport = EmbeddedTransport.from_url("embedded:", "zoë")
    transport.execute([create("Job", id="j1")])
    assert ask(transport, "select user.username from Job")[0]["user"]["username"] == "zoë"
    transport.close()


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("embedded://path/studio.db", "three slashes"),
        ("embedded:?seeds=demo", "no option seeds=demo"),
        ("embedded:?tasks=many", "no option tasks=many"),
    ],
)
def test_a_url_that_means_nothing_is_refused(url, text):
    with pytest.raises(ConfigurationError, match=text):
        EmbeddedTransport.from_url(url)
