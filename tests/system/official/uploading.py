"""Files on the server itself: uploaded, read again, shown as thumbnails."""

import json
import struct
import tempfile
import zlib
from pathlib import Path

import ftrack_api
import requests


def png(width, height):
    """A small picture, made without a library."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + b"\x30\x80\xc0" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


with ftrack_api.Session() as session, tempfile.TemporaryDirectory() as folder:
    server = session.query('Location where name is "ftrack.server"').one()
    version = session.query("AssetVersion order by id").first()

    # A file of some size, there and back.
    path = Path(folder) / "räksmörgås 50%.bin"
    content = bytes(range(256)) * 5000
    path.write_bytes(content)
    component = version.create_component(str(path), {"name": "on the server"}, location=server)
    session.commit()
    assert server.get_component_availability(component) == 100.0
    print(server.get_url(component).split("?")[0])
    assert requests.get(server.get_url(component), timeout=30).content == content
    accessor, identifier = server.accessor, server.get_resource_identifier(component)
    assert accessor.open(identifier, "rb").read() == content
    assert session.pick_location(component) is server

    # From there to the disk.
    disk = session.create("Location", {"name": "here.disk"})
    disk.accessor = ftrack_api.accessor.disk.DiskAccessor(prefix=folder)
    disk.structure = ftrack_api.structure.standard.StandardStructure()
    disk.priority = 1
    session.commit()
    disk.add_component(component, server)
    session.commit()
    fetched = Path(disk.get_filesystem_path(component))
    print(fetched.relative_to(folder))
    assert fetched.read_bytes() == content
    assert session.pick_location(component) is disk
    held = session.get_component_availability(component, locations=[disk, server])
    assert held == {disk["id"]: 100.0, server["id"]: 100.0}
    places = session.query(f'ComponentLocation where component_id is "{component["id"]}"').all()
    assert {one["location_id"] for one in places} == {disk["id"], server["id"]}
    disk.remove_component(component)
    assert not fetched.exists()
    session.delete(disk)

    server.remove_component(component)
    session.commit()
    assert server.get_component_availability(component) == 0.0
    try:
        accessor.open(identifier, "rb").read()
    except ftrack_api.exception.AccessorOperationFailedError as error:
        print(type(error).__name__)
    else:
        raise AssertionError("the file is still there")

    # A picture for a version.
    picture = Path(folder) / "picture.png"
    picture.write_bytes(png(640, 360))
    thumbnail = version.create_thumbnail(str(picture))
    session.commit()
    session.populate(version, "thumbnail, thumbnail_url")
    assert version["thumbnail"]["id"] == thumbnail["id"]
    assert f"id={thumbnail['id']}" in version["thumbnail_url"]["url"]
    shown = requests.get(server.get_thumbnail_url(thumbnail, size=100), timeout=30)
    print("thumbnail", shown.headers["Content-Type"], len(shown.content), "bytes")
    assert shown.status_code == 200
    assert shown.headers["Content-Type"].startswith("image/")

    # And for whatever else can have one.
    for expression in ("Project", "Shot", "Task", 'User where username is "admin"'):
        entity = session.query(expression).first()
        thumbnail = entity.create_thumbnail(str(picture))
        with ftrack_api.Session() as other:
            seen = other.query(
                f"select thumbnail_id, thumbnail_url from {entity.entity_type} "
                f'where id is "{entity["id"]}"'
            ).one()
            assert seen["thumbnail_id"] == thumbnail["id"]
            address = seen["thumbnail_url"]
        assert address["url"] == address["value"]
        assert session.api_key not in address["url"]
        assert requests.get(address["url"], timeout=30).headers["Content-Type"].startswith("image/")

    # Media for a review.
    job = session.encode_media(str(picture), version_id=version["id"])
    print("job", job["status"], json.loads(job["data"]))
    assert job["status"] in ("queued", "running", "done", "failed")

    # Pages of the web interface, and letters that nobody sends.
    shot = session.query("Shot").first()
    page = session.get_widget_url("info", entity=shot, theme="light")
    print(page.split("?")[0])
    assert requests.get(page, timeout=30).status_code == 200
    session.send_user_invite(session.query(f'User where username is "{session.api_user}"').one())
