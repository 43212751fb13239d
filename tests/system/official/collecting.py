"""Lists of shots and of versions."""

import ftrack_api

with ftrack_api.Session() as session:
    project = session.query("Project").first()
    category = session.query("ListCategory").first()
    print("category", category["name"])
    shots = session.query("Shot order by name").all()[:3]

    shot_list = session.create(
        "TypedContextList",
        {"name": "for today", "project": project, "category": category, "items": shots[:2]},
    )
    version_list = session.create(
        "AssetVersionList", {"name": "dailies", "project": project, "category": category}
    )
    session.commit()
    assert shot_list["is_open"] is True
    assert shot_list["owner"] is None or shot_list["owner"]["username"] == session.api_user
    shot_list["items"].append(shots[2])
    versions = session.query("AssetVersion order by id").all()[:2]
    version_list["items"].extend(versions)
    session.commit()

with ftrack_api.Session() as session:
    lists = session.query('List where name in ("for today", "dailies") order by name').all()
    assert [one.entity_type for one in lists] == ["AssetVersionList", "TypedContextList"]
    dailies, today = lists
    assert {one["id"] for one in today["items"]} == {one["id"] for one in shots}
    assert {one["id"] for one in dailies["items"]} == {one["id"] for one in versions}
    assert len(session.query('Shot where lists any (name is "for today")')) == 3
    assert len(session.query('AssetVersion where lists any (name is "dailies")')) == 2
    assert session.query('TypedContextList where items any (name is "sq010_sh0010")').all()

    today["items"].remove(today["items"][0])
    today["is_open"] = False
    session.commit()
    session.populate(today, "items")
    assert len(today["items"]) == 2
    assert not today["is_open"]
    for one in lists:
        session.delete(one)
    session.commit()
    assert not session.query('List where name in ("for today", "dailies")').all()
    assert len(session.query("Shot")) == 24
    print("the lists are gone, the shots are not")
