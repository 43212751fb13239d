"""Binding locations to accessors and structures, and picking one."""

from __future__ import annotations

import pytest
from ftrack_core.errors import ConfigurationError, LocationError, PluginConflictError
from ftrack_core.locations import ORIGIN, REVIEW, SERVER, UNMANAGED
from ftrack_core.testing.memory_accessor import MemoryAccessor
from ftrack_core.testing.memory_transport import MemoryTransport
from ftrack_core.testing.sessions import memory_session

from ftrack_core import LocationBinding, hookimpl, provides

ROWS = [
    {"__entity_type__": "Location", "id": "l-prod", "name": "studio.prod"},
    {"__entity_type__": "Location", "id": "l-cache", "name": "studio.cache"},
]


class Vault:
    """A plugin with an accessor, a structure, and a location made of both."""

    made = 0

    @provides("vault")
    @hookimpl
    def ftrack_create_accessor(self, context, spec):
        if spec.scheme != "vault":
            return None
        self.made += 1
        accessor = MemoryAccessor()
        accessor.spec = spec
        return accessor

    @provides("flat")
    @hookimpl
    def ftrack_create_structure(self, context, spec):
        return FlatStructure() if spec == "flat" else None

    @hookimpl
    def ftrack_locations(self, context):
        return [LocationBinding("studio.prod", "vault:/mnt", "flat", priority=10)]


class FlatStructure:
    def get_resource_identifier(self, entity, context=None):
        return entity["name"]


@pytest.fixture
def server():
    return MemoryTransport(rows=ROWS)


@pytest.fixture
def vault():
    return Vault()


@pytest.fixture
def session(server, vault):
    with memory_session(server, plugins=[vault]) as session:
        yield session


# --- well-known locations ------------------------------------------------------------------------


def test_origin_and_unmanaged_need_no_row(session):
    session.connect()
    before = session.request_count
    for known in (ORIGIN, UNMANAGED, REVIEW):
        location = session.locations.get(known.name)
        assert location["id"] == known.id
        assert location.accessor is not None
        assert location.priority == known.priority
    assert session.request_count == before


def test_server_and_connect_have_no_accessor_by_themselves(session):
    assert session.locations.get("ftrack.server").accessor is None
    assert session.locations.get("ftrack.connect").accessor is None


def test_they_are_found_by_id_too(session):
    assert session.locations.get(SERVER.id) is session.locations.get(SERVER.name)


def test_a_plugin_may_bind_one_of_them(session):
    session.locations.bind(LocationBinding("ftrack.server", "vault:", priority=150))
    assert session.locations.get("ftrack.server").accessor is not None


# --- bindings ------------------------------------------------------------------------------------


def test_a_plugin_binds_a_location(session):
    location = session.locations.get("studio.prod")
    assert location["id"] == "l-prod"
    assert location.priority == 10
    assert isinstance(location.accessor, MemoryAccessor)
    assert isinstance(location.structure, FlatStructure)


def test_parts_are_made_when_they_are_asked_for(session, vault):
    location = session.locations.get("studio.prod")
    assert vault.made == 0
    assert location.accessor is location.accessor
    assert vault.made == 1


def test_the_accessor_is_given_the_url_and_the_options(session):
    options = {"key": "secret"}
    session.locations.bind(LocationBinding("studio.cache", "vault://host/x", options=options))
    spec = session.locations.get("studio.cache").accessor.spec
    assert (spec.rest, spec.options) == ("//host/x", {"key": "secret"})


def test_what_the_session_binds_wins_over_plugins(session):
    mine = MemoryAccessor()
    session.locations.bind(LocationBinding("studio.prod", mine, priority=3))
    location = session.locations.get("studio.prod")
    assert location.accessor is mine
    assert location.priority == 3


def test_two_plugins_of_one_tier_cannot_bind_one_name(server):
    class Other:
        @hookimpl
        def ftrack_locations(self, context):
            return [LocationBinding("studio.prod", "vault:/other", "flat")]

    with (
        memory_session(server, plugins=[Vault(), Other()]) as session,
        pytest.raises(PluginConflictError, match=r"studio\.prod"),
    ):
        session.locations.get("studio.prod")


def test_bindings_follow_the_plugins(server, tmp_path):
    plugin = tmp_path / "studio.py"
    text = """
from ftrack_core import LocationBinding, hookimpl

@hookimpl
def ftrack_locations(context):
    return [LocationBinding("studio.{name}", "vault:/mnt", "flat", priority={priority})]
"""
    plugin.write_text(text.format(name="prod", priority=5))
    with memory_session(
        server, plugins=[Vault_without_locations()], plugin_folders=[tmp_path]
    ) as s:
        location = s.locations.get("studio.prod")
        before = location.accessor
        assert location.priority == 5
        plugin.write_text(text.format(name="prod", priority=7))
        s.plugins.refresh()
        assert location.priority == 7
        assert location.accessor is not before
        plugin.write_text(text.format(name="cache", priority=7))
        s.plugins.refresh()
        assert location.accessor is None
        assert s.locations.get("studio.cache").accessor is not None


