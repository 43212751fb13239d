"""ftrack-s3-accessor: files in a bucket, as an accessor and behind a location.

``AWS_ENDPOINT_URL`` and the keys say where the bucket is, ``STRANGER_BUCKET`` which it is.
"""

import copy
import os
import tempfile
from pathlib import Path

import boto3
import ftrack_api
from ftrack_api.exception import (
    AccessorContainerNotEmptyError,
    AccessorParentResourceNotFoundError,
    AccessorResourceInvalidError,
    AccessorResourceNotFoundError,
    AccessorUnsupportedOperationError,
)
from ftrack_api.structure.id import IdStructure
from ftrack_api.structure.standard import StandardStructure
from ftrack_s3_accessor.s3 import S3Accessor


class SeeingAccessor(S3Accessor):
    """Asks the bucket before it says whether there is a file, as a studio has to mend it."""

    def is_file(self, resource_identifier):
        return any(one.key == resource_identifier for one in self.bucket.objects.all())


BUCKET = os.environ["STRANGER_BUCKET"]
stored = boto3.resource("s3").Bucket(BUCKET)
stored.create()


def refused(kind, call, *arguments):
    try:
        call(*arguments)
    except kind as error:
        print("as expected:", type(error).__name__, error)
    else:
        raise AssertionError(f"{kind.__name__} was due")


def content(name):
    return stored.Object(name).get()["Body"].read()


# --- the accessor alone --------------------------------------------------------------------------
accessor = S3Accessor(BUCKET)
assert isinstance(accessor, ftrack_api.accessor.base.Accessor)
assert isinstance(copy.deepcopy(accessor), S3Accessor)

accessor.make_container("shots/sq010")
assert accessor.is_container("shots/sq010")
assert accessor.exists("")
file = accessor.open("shots/sq010/plate.txt", "wb")
file.write(b"one ")
file.write(b"two")
file.close()
assert content("shots/sq010/plate.txt") == b"one two"
file = accessor.open("shots/sq010/plate.txt", "rb")
assert file.read(3) == b"one"
assert file.tell() == 3
file.seek(-3, os.SEEK_END)
assert file.read() == b"two"
file.close()
assert accessor.exists("shots/sq010")
assert not accessor.exists("shots/sq020")
assert not accessor.is_container("shots/sq010/plate.txt")
assert accessor.get_container("shots/sq010/plate.txt") == "shots/sq010"
refused(AccessorResourceInvalidError, accessor.open, "shots")
refused(AccessorUnsupportedOperationError, accessor.is_sequence, "shots/plate.%04d.exr")
refused(AccessorUnsupportedOperationError, accessor.get_filesystem_path, "shots/sq010/plate.txt")
refused(AccessorUnsupportedOperationError, accessor.get_url, "shots/sq010/plate.txt")
refused(AccessorParentResourceNotFoundError, accessor.get_container, "/")
# It asks for no object before it says whether there is one, so it never sees a file.
assert not accessor.exists("shots/sq010/plate.txt")
refused(AccessorResourceNotFoundError, accessor.remove, "shots/sq010/plate.txt")
assert issubclass(AccessorContainerNotEmptyError, ftrack_api.exception.AccessorError)

# --- behind a location ---------------------------------------------------------------------------
with ftrack_api.Session() as session, tempfile.TemporaryDirectory() as folder:
    bucket = session.ensure("Location", {"name": "stranger.bucket"})
    bucket.accessor = accessor
    bucket.structure = IdStructure(prefix="ids")
    bucket.priority = 5
    assert bucket.accessor is accessor

    path = Path(folder) / "sky.exr"
    path.write_bytes(b"clouds" * 1000)
    version = session.query("AssetVersion").first()
    sky = version.create_component(str(path), {"name": "sky"}, location=bucket)
    session.commit()
    identifier = bucket.get_resource_identifier(sky)
    assert identifier.startswith("ids/")
    assert identifier.endswith(".exr")
    assert content(identifier) == b"clouds" * 1000
    assert sky.get_availability([bucket]) == {bucket["id"]: 100.0}
    assert session.pick_location(sky) is bucket
    stream = bucket.accessor.open(identifier, "rb")
    assert stream.read() == b"clouds" * 1000
    stream.close()

    # Frames, and on into a second location.
    for number in (1, 2, 3):
        (Path(folder) / f"beauty.{number:04d}.exr").write_bytes(b"frame %d" % number)
    frames = version.create_component(
        str(Path(folder) / "beauty.%04d.exr [1-3]"), {"name": "beauty"}, location=bucket
    )
    session.commit()
    keys = [bucket.get_resource_identifier(one) for one in frames["members"]]
    assert sorted(map(content, keys)) == [b"frame 1", b"frame 2", b"frame 3"]

    shelf = session.ensure("Location", {"name": "stranger.shelf"})
    shelf.accessor = ftrack_api.accessor.disk.DiskAccessor(prefix=str(Path(folder) / "shelf"))
    shelf.structure = StandardStructure()
    shelf.priority = 50
    shelf.add_components([sky, frames], bucket)
    assert Path(shelf.get_filesystem_path(sky)).read_bytes() == b"clouds" * 1000
    first = next(one for one in frames["members"] if one["name"] == "0001")
    assert Path(shelf.get_filesystem_path(first)).read_bytes() == b"frame 1"

    if not hasattr(session, "kernel"):
        # It takes no object for a file, so that it finds none to remove. The official client stops
        # there; the drop-in takes data that is not found for removed already.
        refused(AccessorResourceNotFoundError, bucket.remove_components, [sky])
    bucket.accessor = SeeingAccessor(BUCKET)
    bucket.remove_components([sky, frames])
    left = [one.key for one in stored.objects.all()]
    assert identifier not in left
    assert not set(keys) & set(left)
    assert sky.get_availability([bucket]) == {bucket["id"]: 0.0}

    back = Path(folder) / "back.bin"
    back.write_bytes(b"and back")
    single = version.create_component(str(back), {"name": "back"}, location=shelf)
    bucket.add_component(single, shelf)
    assert content(bucket.get_resource_identifier(single)) == b"and back"
    with ftrack_api.Session() as other:
        seen = other.get("FileComponent", single["id"])
        names = {one["location"]["name"] for one in seen["component_locations"]}
        assert names == {"stranger.bucket", "stranger.shelf"}
