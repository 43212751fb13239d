"""Accessors, structures and data: the classes that plugins derive from and put together."""

import io

import ftrack_api
import ftrack_api.accessor.base
import ftrack_api.accessor.disk
import ftrack_api.data
import ftrack_api.exception as exception
import ftrack_api.resource_identifier_transformer.base
import ftrack_api.structure.base
import ftrack_api.structure.entity_id
import ftrack_api.structure.id
import ftrack_api.structure.origin
import ftrack_api.structure.standard
import ftrack_api.symbol
import pytest


@pytest.fixture
def accessor(tmp_path):
    return ftrack_api.accessor.disk.DiskAccessor(prefix=str(tmp_path))


def test_a_disk_knows_what_is_there(accessor, tmp_path):
    """8.7: exists, is_file, is_container; sequences are not told."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_bytes(b"x")
    assert accessor.exists("a/b.txt")
    assert not accessor.exists("a/c.txt")
    assert accessor.is_file("a/b.txt")
    assert accessor.is_container("a")
    assert not accessor.is_container("a/b.txt")
    with pytest.raises(exception.AccessorUnsupportedOperationError):
        accessor.is_sequence("a/f.%04d.exr")


def test_a_disk_opens_and_removes(accessor, tmp_path):
    """8.7: data objects; files are unlinked, empty folders removed."""
    accessor.make_container("a")
    data = accessor.open("a/b.txt", "wb")
    data.write(b"hello")
    data.close()
    data.close()
    data = accessor.open("a/b.txt")
    assert isinstance(data, ftrack_api.data.Data)
    assert data.read(2) == b"he"
    assert data.tell() == 2
    data.seek(0)
    assert data.read() == b"hello"
    data.close()
    assert data.closed
    with pytest.raises(exception.AccessorContainerNotEmptyError):
        accessor.remove("a")
    accessor.remove("a/b.txt")
    accessor.remove("a")
    assert not (tmp_path / "a").exists()


def test_what_is_missing_on_a_disk_is_told(accessor):
    """8.7: AccessorResourceNotFoundError, and the parent's."""
    with pytest.raises(exception.AccessorResourceNotFoundError):
        accessor.open("missing.txt")
    with pytest.raises(exception.AccessorResourceNotFoundError):
        accessor.remove("missing.txt")
    with pytest.raises(exception.AccessorParentResourceNotFoundError):
        accessor.make_container("x/y", recursive=False)
    accessor.make_container("x/y")
    accessor.make_container("x/y")
    assert accessor.is_container("x/y")


def test_paths_stay_below_the_prefix(accessor, tmp_path):
    """8.7: AccessorFilesystemPathError outside."""
    assert accessor.get_filesystem_path("a/b") == str(tmp_path / "a" / "b")
    assert accessor.get_filesystem_path(str(tmp_path / "a")) == str(tmp_path / "a")
    with pytest.raises(exception.AccessorFilesystemPathError):
        accessor.get_filesystem_path("../../outside")
    assert accessor.get_container("a/b/c") == "a/b"
    with pytest.raises(exception.AccessorParentResourceNotFoundError):
        accessor.get_container("")


@pytest.mark.better("a folder beside the prefix is outside, however it is called")
def test_a_neighbour_of_the_prefix_is_outside(accessor, tmp_path):
    """15.2, 23."""
    with pytest.raises(exception.AccessorFilesystemPathError):
        accessor.get_filesystem_path(f"../{tmp_path.name}_evil/x")


def test_an_accessor_without_prefix_takes_paths_as_they_are(tmp_path):
    """8.7: identifiers are paths."""
    accessor = ftrack_api.accessor.disk.DiskAccessor(prefix="")
    assert accessor.get_filesystem_path(str(tmp_path / "x")) == str(tmp_path / "x")


def test_an_accessor_of_ones_own_has_nine_methods():
    """8.6: the abstract ones; paths, addresses and containers have defaults."""
    names = {
        "list", "exists", "is_file", "is_container", "is_sequence", "open", "remove",
        "make_container", "get_container",
    }  # fmt: skip
    base = ftrack_api.accessor.base.Accessor
    assert base.__abstractmethods__ == names
    removed = []
    body = {name: lambda self, *args, **named: None for name in names}
    body["remove"] = lambda self, resource_identifier: removed.append(resource_identifier)
    own = type("Own", (base,), body)()
    own.remove_container("x")
    assert removed == ["x"]
    for method in (own.get_filesystem_path, own.get_url):
        with pytest.raises(exception.AccessorUnsupportedOperationError):
            method("x")


