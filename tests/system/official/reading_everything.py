"""Every attribute of every type can be asked for, all at once and one after another."""

import ftrack_api


def look(value):
    """Touch what a collection or a mapping holds."""
    return value if isinstance(value, str) or not hasattr(value, "__iter__") else list(value)


with ftrack_api.Session() as session:
    known = 0
    for name, entity_class in sorted(session.types.items()):
        attributes = [attribute.name for attribute in entity_class.attributes]
        rows = session.query(f"select {', '.join(attributes)} from {name} limit 2").all()
        with session.auto_populating(False):
            for row in rows:
                assert isinstance(row, ftrack_api.entity.base.Entity)
                known += sum(look(row[one]) is not None for one in attributes)
    print(known, "values of", len(session.types), "types")
    assert known > 1000

# What was not asked for is fetched when it is looked at.
with ftrack_api.Session() as session:
    for name in ("Task", "AssetVersion", "FileComponent", "Note"):
        entity = session.query(f"select id from {name}").first()
        values = {key: look(entity[key]) for key in entity}
        print(name, len(values), "attributes")
        assert values["id"] == entity["id"]
    value = session.query("select entity_id from ContextCustomAttributeValue").first()
    assert value["key"]
    assert value["configuration"]["key"] == value["key"]
