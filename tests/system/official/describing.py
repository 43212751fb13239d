"""Metadata and custom attributes."""

import json

import arrow
import ftrack_api


def fresh(shot):
    """Read it again, as another session would see it."""
    session = ftrack_api.Session()
    return session.query(f'Shot where id is "{shot["id"]}"').one()


def choices(session, key):
    """What may be chosen, from the two layers of JSON in which it is kept."""
    found = session.query(f'CustomAttributeConfiguration where key is "{key}"').first()
    return [one["value"] for one in json.loads(json.loads(found["config"])["data"])]


with ftrack_api.Session() as session:
    shot = session.query("Shot order by name").first()

    # Metadata are a dictionary.
    shot["metadata"]["camera"] = "A7"
    shot["metadata"]['a "quoted" key'] = "räksmörgås"
    shot["metadata"]["日本 \\ it's"] = ""
    session.commit()
    assert dict(fresh(shot)["metadata"]) == {
        "camera": "A7",
        'a "quoted" key': "räksmörgås",
        "日本 \\ it's": "",
    }
    assert shot["metadata"]["camera"] == "A7"
    shot["metadata"]["camera"] = "B1"
    del shot["metadata"]['a "quoted" key']
    del shot["metadata"]["日本 \\ it's"]
    session.commit()
    assert dict(fresh(shot)["metadata"]) == {"camera": "B1"}
    found = session.query('Shot where metadata any (key is "camera" and value is "B1")').all()
    assert found == [shot]
    shot["metadata"] = {"lens": "50", "filter": "none"}
    session.commit()
    assert dict(fresh(shot)["metadata"]) == {"lens": "50", "filter": "none"}
    shot["metadata"] = {}
    session.commit()
    assert dict(fresh(shot)["metadata"]) == {}
    assert not session.query(f'Metadata where parent_id is "{shot["id"]}"').all()

    # Given with the creation.
    project = session.query("Project").first()
    folder = session.create(
        "Folder", {"name": "with metadata", "parent": project, "metadata": {"a": "1", "b": "2"}}
    )
    session.commit()
    rows = session.query(f'Metadata where parent_id is "{folder["id"]}"').all()
    assert {row["key"]: row["value"] for row in rows} == {"a": "1", "b": "2"}
    session.delete(folder)
    session.commit()

    # Custom attributes: every one that applies is there, with its default.
    values = shot["custom_attributes"]
    print({key: values[key] for key in sorted(values)})
    assert {"fstart", "fend", "fps", "handles", "is_full_cg", "complexity"} <= set(values)
    assert values["handles"] == 8
    # A hierarchical one says only what is set on the very entity.
    assert values["is_full_cg"] is None
    assert isinstance(values["fstart"], (int, float))
    values["handles"] = 12
    values["is_full_cg"] = True
    values["colorspace"] = "Rec.709 räk"
    values["complexity"] = ["hard"]
    values["delivery_date"] = arrow.get("2031-05-06")
    session.commit()
    again = fresh(shot)["custom_attributes"]
    assert again["handles"] == 12
    assert again["is_full_cg"] is True
    assert again["colorspace"] == "Rec.709 räk"
    assert again["complexity"] == ["hard"]
    assert again["delivery_date"] == arrow.get("2031-05-06"), again["delivery_date"]
    assert again["fstart"] == values["fstart"]

    # Set on something that is not there yet.
    sequence = session.query("Sequence").first()
    new = session.create("Shot", {"name": "with values", "parent": sequence})
    new["custom_attributes"]["fstart"] = 90
    session.commit()
    assert fresh(new)["custom_attributes"]["fstart"] == 90
    given = session.create(
        "Shot", {"name": "given", "parent": sequence, "custom_attributes": {"fend": 7}}
    )
    session.commit()
    assert fresh(given)["custom_attributes"]["fend"] == 7

    # Asking for values.
    found = session.query(
        'Shot where custom_attributes any (key is "handles" and value is 12)'
    ).all()
    assert found == [shot]
    above = session.query(
        'Shot where custom_attributes any (key is "fstart" and value >= 1001)'
    ).all()
    assert shot in above
    assert new not in above
    read = session.query(
        f'select name, custom_attributes from Shot where id is "{new["id"]}"'
    ).one()
    assert read["custom_attributes"]["fstart"] == 90

    # A value of the project is not a value of its shots.
    assert project["custom_attributes"]["colorspace"] == "ACEScg"
    project["custom_attributes"]["resolution_width"] = 4096
    session.commit()
    assert fresh(new)["custom_attributes"]["resolution_width"] is None
    new["custom_attributes"]["resolution_width"] = 1024
    session.commit()
    assert fresh(new)["custom_attributes"]["resolution_width"] == 1024

    # Not only contexts have them.
    for expression, key, value in (
        ("Project", "delivery_date", arrow.get("2032-01-31T12:00:00+00:00")),
        ("AssetVersion", "renderer", "räy"),
        ("AssetVersion", "submitted_to", ["client"]),
        ("Asset", "reference_page", "https://example.com/?a=1&b=2"),
        ("User", "desk", "B 12"),
        ("List", "is_delivered", True),
    ):
        entity = session.query(f"{expression} order by id").first()
        if key == "submitted_to":
            value = choices(session, key)[:1]
        entity["custom_attributes"][key] = value
        session.commit()
        with ftrack_api.Session() as other:
            seen = other.get(entity.entity_type, entity["id"])["custom_attributes"][key]
        print(entity.entity_type, key, seen)
        assert seen == value

    # A new one for all tasks; it is there at once, with its default.
    configuration = session.create(
        "CustomAttributeConfiguration",
        {
            "key": "layers",
            "label": "Layers",
            "type": session.query("CustomAttributeType where name is number").one(),
            "entity_type": "task",
            "object_type": session.query("ObjectType where name is Task").one(),
            "default": 3,
            "config": json.dumps({"isdecimal": False}),
        },
    )
    session.commit()
    task = session.query("Task order by id").first()
    assert task["custom_attributes"]["layers"] == 3
    task["custom_attributes"]["layers"] = 5
    session.commit()
    found = session.query('Task where custom_attributes any (key is "layers" and value > 4)').all()
    assert found == [task]
    session.delete(configuration)
    session.commit()
    with ftrack_api.Session() as other:
        assert "layers" not in other.get("Task", task["id"])["custom_attributes"]

    # The wrong kind of value, and a name that nobody knows.
    shot["custom_attributes"]["handles"] = "many"
    try:
        session.commit()
    except ftrack_api.exception.ServerError as error:
        told = str(error)
    else:
        raise AssertionError("a text went into a number")
    print(told)
    assert 'Custom attribute value for "handles" must be of type number' in told
    session.rollback()
    assert fresh(shot)["custom_attributes"]["handles"] == 12
    try:
        shot["custom_attributes"]["nobody_knows"] = 1
    except KeyError as error:
        print("KeyError", error)
    else:
        raise AssertionError("an unknown custom attribute was taken")
    session.rollback()

    for entity in (new, given):
        session.delete(entity)
    session.commit()