def test_an_accessor_of_ones_own_is_used_by_a_location(session, unique, tmp_path):
    """8.3: nothing but the nine methods is needed."""
    stored = {}

    class Kept(ftrack_api.data.String):
        def __init__(self, key):
            super().__init__(stored.get(key))
            self.key = key

        def flush(self):
            super().flush()
            position = self.wrapped_file.tell()
            self.wrapped_file.seek(0)
            stored[self.key] = self.wrapped_file.read()
            self.wrapped_file.seek(position)

    class Memory(ftrack_api.accessor.base.Accessor):
        def list(self, resource_identifier):
            return sorted(stored)

        def exists(self, resource_identifier):
            return resource_identifier in stored

        is_file = exists

        def is_container(self, resource_identifier):
            return False

        is_sequence = is_container

        def open(self, resource_identifier, mode="rb"):
            return Kept(resource_identifier)

        def remove(self, resource_identifier):
            del stored[resource_identifier]

        def make_container(self, resource_identifier, recursive=True):
            pass

        def get_container(self, resource_identifier):
            return ""

    location = session.create("Location", {"name": unique})
    location.accessor = Memory()
    location.structure = ftrack_api.structure.entity_id.EntityIdStructure()
    session.commit()
    path = tmp_path / "x.txt"
    path.write_bytes(b"hello")
    component = session.create_component(str(path), {"name": "x"}, location=location)
    assert stored == {component["id"]: b"hello"}
    location.remove_component(component)
    assert stored == {}


def test_wrapped_files_flush_before_they_close():
    """8.10: subclasses upload there."""
    flushed = []

    class Noting(ftrack_api.data.FileWrapper):
        def flush(self):
            super().flush()
            flushed.append(self.wrapped_file.closed)

    wrapped = io.BytesIO(b"abc")
    data = Noting(wrapped)
    assert data.wrapped_file is wrapped
    assert data.read(1) == b"a"
    data.write(b"X")
    data.seek(0)
    assert data.read() == b"aXc"
    data.close()
    data.close()
    assert flushed == [False]
    assert wrapped.closed


def test_texts_are_data():
    """8.10: `String` reads what it was given, text as text."""
    assert ftrack_api.data.String(b"abc").read() == b"abc"
    assert ftrack_api.data.String("äb").read() == "äb"
    data = ftrack_api.data.String()
    data.write(b"x")
    data.seek(0)
    assert data.read() == b"x"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Foo Bar", "foo_bar"), ("a/b", "a_b"), ("å!", "a_"), ("v001.x-y_z", "v001.x-y_z")],
)
def test_names_are_made_fit_for_files(text, expected):
    """8.9: `sanitise_for_filesystem`; None leaves them alone."""
    structure = ftrack_api.structure.standard.StandardStructure()
    assert structure.sanitise_for_filesystem(text) == expected
    plain = ftrack_api.structure.standard.StandardStructure(illegal_character_substitute=None)
    assert plain.sanitise_for_filesystem(text) == text
    other = ftrack_api.structure.standard.StandardStructure(illegal_character_substitute="-")
    assert other.sanitise_for_filesystem("Foo Bar") == "foo-bar"


@pytest.fixture
def parts(session, new_version, tmp_path):
    """A file, a sequence with members, and a container with a member, of one version."""
    for frame in (1, 2):
        (tmp_path / f"f.{frame:04d}.exr").write_bytes(b"x")
    sequence = new_version.create_component(f"{tmp_path}/f.%04d.exr [1-2]", {"name": "frames"})
    file = new_version.create_component(str(tmp_path / "x.txt"), {"name": "main"})
    container = session.create("ContainerComponent", {"name": "box", "version": new_version})
    inner = session.create(
        "FileComponent", {"name": "inner", "file_type": ".ma", "container": container}
    )
    session.commit()
    return file, sequence, sequence["members"][0], container, inner


