"""``ftrack_api._centralized_storage_scenario``: one storage for all, set up and used."""

from __future__ import annotations

import json
import logging
from functools import partial

import ftrack_api
import ftrack_api.accessor.disk
import ftrack_api.structure.standard
import pytest
from ftrack_api import _centralized_storage_scenario as scenario
from ftrack_api.event.base import Event

KEY = "a key for tests"
NAME = "ftrack.centralized-storage"
CONFIGURE = "ftrack.storage-scenario.configure"


@pytest.fixture
def open_session():
    from ftrack_embedded import Server, Studio

    sessions = []
    with Studio() as studio:
        studio.register_api_key("admin", KEY)
        with Server(studio) as server:

            def start():
                sessions.append(ftrack_api.Session(server.url, KEY, "admin", plugin_paths=[]))
                return sessions[-1]

            yield start
            for session in sessions:
                session.close()


@pytest.fixture
def session(open_session):
    return open_session()


@pytest.fixture
def platform(monkeypatch):
    return partial(monkeypatch.setattr, scenario.sys, "platform")


def described(mount_points, **others):
    accessor = {"mount_points": mount_points}
    data = {"location_id": "central-id", "location_name": "studio.central", "accessor": accessor}
    return {"scenario": NAME, "data": {**data, **others}}


def keep(session, value):
    session.create(
        "Setting", {"name": "storage_scenario", "group": "STORAGE", "value": json.dumps(value)}
    )
    session.commit()


def create_location(session, name="studio.central"):
    location = session.create("Location", {"name": name, "label": "Central", "description": "x"})
    session.commit()
    return location


def tell(session, topic, **data):
    """Publish an event as the desktop application does, and return the one answer."""
    (answer,) = session.event_hub.publish(Event(topic, data=data), synchronous=True)
    return answer


class Wizard:
    """An administrator in front of the forms."""

    def __init__(self, session):
        self.session = session
        scenario.register_configuration(session)
        self.reply = self.send({})

    def send(self, values):
        return tell(self.session, CONFIGURE, scenario_id=NAME, values=values)

    def answer(self, **given):
        """Fill the form in and go on."""
        fields = {one["name"]: one["value"] for one in self.reply["items"] if "name" in one}
        self.reply = self.send({**fields, **given})
        return self

    @property
    def state(self):
        return self.reply["state"]

    @property
    def step(self):
        return self.field("step")["value"]

    @property
    def labels(self):
        return [one["value"] for one in self.reply["items"] if one["type"] == "label"]

    def field(self, name):
        (found,) = [one for one in self.reply["items"] if one.get("name") == name]
        return found


@pytest.fixture
def wizard(session):
    return Wizard(session)


# --- using it -------------------------------------------------------------------------------------


def test_a_session_uses_the_storage_that_its_server_describes(open_session, tmp_path):
    first = open_session()
    location = create_location(first)
    points = dict.fromkeys(("linux", "osx", "windows"), str(tmp_path))
    keep(first, described(points, location_id=location["id"]))

    session = open_session()
    central = session.get("Location", location["id"])
    assert isinstance(central.accessor, ftrack_api.accessor.disk.DiskAccessor)
    assert central.accessor.prefix == str(tmp_path)
    assert isinstance(central.structure, ftrack_api.structure.standard.StandardStructure)
    assert central.priority == 1
    assert session.pick_location() is central


@pytest.mark.parametrize(
    ("name", "expected"), [("linux", "/l"), ("linux2", "/l"), ("darwin", "/o"), ("win32", "/w")]
)
def test_the_mount_point_is_that_of_the_platform(session, platform, name, expected, monkeypatch):
    prefixes = []
    monkeypatch.setattr(
        ftrack_api.accessor.disk, "DiskAccessor", lambda prefix: prefixes.append(prefix)
    )
    activation = scenario.ActivateCentralizedStorageScenario()
    activation.register(session)
    platform(name)
    points = {"linux": "/l", "osx": "/o", "windows": "/w"}
    activation.activate(Event("x", data={"storage_scenario": described(points)}))
    assert prefixes == [expected]


@pytest.mark.parametrize(
    "given",
    [
        described({}),
        described({"linux": "", "osx": "", "windows": ""}),
        described({"linux": "  ", "osx": None, "windows": "\t"}),
        described({"linux": "/mnt"}, location_id=None),
        {"scenario": NAME, "data": {}},
        {"scenario": NAME},
    ],
)
def test_an_incomplete_description_activates_nothing(session, given):
    activation = scenario.ActivateCentralizedStorageScenario()
    activation.register(session)
    with pytest.raises(ftrack_api.exception.LocationError, match=r"configure|mount point"):
        activation.activate(Event("x", data={"storage_scenario": given}))
    assert session.pick_location()["name"] == "ftrack.unmanaged"


def test_a_platform_without_a_word_in_the_description_is_an_error(session, platform):
    activation = scenario.ActivateCentralizedStorageScenario()
    activation.register(session)
    platform("sunos5")
    with pytest.raises(ftrack_api.exception.LocationError, match="sunos5"):
        activation.activate(Event("x", data={"storage_scenario": described({"linux": "/mnt"})}))


def test_a_session_without_a_mount_point_starts_and_says_so_in_the_log(open_session, caplog):
    first = open_session()
    keep(first, described({"linux": "", "osx": "", "windows": ""}))
    with caplog.at_level(logging.ERROR):
        session = open_session()
    assert "has no mount point for" in caplog.text
    assert session.pick_location()["name"] == "ftrack.unmanaged"


