"""One storage for all: the location that a server describes, and the form by which it is set up.

The server keeps the description as a setting: which location it is, and where the storage is
mounted on each platform.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _storage_form as form
from .event.base import Event
from .exception import LocationError
from .logging import LazyLogMessage as L

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .session import Session

__all__ = [
    "ActivateCentralizedStorageScenario",
    "ConfigureCentralizedStorageScenario",
    "L",
    "register",
    "register_configuration",
    "scenario_name",
]

scenario_name = "ftrack.centralized-storage"

_SETTING = {"name": "storage_scenario", "group": "STORAGE"}


class ActivateCentralizedStorageScenario:
    """Sets the location up in a session whose server describes one."""

    session: Session

    def __init__(self) -> None:
        self.logger = logging.getLogger(f"{__name__}.{type(self).__name__}")

    def register(self, session: Session) -> None:
        """Do it when *session* says what its server describes."""
        self.session = session
        ours = f'data.storage_scenario.scenario="{scenario_name}"'
        for topic, handler in (
            ("ftrack.storage-scenario.activate", self.activate),
            ("ftrack.connect.verify-startup", self._verify_startup),
        ):
            session.event_hub.subscribe(f"topic={topic} and {ours}", handler)

    def activate(self, event: Event) -> None:
        """Set the location up that ``event["data"]["storage_scenario"]`` describes.

        Raises `LocationError`, which the hub logs, where the description is incomplete: a location
        without a mount point would keep its files in whatever folder a program was started in.
        """
        from .accessor.disk import DiskAccessor
        from .structure.standard import StandardStructure

        described = _described(event)
        location_id, name = described.get("location_id"), described.get("location_name")
        if not location_id or not name:
            raise LocationError(
                "The storage scenario of the server names no location; configure it anew."
            )
        prefix = _mount_point(described)
        if not prefix:
            raise LocationError(
                f"The location {name!r} is not used: the storage scenario of the server has no "
                f"mount point for {_platform()}; set one where the scenario is configured."
            )
        data = {"id": location_id, "name": name}
        location = self.session.create("Location", data=data, reconstructing=True)
        location.accessor = DiskAccessor(prefix=prefix)
        location.structure = StandardStructure()
        location.priority = 1
        self.logger.info("Files of the location %s are in %s.", name, prefix)

    def _verify_startup(self, event: Event) -> str | None:
        """Return what is wrong with the mount point here, None where nothing is."""
        prefix = _mount_point(_described(event))
        if not prefix:
            return (
                f"The storage scenario has no mount point for {_platform()}. Files cannot be kept "
                "in the central storage from here; set one where the scenario is configured."
            )
        if not Path(prefix).is_dir():
            return (
                f"There is no folder {prefix}, where the central storage is expected. Files cannot "
                "be kept there; check that the storage is mounted, or create the folder if it is "
                "new."
            )
        return None


def _described(event: Event) -> Mapping[str, Any]:
    """Return what the scenario of an event says. Raises `LocationError` where it says nothing."""
    data = event["data"].get("storage_scenario", {}).get("data")
    if not data:
        raise LocationError(
            "The storage scenario of the server describes no storage; configure it anew."
        )
    described: Mapping[str, Any] = data
    return described


def _mount_point(described: Mapping[str, Any]) -> str:
    points = (described.get("accessor") or {}).get("mount_points") or {}
    return (points.get(_platform()) or "").strip()


def _platform() -> str:
    """Return the scenario's word for this platform. Raises `LocationError` where it has none."""
    for part, platform in (("darwin", "osx"), ("linux", "linux"), ("win", "windows")):
        if part in sys.platform:
            return platform
    raise LocationError(f"A storage scenario knows no mount points for {sys.platform}.")