def test_the_standard_structure_names_by_hierarchy(parts, new_version):
    """8.9: project, what lies between, asset, version, leaf."""
    structure = ftrack_api.structure.standard.StandardStructure()
    folder = f"crooked_quarry/{new_version['asset']['name']}/v{new_version['version']:03d}"
    assert [structure.get_resource_identifier(one) for one in parts] == [
        f"{folder}/main.txt", f"{folder}/frames.%04d.exr", f"{folder}/frames.0001.exr",
        f"{folder}/box", f"{folder}/box/inner.ma",
    ]  # fmt: skip
    prefixed = ftrack_api.structure.standard.StandardStructure(project_versions_prefix="assets")
    assert prefixed.get_resource_identifier(parts[0]).startswith("crooked_quarry/assets/")


def test_the_standard_structure_needs_a_version(session, new_version):
    """8.9: StructureError without one, NotImplementedError for what is no component."""
    structure = ftrack_api.structure.standard.StandardStructure()
    component = session.create("FileComponent", {"name": "x", "file_type": ".txt"})
    with pytest.raises(exception.StructureError):
        structure.get_resource_identifier(component)
    with pytest.raises(NotImplementedError):
        structure.get_resource_identifier(session.query("Task").first())
    by_id = session.create(
        "FileComponent", {"name": "y", "file_type": ".txt", "version_id": new_version["id"]}
    )
    assert structure.get_resource_identifier(by_id).endswith("/y.txt")
    session.rollback()


def test_the_id_structure_names_by_identifier(parts):
    """8.9: four folders of one sign each."""
    structure = ftrack_api.structure.id.IdStructure(prefix="store")

    def folder(entity):
        return "/".join(["store", *entity["id"][:4], entity["id"][4:]])

    file, sequence, _, container, inner = parts
    assert [structure.get_resource_identifier(one) for one in parts] == [
        f"{folder(file)}.txt", f"{folder(sequence)}/file.%04d.exr",
        f"{folder(sequence)}/file.0001.exr", folder(container),
        f"{folder(container)}/{inner['id']}.ma",
    ]  # fmt: skip


def test_the_small_structures(parts):
    """8.9: the entity's identifier; what the source says."""
    by_id = ftrack_api.structure.entity_id.EntityIdStructure()
    assert by_id.get_resource_identifier(parts[0]) == parts[0]["id"]
    origin = ftrack_api.structure.origin.OriginStructure()
    context = {"source_resource_identifier": "a/b"}
    assert origin.get_resource_identifier(parts[0], context) == "a/b"
    with pytest.raises(ValueError):
        origin.get_resource_identifier(parts[0])


def test_a_structure_of_ones_own_has_one_method(parts):
    """8.9: prefix, separator, and the expression of a sequence."""

    class Own(ftrack_api.structure.base.Structure):
        def get_resource_identifier(self, entity, context=None):
            return self.path_separator.join([self.prefix, self._get_sequence_expression(entity)])

    assert Own(prefix="p").get_resource_identifier(parts[1]) == "p/%04d"
    assert ftrack_api.structure.base.Structure.__abstractmethods__ == {"get_resource_identifier"}


def test_a_plain_transformer_changes_nothing(session):
    """8.9: identity by default."""
    base = ftrack_api.resource_identifier_transformer.base.ResourceIdentifierTransformer(session)
    assert base.encode("a", context={}) == base.decode("a", context=None) == "a"
    assert base.session is session


def test_the_server_is_an_accessor(session, new_version, tmp_path):
    """8.8: opened for writing it uploads, for reading it downloads."""
    accessor = session.get("Location", ftrack_api.symbol.SERVER_LOCATION_ID).accessor
    component = new_version.create_component(str(tmp_path / "x.txt"), {"name": "x"})
    session.commit()
    data = accessor.open(component["id"], "wb")
    data.write(b"hello")
    data.close()
    assert accessor.open(component["id"]).read() == b"hello"
    assert accessor.get_container("x") is None
    assert accessor.exists(component["id"]) is False
    assert accessor.make_container("x") is None
    accessor.remove(component["id"])
    with pytest.raises(exception.AccessorOperationFailedError):
        accessor.open(component["id"]).read()
