"""What the tasks brought forth: assets, versions, components and where their files are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from . import studio, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .show import Show, Task

__all__ = ["Version", "publish"]

_STATUS_OF_VERSION: Final = {
    "In progress": "On Hold",
    "Pending Review": "Pending Review",
    "Approved": "Approved",
    "Completed": "Client approved",
}
"""The status of the last version by that of its task; tasks of other statuses have none."""

_PRODUCTS: Final = {
    # type of the task: asset type, software, suffix of the file
    "Concept": ("Image Sequence", "krita", ".png"),
    "Modeling": ("Geometry", "blender", ".abc"),
    "Rigging": ("Rig", "maya", ".ma"),
    "Lookdev": ("Look", "katana", ".usd"),
    "Layout": ("Camera", "maya", ".abc"),
    "Animation": ("Animation", "maya", ".usd"),
    "FX": ("Cache", "houdini", ".bgeo"),
    "Lighting": ("Render", "katana", ".exr"),
    "Rotoscoping": ("Image Sequence", "nuke", ".exr"),
    "Tracking": ("Camera", "3de", ".abc"),
    "Compositing": ("Comp", "nuke", ".exr"),
}
_FRAMES: Final = {"Lighting", "Compositing"}
_FRAME_START: Final = 1001
_FRAMES_IN_SEQUENCE: Final = 5
_ONE_MEGABYTE: Final = 1_000_000


@dataclass(frozen=True)
class Version:
    """A published version with what later steps need; *is_last* of its asset."""

    id: str
    task: Task
    number: int
    is_last: bool
    user: str


def publish(show: Show, tasks: Sequence[Task]) -> list[Version]:
    """Publish one to three versions for most tasks that were begun, and link comps to renders."""
    made: list[Version] = []
    renders: dict[str, str] = {}
    for task in tasks:
        if task.users and task.status in _STATUS_OF_VERSION and show.happens(0.8):
            versions = _versions(show, task)
            made += versions
            _link_to_render(show, task, versions[-1], renders)
    return made


def _link_to_render(show: Show, task: Task, version: Version, renders: dict[str, str]) -> None:
    if task.type_name == "Lighting":
        renders[task.target.id] = version.id
    elif task.type_name == "Compositing" and task.target.id in renders:
        show.add("asset_version_link", from_id=renders[task.target.id], to_id=version.id)


def _versions(show: Show, task: Task) -> list[Version]:
    asset_type, software, suffix = _PRODUCTS[task.type_name]
    name = f"{task.target.name}_{task.name}"
    type_id = studio.ASSET_TYPES.id_of(asset_type)
    asset = show.add("asset", name=name, context_id=task.target.id, type_id=type_id)
    count = show.chance.randrange(1, 4)
    made = []
    for number in range(1, count + 1):
        version = _version(show, task, asset, number, is_last=number == count)
        show.tie(
            "metadata",
            parent_id=version.id,
            parent_type="AssetVersion",
            key="software",
            value=software,
        )
        _components(show, version, name, suffix)
        made.append(version)
    return made


def _version(show: Show, task: Task, asset: str, number: int, *, is_last: bool) -> Version:
    user = show.pick(task.users)
    status = _STATUS_OF_VERSION[task.status] if is_last else "On Hold"
    version = show.add(
        "asset_version",
        asset_id=asset,
        version=number,
        task_id=task.id,
        user_id=user,
        status_id=studio.STATUSES.id_of(status),
        date=show.at(task.day + number, hour=show.chance.randrange(8)),
        comment=show.pick(words.COMMENTS),
        is_published=True,
    )
    return Version(version, task, number, is_last, user)


def _components(show: Show, version: Version, name: str, suffix: str) -> None:
    folder = f"{show.project_name}/{version.task.target.path}/{version.task.name}"
    stem = f"{folder}/v{version.number:03d}/{name}_v{version.number:03d}"
    if version.task.type_name in _FRAMES and version.is_last:
        _sequence(show, version.id, stem, suffix)
    else:
        _file(show, version.id, f"{stem}{suffix}", suffix)


def _file(show: Show, version: str, path: str, suffix: str) -> None:
    component = show.add(
        "component",
        system_type="file",
        name="main",
        file_type=suffix,
        size=show.chance.randrange(1, 200) * _ONE_MEGABYTE,
        version_id=version,
    )
    _located(show, component, path)


def _sequence(show: Show, version: str, stem: str, suffix: str) -> None:
    """Add a sequence of frames; its members have a container and no version."""
    size = show.chance.randrange(1, 20) * _ONE_MEGABYTE
    sequence = show.add(
        "component",
        system_type="sequence",
        name="main",
        file_type=suffix,
        size=size * _FRAMES_IN_SEQUENCE,
        padding=4,
        version_id=version,
    )
    _located(show, sequence, f"{stem}.%04d{suffix}")
    for frame in range(_FRAME_START, _FRAME_START + _FRAMES_IN_SEQUENCE):
        member = show.add(
            "component",
            system_type="file",
            name=f"{frame:04d}",
            file_type=suffix,
            size=size,
            container_id=sequence,
        )
        _located(show, member, f"{stem}.{frame:04d}{suffix}")
    last = _FRAME_START + _FRAMES_IN_SEQUENCE - 1
    show.tie(
        "metadata",
        parent_id=sequence,
        parent_type="SequenceComponent",
        key="ftr_meta",
        value=json.dumps({"frameIn": _FRAME_START, "frameOut": last, "frameRate": 24}),
    )


def _located(show: Show, component: str, path: str) -> None:
    show.add(
        "component_location",
        component_id=component,
        location_id=studio.LOCATIONS.id_of("ftrack.unmanaged"),
        resource_identifier=f"/mnt/projects/{path}",
    )
