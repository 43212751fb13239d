"""Assets, versions and components."""

import tempfile
from pathlib import Path

import ftrack_api

with ftrack_api.Session() as session, tempfile.TemporaryDirectory() as folder:
    shot = session.query("Shot where children any () order by name").first()
    task = shot["children"][0]
    asset_type = session.query('AssetType where short is "geo"').one()

    asset = session.create("Asset", {"name": "chair", "type": asset_type, "parent": shot})
    status = session.query("Status where name is Approved").one()
    first = session.create("AssetVersion", {"asset": asset, "task": task, "comment": "the first"})
    session.commit()
    second = session.create("AssetVersion", {"asset": asset, "task": task, "status": status})
    session.commit()
    third = session.create("AssetVersion", {"asset": asset, "task": task})
    session.commit()
    print("versions", [one["version"] for one in (first, second, third)])
    assert [one["version"] for one in (first, second, third)] == [1, 2, 3]
    assert second["status"]["name"] == "Approved"
    assert first["user"]["username"] == session.api_user
    assert first["is_published"] is True
    assert first["date"]

    latest = session.query(
        f'AssetVersion where asset_id is "{asset["id"]}" and is_latest_version is true'
    )
    assert latest.one() is third
    session.populate(asset, "versions, latest_version")
    assert {one["version"] for one in asset["versions"]} == {1, 2, 3}
    assert asset["latest_version"] is third
    assert [step["type"] for step in first["link"]][-2:] == ["TypedContext", "AssetVersion"]
    assert first["link"][-1]["name"] == "chair v001"
    print(" / ".join(step["name"] for step in first["link"]))

    # What was made from what.
    third["uses_versions"].append(first)
    session.commit()
    session.populate([first, third], "uses_versions, used_in_versions")
    assert list(third["uses_versions"]) == [first]
    assert list(first["used_in_versions"]) == [third]

    # A file, without a location and in the one that leaves files where they are.
    path = Path(folder) / "chair.obj"
    path.write_text("v 0 0 0\n")
    record = first.create_component(str(path), {"name": "main"}, location=None)
    session.commit()
    assert record.entity_type == "FileComponent"
    assert record["size"] == 8
    assert record["file_type"] == ".obj"
    assert record["version"] is first
    assert set(record.get_availability().values()) == {0.0}

    unmanaged = session.query('Location where name is "ftrack.unmanaged"').one()
    placed = second.create_component(str(path), {"name": "main"}, location="auto")
    session.commit()
    assert unmanaged.get_resource_identifier(placed) == str(path)
    assert unmanaged.get_filesystem_path(placed) == str(path)
    assert unmanaged.get_component_availability(placed) == 100.0
    assert session.pick_location(placed) is unmanaged
    held = session.query(f'ComponentLocation where component_id is "{placed["id"]}"').one()
    assert held["location"] is unmanaged
    try:
        unmanaged.add_component(
            placed, session.query('Location where name is "ftrack.origin"').one()
        )
    except ftrack_api.exception.ComponentInLocationError as error:
        print(type(error).__name__)
    else:
        raise AssertionError("a component was added twice")
    unmanaged.remove_component(placed)
    session.commit()
    assert not session.query(f'ComponentLocation where component_id is "{placed["id"]}"').all()

    # Frames.
    for number in range(1001, 1004):
        (Path(folder) / f"chair.{number}.exr").write_bytes(b"frame" * number)
    frames = third.create_component(
        f"{folder}/chair.%04d.exr [1001-1003]", {"name": "frames"}, location="auto"
    )
    session.commit()
    assert frames.entity_type == "SequenceComponent"
    assert frames["padding"] == 4
    assert [one["name"] for one in frames["members"]] == ["1001", "1002", "1003"]

with ftrack_api.Session() as session:
    version = session.query(f'AssetVersion where id is "{third["id"]}"').one()
    (component,) = version["components"]
    assert component.entity_type == "SequenceComponent"
    assert sorted(one["name"] for one in component["members"]) == ["1001", "1002", "1003"]
    assert all(one["container"] is component for one in component["members"])
    assert component["size"] == sum(one["size"] for one in component["members"]) == 15030
    location = session.query('Location where name is "ftrack.unmanaged"').one()
    assert location.get_component_availability(component) == 100.0
    print(location.get_resource_identifiers([component, *component["members"]])[0])
    found = session.query(
        'AssetVersion where components any (name is "main" and file_type is ".obj") '
        'and asset.name is "chair" order by version'
    ).all()
    assert [one["version"] for one in found] == [1, 2]

    # Metadata of components, and the end of the whole asset.
    component["metadata"]["ftr_meta"] = '{"frameRate": 24}'
    session.commit()
    asset = session.get("Asset", asset["id"])
    session.delete(asset)
    session.commit()
    assert not session.query(f'AssetVersion where id is "{version["id"]}"').all()
    assert not session.query(f'Component where id is "{component["id"]}"').all()