def Vault_without_locations():  # noqa: N802 -- reads as the class it makes
    class Plain(Vault):
        ftrack_locations = None

    return Plain()


# --- what the entity holds -----------------------------------------------------------------------


def test_parts_are_assigned_to_the_entity_and_kept_by_the_session(session):
    accessor, structure = MemoryAccessor(), FlatStructure()
    location = session.get("Location", "l-cache")
    location.accessor, location.structure, location.priority = accessor, structure, 2
    del location
    again = session.query('Location where name is "studio.cache"').one()
    assert (again.accessor, again.structure, again.priority) == (accessor, structure, 2)


def test_an_unbound_location_has_no_parts(session):
    location = session.get("Location", "l-cache")
    assert location.accessor is None
    assert location.structure is None
    assert location.resource_identifier_transformer is None
    assert location.priority == 50


def test_what_was_assigned_outlives_a_reload(server, tmp_path):
    plugin = tmp_path / "any.py"
    plugin.write_text("")
    with memory_session(server, plugins=[Vault()], plugin_folders=[tmp_path]) as session:
        accessor = MemoryAccessor()
        session.locations.get("studio.prod").accessor = accessor
        plugin.write_text("x = 1")
        session.plugins.refresh()
        assert session.locations.get("studio.prod").accessor is accessor


def test_sessions_know_nothing_of_one_another(server):
    with memory_session(server) as one, memory_session(server) as other:
        one.get("Location", "l-prod").accessor = MemoryAccessor()
        assert other.get("Location", "l-prod").accessor is None


# --- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("s3://bucket", "Install ftrack-accessor-s3"),
        ("disk:/mnt", "Install ftrack-accessor-disk"),
        ("sftp://host/x", "Install ftrack-accessor-fsspec"),
        ("valt:/mnt", "Did you mean 'vault'"),
        ("zzz:/mnt", "Known schemes: vault"),
        ("/mnt/prod", "write a folder as disk:/mnt/prod"),
        ("P:/prod", "write a folder as disk:/mnt/prod"),
    ],
)
def test_an_unclaimed_scheme_says_what_to_do(session, url, hint):
    session.locations.bind(LocationBinding("studio.cache", url))
    with pytest.raises(ConfigurationError, match=hint) as caught:
        _ = session.locations.get("studio.cache").accessor
    assert "location 'studio.cache'" in str(caught.value)


def test_an_unknown_structure_offers_near_names(session):
    session.locations.bind(LocationBinding("studio.cache", "vault:", "flatt"))
    with pytest.raises(ConfigurationError, match=r"Did you mean 'flat'\?"):
        _ = session.locations.get("studio.cache").structure


def test_an_unknown_location_offers_near_names(session):
    with pytest.raises(LocationError, match=r"Did you mean 'studio.prod'\?"):
        session.locations.get("studio.pord")


# --- picking -------------------------------------------------------------------------------------


def test_locations_come_by_priority(session):
    session.locations.bind(LocationBinding("studio.cache", "vault:/cache", priority=3))
    names = [location["name"] for location in session.locations]
    assert names[:3] == ["studio.cache", "studio.prod", "ftrack.unmanaged"]


def test_the_lowest_priority_with_an_accessor_is_picked(session):
    session.locations.bind(LocationBinding("studio.cache", None, priority=1))
    assert session.pick_location()["name"] == "studio.prod"


def test_without_bindings_it_is_unmanaged(server):
    with memory_session(server) as session:
        assert session.pick_location()["name"] == "ftrack.unmanaged"


def test_a_location_that_was_set_up_by_hand_is_picked_too(server):
    with memory_session(server) as session:
        location = session.get("Location", "l-cache")
        location.accessor, location.priority = MemoryAccessor(), 1
        assert session.pick_location() is location


@pytest.mark.parametrize("by_name", [True, False])
def test_a_plugin_picks_first(server, by_name):
    class Pick:
        @hookimpl
        def ftrack_pick_location(self, session, component):
            if component["file_type"] != ".vdb":
                return None
            return "studio.cache" if by_name else session.locations.get("studio.cache")

    with memory_session(server, plugins=[Vault(), Pick()]) as session:
        smoke = session.create("FileComponent", {"file_type": ".vdb"})
        plate = session.create("FileComponent", {"file_type": ".exr"})
        assert session.locations.pick(smoke)["name"] == "studio.cache"
        assert session.locations.pick(plate)["name"] == "studio.prod"


def test_a_missing_plugin_does_not_send_data_elsewhere(session):
    session.locations.bind(LocationBinding("studio.cache", "s3://bucket", priority=1))
    with pytest.raises(ConfigurationError, match="ftrack-accessor-s3"):
        session.pick_location()


def test_binding_and_picking_cost_one_request(session):
    session.connect()
    before = session.request_count
    for _ in range(3):
        session.pick_location()
        session.locations.get("studio.prod")
    assert session.request_count - before == 1
