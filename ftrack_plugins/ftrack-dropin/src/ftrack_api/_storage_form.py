"""The forms by which a central storage is set up, as the items that ftrack shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "LOCATION_FIELDS",
    "NEW_LOCATION",
    "PLATFORMS",
    "SAVED",
    "choices",
    "label",
    "location_choice",
    "location_fields",
    "mount_point_fields",
    "reply",
    "step_after",
    "summary",
]

NEW_LOCATION = "create_new_location"
LOCATION_FIELDS = ("location_label", "location_name", "location_description")
PLATFORMS = {"linux": "Linux", "osx": "macOS", "windows": "Windows"}
SAVED = (
    "#Saved#\nThe storage is set up. Sessions that begin from now on use it; restart what is "
    "running already."
)

_EXAMPLES = {"linux": "/mnt/storage", "osx": "/Volumes/storage", "windows": r"\\server\storage"}
_DEFAULTS = {
    "location_label": "Studio location",
    "location_name": "studio.central-storage-location",
    "location_description": "The central storage of the studio, where components are kept.",
}
_TITLES = {
    "location_label": "Label",
    "location_name": "Name",
    "location_description": "Description",
}
_FOLLOWING = {
    None: "select_location",
    "configure_location": "select_mount_point",
    "select_structure": "select_mount_point",
    "select_mount_point": "confirm_summary",
    "confirm_summary": "save_configuration",
}


def step_after(step: str | None, configuration: Mapping[str, Any]) -> str:
    """Return the step that follows, the first one where there was none."""
    if step == "select_location":
        is_new = configuration[step]["location_id"] == NEW_LOCATION
        return "configure_location" if is_new else "select_mount_point"
    return _FOLLOWING.get(step, "select_location")


def reply(
    step: str, items: list[dict[str, Any]], configuration: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the answer that shows *items*, with what the next request has to say again."""
    states = {"confirm_summary": "confirm", "save_configuration": "done"}
    kept = [_field("hidden", "configuration", dict(configuration)), _field("hidden", "step", step)]
    return {"items": [*items, *kept], "state": states.get(step, "configuring")}


def label(text: str) -> dict[str, Any]:
    """Return a text that is shown; ``#`` makes a heading and ``**`` something bold."""
    return {"type": "label", "value": text}


def choices(locations: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Return what can be chosen: a new location or one of *locations*, each an id and a label."""
    known = [{"label": shown, "value": location_id} for location_id, shown in locations]
    return [{"label": "Create a new location", "value": NEW_LOCATION}, *known]


def location_choice(offered: list[dict[str, str]], current: str | None) -> list[dict[str, Any]]:
    """Return the form in which a location is chosen among those *offered*."""
    is_offered = current in [one["value"] for one in offered]
    chosen = current if is_offered else NEW_LOCATION
    field = _field("enumerator", "location_id", chosen, label="Location", data=offered)
    text = "#Location#\nChoose the location that stands for the central storage, or a new one."
    return [label(text), field]


def location_fields(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the form that describes a new location."""
    text = "#New location#\nThese values suit most studios; the name cannot be changed later."
    fields = [
        _field("text", name, given.get(name, default), label=_TITLES[name])
        for name, default in _DEFAULTS.items()
    ]
    return [label(text), *fields]


def mount_point_fields(current: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the form that asks where the storage is mounted on each platform."""
    text = (
        "#Mount points#\nSay where the storage is mounted, for each platform in use. On a platform "
        "without a mount point the location cannot be used."
    )
    fields = [
        _field(
            "text",
            f"{platform}_mount_point",
            current.get(platform, ""),
            label=shown,
            empty_text=f"For example {_EXAMPLES[platform]}",
        )
        for platform, shown in PLATFORMS.items()
    ]
    return [label(text), *fields]


def summary(configuration: Mapping[str, Any], existing: Any) -> str:
    """Return what is about to be saved; *existing* is the location that was chosen, if it is."""
    points = configuration["select_mount_point"]
    mounted = {one: (points.get(f"{one}_mount_point") or "").strip() for one in PLATFORMS}
    lines = ["#Please confirm#", "This will be saved.", "##Location##"]
    if existing is None:
        given = configuration["configure_location"]
        lines += ["It will be created.", *(f"* {_TITLES[one]}: {given[one]}" for one in _TITLES)]
    else:
        lines.append(f"* {existing['label'] or existing['name']}")
    lines.append("##Mount points##")
    lines += [f"* {shown}: {mounted[one] or '*none*'}" for one, shown in PLATFORMS.items()]
    missing = [shown for one, shown in PLATFORMS.items() if not mounted[one]]
    if missing:
        lines.append(f"Without a mount point it cannot be used on: {', '.join(missing)}.")
    return "\n\n".join(lines)


def _field(kind: str, name: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "value": value, **more}
