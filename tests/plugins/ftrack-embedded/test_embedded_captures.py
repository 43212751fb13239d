"""Our schema answer beside those recorded from servers: each difference has a reason."""

from __future__ import annotations

import copy
import json
import os
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from ftrack_embedded.model import load_model
from ftrack_embedded.model.compare import differences, generation_of, main, reason_for
from ftrack_embedded.model.object_types import OwnObjectType
from ftrack_embedded.model.reasons import REASONS
from ftrack_embedded.model.wire import schema_answer

BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[4] / "shared" / "data"
OF_THE_RECORDED_STUDIO = (
    OwnObjectType("4721f72a-bd5c-11eb-a3da-d6270330280e", "Image", False, False, False, False),
    OwnObjectType(
        "efb7d34c-bd5b-11eb-86a7-d6270330280e", "Information", False, False, False, False
    ),
    OwnObjectType("34b122f0-bd5c-11eb-96ea-d6270330280e", "Scene", False, True, False, False),
)


def _recorded(number_of_types):
    folder = Path(os.environ.get("FTRACK_SCHEMA_CAPTURES", BESIDE_THE_CHECKOUT))
    path = folder / f"query_schemas_{number_of_types}.json"
    if not path.exists():
        pytest.skip("schema captures are not beside the checkout")
    return path


@pytest.fixture
def older():
    return _recorded(116)


@pytest.fixture
def newer():
    return _recorded(130)


@pytest.fixture(scope="module")
def answer():
    return schema_answer(load_model())


# --- the recorded answers ----------------------------------------------------------------------


def test_each_difference_to_the_recorded_answers_has_a_reason(older, newer, capsys):
    status = main([str(older), str(newer)])

    assert status == 0, capsys.readouterr().out


def test_each_reason_is_needed(older, newer, answer):
    captures = [json.loads(path.read_text("utf-8")) for path in (older, newer)]
    subjects = {
        (generation_of(capture), f"{one.subject}:{one.aspect}")
        for capture in captures
        for one in differences(answer, capture)
    }

    unused = [
        reason.pattern
        for reason in REASONS
        if not any(
            generation == reason.generation and fnmatchcase(subject, reason.pattern)
            for generation, subject in subjects
        )
    ]

    assert unused == []


def test_the_types_of_a_studios_own_object_types_equal_the_recorded_ones(newer):
    capture = json.loads(newer.read_text("utf-8"))
    answer = schema_answer(load_model(*OF_THE_RECORDED_STUDIO))
    names = {own.name for own in OF_THE_RECORDED_STUDIO}

    left = [one for one in differences(answer, capture) if one.subject.split(".")[0] in names]

    assert left == []


# --- the comparison ----------------------------------------------------------------------------


def test_differences_name_type_attribute_and_both_sides(answer):
    changed = copy.deepcopy(answer)
    task = next(one for one in changed if one["id"] == "Task")
    task["properties"]["name"]["default"] = "untitled"
    del task["properties"]["bid"]
    task["immutable"].append("sort")

    lines = [str(one) for one in differences(answer, changed)]

    assert lines == [
        "Task.sort: immutable: ours False, capture True",
        "Task.bid: declared: ours True, capture False",
        "Task.name: default: ours '', capture 'untitled'",
    ]


def test_the_order_of_names_is_no_difference(answer):
    turned = copy.deepcopy(answer)[::-1]
    for one in turned:
        one["immutable"].reverse()
        one["properties"] = dict(reversed(one["properties"].items()))

    assert differences(answer, turned) == []


def test_what_only_one_generation_knows_says_so_in_its_declaration(answer):
    model = load_model()
    without = [one for one in copy.deepcopy(answer) if one["id"] not in ("UserView", "Message")]
    of_view, of_message = sorted(differences(answer, without), key=str, reverse=True)

    assert reason_for(model, of_view, "older") == "only newer servers know it"
    assert reason_for(model, of_view, "newer") is None
    assert reason_for(model, of_message, "newer")
    assert reason_for(model, of_message, "older") is None


def test_the_command_fails_for_a_difference_without_a_reason(answer, tmp_path, capsys):
    changed = copy.deepcopy(answer)
    next(one for one in changed if one["id"] == "Task")["properties"]["bid"]["type"] = "string"
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(changed), "utf-8")

    status = main([str(path)])

    output = capsys.readouterr().out
    assert status == 1
    assert "Task.bid: type: ours 'number', capture 'string'\n    NO REASON IS GIVEN" in output
    assert "1 differences, 1 without a reason" in output
