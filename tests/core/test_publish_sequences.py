"""Reading sequences: expressions, patterns and lists of files."""

from __future__ import annotations

import pytest
from ftrack_core.errors import ResourceNotFoundError
from ftrack_core.publish import FileSequence, parse_sequence, sequence_of_files


@pytest.fixture
def folder(tmp_path):
    for name in ("plate.0999.exr", "plate.1000.exr", "plate.10000.exr", "plate.1.exr", "x.exr"):
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("text", "padding", "indexes"),
    [
        ("/p/plate.%04d.exr [1001-1003]", 4, (1001, 1002, 1003)),
        ("/p/plate.%04d.exr [1001]", 4, (1001,)),
        ("/p/plate.%04d.exr[1-3, 7, 9-10]", 4, (1, 2, 3, 7, 9, 10)),
        ("/p/plate.%d.exr [8-11]", 0, (8, 9, 10, 11)),
        ("/p/plate.####.exr [8-9]", 4, (8, 9)),
    ],
)
def test_an_expression_lists_its_numbers(text, padding, indexes):
    found = parse_sequence(text)
    assert (found.head, found.tail) == ("/p/plate.", ".exr")
    assert (found.padding, found.indexes) == (padding, indexes)


def test_paths_have_the_padding():
    sequence = parse_sequence("/p/plate.%04d.exr [7, 12345]")
    assert sequence.paths == ["/p/plate.0007.exr", "/p/plate.12345.exr"]
    assert sequence.pattern == "/p/plate.%04d.exr"


def test_its_text_is_the_expression_again():
    text = "/p/plate.%04d.exr [1-3, 7]"
    assert str(parse_sequence(text)) == text


@pytest.mark.parametrize("text", ["/p/plate.exr", "/p/plate.1001.exr", "/p.%04d/plate.exr", "/p"])
def test_other_paths_are_single_files(text):
    assert parse_sequence(text) is None


@pytest.mark.parametrize("pattern", ["plate.%04d.exr", "plate.####.exr"])
def test_a_pattern_is_looked_up(folder, pattern):
    assert parse_sequence(str(folder / pattern)).indexes == (999, 1000, 10000)


def test_without_padding_only_plain_numbers_fit(folder):
    assert parse_sequence(str(folder / "plate.%d.exr")).indexes == (1, 1000, 10000)


def test_a_pattern_that_no_file_fits_is_an_error(folder):
    with pytest.raises(ResourceNotFoundError, match=r"or name the frames: .*\[1001-1100\]"):
        parse_sequence(str(folder / "matte.%04d.exr"))


def test_a_file_that_bears_such_a_name_is_a_file(tmp_path):
    (tmp_path / "odd.####.exr").touch()
    assert parse_sequence(str(tmp_path / "odd.####.exr")) is None


def test_files_that_differ_in_one_number_are_a_sequence():
    files = [f"/p/v2/plate.{frame}.exr" for frame in (1003, 1001, 1002)]
    assert sequence_of_files(files) == FileSequence("/p/v2/plate.", ".exr", 4, (1001, 1002, 1003))


@pytest.mark.parametrize(
    ("names", "padding"),
    [(["a.8.exr", "a.12.exr"], 0), (["a.08.exr", "a.12.exr", "a.100.exr"], 2)],
)
def test_the_padding_is_found_out(names, padding):
    assert sequence_of_files(names).padding == padding


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["a.1.exr"],
        ["a.1.exr", "b.1.exr"],
        ["a.1.exr", "a.2.jpg"],
        ["a.1.2.exr", "a.2.3.exr"],
        ["x/a.1.exr", "y/a.2.exr"],
        ["a.01.exr", "a.2.exr", "a.1.exr"],
    ],
)
def test_other_lists_are_none(names):
    assert sequence_of_files(names) is None
