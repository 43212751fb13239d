"""The data that accessors open: read and written by position, closed once."""

from __future__ import annotations

import contextlib
import io

import ftrack_api.data as data
import pytest


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "plate.bin"
    path.write_bytes(b"abcdef")
    return path


class Nothing(data.Data):
    def read(self, limit=None):
        return b""

    def write(self, content):
        pass


@pytest.mark.parametrize("operation", [lambda one: one.seek(0), lambda one: one.tell()])
def test_data_has_no_positions_unless_a_subclass_has(operation):
    with pytest.raises(NotImplementedError):
        operation(Nothing())


def test_data_cannot_be_made_without_reading_and_writing():
    with pytest.raises(TypeError):
        data.Data()


def test_closing_flushes_and_says_so():
    flushed = []

    class Flushing(Nothing):
        def flush(self):
            flushed.append(self.closed)

    one = Flushing()
    one.close()
    assert (flushed, one.closed) == ([False], True)


def test_a_file_is_read_as_a_whole_or_up_to_a_limit(path):
    file = data.File(str(path))
    assert file.read(2) == b"ab"
    assert file.tell() == 2
    assert file.read() == b"cdef"
    file.seek(1)
    assert file.read(1) == b"b"
    file.seek(-1, 2)
    assert file.read() == b"f"
    file.close()


def test_a_file_is_written_after_it_was_read_where_reading_ended(path):
    file = data.File(str(path), "r+b")
    assert file.read(2) == b"ab"
    file.write(b"XY")
    file.flush()
    assert path.read_bytes() == b"abXYef"
    file.close()


@pytest.mark.parametrize(
    ("mode", "content"), [("r", "abcdef"), ("rb", b"abcdef"), ("r+", "abcdef")]
)
def test_a_file_opens_in_any_mode_of_python(path, mode, content):
    file = data.File(path, mode)
    assert file.read() == content
    file.close()


def test_closing_a_file_twice_is_fine_and_using_it_afterwards_is_not(path):
    file = data.File(path)
    file.close()
    file.close()
    assert file.closed
    with pytest.raises(ValueError, match="closed"):
        file.read()


def test_a_wrapper_goes_around_what_has_neither_flush_nor_close():
    class Bare:
        def read(self, limit):
            return f"read({limit})"

        def write(self, content):
            self.written = content

    wrapper = data.FileWrapper(Bare())
    assert wrapper.read() == "read(-1)"
    wrapper = data.FileWrapper(Bare())
    wrapper.write("x")
    wrapper.close()
    assert wrapper.wrapped_file.written == "x"


def test_closing_flushes_the_wrapper_first_as_subclasses_that_upload_expect():
    order = []

    class Wrapped(io.BytesIO):
        def close(self):
            order.append("closed")
            super().close()

    class Uploading(data.FileWrapper):
        def flush(self):
            super().flush()
            order.append("flushed")

    Uploading(Wrapped()).close()
    assert order[:2] == ["flushed", "closed"]


def test_a_file_is_given_back_also_where_flushing_fails(path):
    class Failing(data.File):
        def flush(self):
            raise RuntimeError("no room")

    file = Failing(path)
    with pytest.raises(RuntimeError, match="no room"):
        file.close()
    assert file.wrapped_file.closed
    file.close()


@pytest.fixture
def string():
    """Make a `String`, which is closed when the test ends."""
    with contextlib.ExitStack() as stack:

        def make(*content):
            return stack.enter_context(contextlib.closing(data.String(*content)))

        yield make


def test_a_string_holds_bytes_or_text(string):
    assert string(b"\x00\xff").read() == b"\x00\xff"
    assert string("grün").read() == "grün"
    assert string().read() == b""


def test_what_was_written_as_text_is_read_as_text(string):
    text = string()
    assert text.is_binary
    text.write("größer")
    text.seek(0)
    assert text.read() == "größer"
    assert not text.is_binary


def test_a_string_is_written_on_from_where_it_was_read(string):
    text = string("abc")
    assert text.read(1) == "a"
    text.write("X")
    text.seek(0)
    assert text.read() == "aXc"
    assert text.tell() == 3


def test_a_limit_that_ends_within_a_character_gives_the_whole_of_it(string):
    text = string("aé日x")
    assert [text.read(2), text.read(1), text.read()] == ["aé", "日", "x"]


def test_text_that_breaks_off_within_a_character_is_an_error(string):
    text = string("é")
    text.wrapped_file.truncate(1)
    with pytest.raises(UnicodeDecodeError):
        text.read()