class ConfigureCentralizedStorageScenario:
    """Asks an administrator, form by form, and writes the description to the server."""

    session: Session

    def __init__(self) -> None:
        self.logger = logging.getLogger(f"{__name__}.{type(self).__name__}")

    def register(self, session: Session) -> None:
        """Answer when the user of *session* sets up storage."""
        self.session = session
        user = session.api_user.replace("\\", "\\\\").replace('"', '\\"')
        mine = f'source.user.username="{user}"'
        hub = session.event_hub
        hub.subscribe(
            f"topic=ftrack.storage-scenario.discover and {mine}",
            self.discover_centralized_scenario,
        )
        hub.subscribe(
            "topic=ftrack.storage-scenario.configure and "
            f'data.scenario_id="{scenario_name}" and {mine}',
            self.configure_scenario,
        )

    @property
    def storage_scenario(self) -> Any:
        """The setting that holds the description, None where the server has none yet."""
        found = self.session.query(
            f'select value from Setting where name is "{_SETTING["name"]}" '
            f'and group is "{_SETTING["group"]}"'
        )
        return found.first()

    @property
    def existing_centralized_storage_configuration(self) -> dict[str, Any] | None:
        """What the setting describes, None where it describes no storage of this kind."""
        setting = self.storage_scenario
        try:
            scenario = json.loads(setting["value"]) if setting is not None else None
        except (TypeError, ValueError):
            return None
        if not isinstance(scenario, dict) or scenario.get("scenario") != scenario_name:
            return None
        described: dict[str, Any] | None = scenario.get("data")
        return described

    def discover_centralized_scenario(self, event: Event) -> dict[str, str]:
        """Return how the scenario is offered."""
        del event
        return {
            "id": scenario_name,
            "name": "Centralized storage",
            "description": (
                "All files are kept on one storage that everybody in the studio can reach."
            ),
        }

    def configure_scenario(self, event: Event) -> dict[str, Any]:
        """Take the fields of a form and return the next one.

        ``event["data"]["values"]`` holds the fields, the ``step`` they belong to and, as
        ``configuration``, those of the steps before. Returns ``items``, the next form, and
        ``state``: configuring, confirm or done.
        """
        values = dict(event["data"].get("values") or {})
        configuration = dict(values.pop("configuration", None) or {})
        step = values.pop("step", None)
        if step:
            configuration[step] = values
        problem = self._problem_of(step, configuration)
        following = step if problem else form.step_after(step, configuration)
        if following == "save_configuration":
            self._save(configuration)
        items = self._items_of(following, configuration)
        if problem:
            items.insert(0, form.label(f"**{problem}**"))
        return form.reply(following, items, configuration)

    def _problem_of(self, step: str | None, configuration: Mapping[str, Any]) -> str:
        """Return what is wrong with the fields of *step*, nothing where they are fine."""
        given = configuration.get(step or "", {})
        if step == "select_location":
            chosen = given.get("location_id")
            known = [one["value"] for one in self._choices()]
            return "" if chosen in known else "Choose one of the locations."
        if step == "configure_location":
            if not all((given.get(name) or "").strip() for name in form.LOCATION_FIELDS):
                return "Name, label and description must not be empty."
            if self._is_taken(given["location_name"]):
                return f"There is a location called {given['location_name']} already."
        return ""

    def _is_taken(self, name: str) -> bool:
        found = self.session.query("select id from Location where name is :name", name=name)
        return found.first() is not None

    def _items_of(self, step: str, configuration: Mapping[str, Any]) -> list[dict[str, Any]]:
        existing = self.existing_centralized_storage_configuration or {}
        if step == "select_location":
            return form.location_choice(self._choices(), existing.get("location_id"))
        if step == "configure_location":
            return form.location_fields(configuration.get(step, {}))
        if step == "select_mount_point":
            points = (existing.get("accessor") or {}).get("mount_points") or {}
            return form.mount_point_fields(points)
        if step == "confirm_summary":
            return [form.label(self._get_confirmation_text(configuration))]
        return [form.label(form.SAVED)]

    def _choices(self) -> list[dict[str, str]]:
        """Return the locations that may be the central storage: not those of ftrack itself."""
        from ftrack_core.locations.wellknown import WELL_KNOWN

        found = self.session.query("select id, name, label from Location order by name").all()
        built_in = {one.id for one in WELL_KNOWN}
        own = [one for one in found if one["id"] not in built_in]
        return form.choices([(one["id"], one["label"] or one["name"]) for one in own])

    def _get_confirmation_text(self, configuration: Mapping[str, Any]) -> str:
        """Return what is about to be saved, for people."""
        chosen = configuration["select_location"]["location_id"]
        existing = None if chosen == form.NEW_LOCATION else self._location(chosen)
        return form.summary(configuration, existing)

    def _location(self, location_id: str) -> Any:
        expression = "select id, name, label from Location where id is :id"
        return self.session.query(expression, id=location_id).one()

    def _save(self, configuration: Mapping[str, Any]) -> None:
        """Write the description to the server and tell who listens."""
        chosen = configuration["select_location"]["location_id"]
        if chosen == form.NEW_LOCATION:
            fields = configuration["configure_location"]
            data = {name.removeprefix("location_"): fields[name] for name in form.LOCATION_FIELDS}
            location = self.session.create("Location", data)
        else:
            location = self._location(chosen)
        setting = self.storage_scenario or self.session.create("Setting", {**_SETTING, "value": ""})
        setting["value"] = json.dumps(_scenario(location, configuration["select_mount_point"]))
        self.session.commit()
        done = Event("ftrack.storage-scenario.configure-done")
        self.session.event_hub.publish(done, on_error="ignore")  # saved it is in any case


def _scenario(location: Any, mount_points: Mapping[str, Any]) -> dict[str, Any]:
    """Return the description of a storage as the server keeps it."""
    points = {one: (mount_points.get(f"{one}_mount_point") or "").strip() for one in form.PLATFORMS}
    return {
        "scenario": scenario_name,
        "data": {
            "location_id": location["id"],
            "location_name": location["name"],
            "accessor": {"mount_points": points},
        },
    }


def register(session: Session) -> None:
    """Let *session* use the central storage if its server describes one."""
    ActivateCentralizedStorageScenario().register(session)


def register_configuration(session: Session) -> None:
    """Let the user of *session* set up a central storage."""
    ConfigureCentralizedStorageScenario().register(session)