def test_another_scenario_is_somebody_elses(session, caplog):
    event = Event(
        "ftrack.storage-scenario.activate", data={"storage_scenario": {"scenario": "studio.other"}}
    )
    assert session.event_hub.publish(event, synchronous=True) == []
    assert caplog.text == ""


def test_a_start_is_verified(session, tmp_path):
    def verdict(path):
        points = dict.fromkeys(("linux", "osx", "windows"), path)
        return tell(session, "ftrack.connect.verify-startup", storage_scenario=described(points))

    assert verdict(str(tmp_path)) is None
    assert str(tmp_path / "away") in verdict(str(tmp_path / "away"))
    assert "no mount point" in verdict("")


# --- setting it up --------------------------------------------------------------------------------


def test_the_scenario_is_offered_to_the_user_of_the_session_only(session):
    scenario.register_configuration(session)
    offer = tell(session, "ftrack.storage-scenario.discover")
    assert offer["id"] == NAME
    assert set(offer) == {"id", "name", "description"}
    other = Event("ftrack.storage-scenario.discover", source={"user": {"username": "somebody"}})
    assert session.event_hub.publish(other, synchronous=True) == []


def test_the_first_form_asks_for_a_location(wizard):
    assert (wizard.state, wizard.step) == ("configuring", "select_location")
    field = wizard.field("location_id")
    assert field["type"] == "enumerator"
    assert field["value"] == "create_new_location"
    assert [one["value"] for one in field["data"]] == ["create_new_location"]
    assert [one.get("name") for one in wizard.reply["items"][-2:]] == ["configuration", "step"]
    assert {one["type"] for one in wizard.reply["items"][-2:]} == {"hidden"}


def test_locations_of_the_studio_can_be_chosen(session):
    location = create_location(session)
    wizard = Wizard(session)
    offered = [one["value"] for one in wizard.field("location_id")["data"]]
    assert offered == ["create_new_location", location["id"]]
    wizard.answer(location_id=location["id"])
    assert wizard.step == "select_mount_point"


@pytest.mark.parametrize("unknown", ["nonsense", "", None])
def test_an_unknown_location_is_refused(wizard, unknown):
    count = len(wizard.labels)
    wizard.answer(location_id=unknown)
    assert (wizard.state, wizard.step) == ("configuring", "select_location")
    assert len(wizard.labels) == count + 1
    assert wizard.labels[0].startswith("**")


def test_a_new_location_is_described(wizard):
    wizard.answer()
    assert (wizard.state, wizard.step) == ("configuring", "configure_location")
    assert wizard.field("location_name")["value"] == "studio.central-storage-location"
    assert wizard.field("location_label")["value"] == "Studio location"
    assert wizard.field("location_description")["value"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"location_name": ""},
        {"location_label": ""},
        {"location_description": ""},
        {"location_name": "ftrack.server"},
    ],
)
def test_a_description_that_will_not_do_is_refused_and_kept(wizard, wrong):
    wizard.answer().answer(**wrong)
    assert (wizard.state, wizard.step) == ("configuring", "configure_location")
    assert wizard.labels[0].startswith("**")
    for name, value in wrong.items():
        assert wizard.field(name)["value"] == value


def test_a_summary_is_to_be_confirmed(wizard):
    wizard.answer().answer(location_name="studio.one", location_label="One")
    assert wizard.step == "select_mount_point"
    wizard.answer(linux_mount_point="/mnt/one")
    assert (wizard.state, wizard.step) == ("confirm", "confirm_summary")
    (text,) = wizard.labels
    assert "studio.one" in text
    assert "/mnt/one" in text
    assert "Windows" in text


def test_what_is_confirmed_is_saved_and_used(open_session, tmp_path):
    first = open_session()
    keep(first, None)
    wizard = Wizard(first)
    wizard.answer().answer(location_name="studio.one", location_label="One").answer(
        linux_mount_point=str(tmp_path), osx_mount_point=str(tmp_path), windows_mount_point="X:"
    ).answer()
    assert wizard.state == "done"
    assert first.query("Setting where name is storage_scenario").one()["value"]

    session = open_session()
    location = session.query('Location where name is "studio.one"').one()
    assert location["label"] == "One"
    assert session.server_information["storage_scenario"] == {
        "scenario": NAME,
        "data": {
            "location_id": location["id"],
            "location_name": "studio.one",
            "accessor": {
                "mount_points": {"linux": str(tmp_path), "osx": str(tmp_path), "windows": "X:"}
            },
        },
    }
    again = Wizard(session)
    assert again.field("location_id")["value"] == location["id"]
    again.answer()
    assert again.field("windows_mount_point")["value"] == "X:"


def test_a_server_without_the_setting_gets_one(wizard, session):
    wizard.answer().answer().answer(linux_mount_point="/mnt/one").answer()
    assert wizard.state == "done"
    setting = session.query("Setting where name is storage_scenario and group is STORAGE").one()
    assert json.loads(setting["value"])["scenario"] == NAME


def test_those_who_listen_hear_that_it_is_done(wizard, session):
    seen = []
    session.event_hub.subscribe("topic=ftrack.storage-scenario.configure-done", seen.append)
    session.event_hub.connect()
    wizard.answer().answer().answer(linux_mount_point="/mnt/one").answer()
    for _ in range(200):
        if seen:
            break
        session.event_hub.wait(0.1)
    assert [event["data"] for event in seen] == [{}]


@pytest.mark.parametrize("value", [None, "text", 5, {"scenario": "studio.other", "data": {"a": 1}}])
def test_another_setting_is_no_configuration_of_ours(session, value):
    keep(session, value)
    configuring = scenario.ConfigureCentralizedStorageScenario()
    configuring.register(session)
    assert configuring.existing_centralized_storage_configuration is None
