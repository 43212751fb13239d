"""The suites of codecs and transformers are worth something only if broken ones fail them.

Each class below breaks one promise; the check of that promise must fail for it. Two unlike ones
that keep all of them pass the whole suite.
"""

from __future__ import annotations

import base64
import itertools
import json

import pytest
from ftrack_core.testing.translators import CodecSuite, TransformerSuite

CAUGHT = (Exception, pytest.fail.Exception)
BROKEN = {CodecSuite: {}, TransformerSuite: {}}


def breaks(suite, check):
    """Register a broken class under the check that must catch it."""

    def register(broken):
        BROKEN[suite][check] = broken
        return broken

    return register


def checks_of(suite):
    return {name for name in dir(suite) if name.startswith("test_")}


# --- codecs that keep their promises -------------------------------------------------------------


class Json:
    def decode(self, value):
        return json.loads(value)

    def encode(self, value):
        return json.dumps(value)


class Seconds:
    """Frames as the server keeps them, seconds as people read them."""

    def decode(self, value):
        return value / 24

    def encode(self, value):
        return round(value * 24)


class TestJson(CodecSuite):
    @pytest.fixture
    def codec(self):
        return Json()

    @pytest.fixture(params=['{"k": [1, 2]}', "[]", '"text"', "3"])
    def wire_value(self, request):
        return request.param


class TestSeconds(CodecSuite):
    @pytest.fixture
    def codec(self):
        return Seconds()

    @pytest.fixture(params=[0, 1, 1001])
    def wire_value(self, request):
        return request.param


# --- codecs that break one -----------------------------------------------------------------------


@breaks(CodecSuite, "test_it_satisfies_the_port")
class OnlyReads(Json):
    encode = None


@breaks(CodecSuite, "test_what_is_read_can_be_written_back")
class Forgets(Json):
    def encode(self, value):
        return "{}"


@breaks(CodecSuite, "test_what_it_writes_can_be_sent")
class WritesBytes(Json):
    def encode(self, value):
        return json.dumps(value).encode()


@breaks(CodecSuite, "test_reading_leaves_the_wire_value_as_it_is")
class ChangesTheRow:
    def decode(self, value):
        value["seen"] = True
        return dict(value)

    def encode(self, value):
        return value


@breaks(CodecSuite, "test_each_reader_gets_a_value_of_his_own")
class Shares(Json):
    def __init__(self):
        self.known = {}

    def decode(self, value):
        return self.known.setdefault(value, json.loads(value))


@breaks(CodecSuite, "test_many_threads_may_use_it")
class Counts(Json):
    def __init__(self):
        self.numbers = itertools.count()

    def decode(self, value):
        return {**json.loads(value), "n": next(self.numbers)}


# --- transformers that keep their promises -------------------------------------------------------


class Encoded:
    def encode(self, resource_identifier, context=None):
        return base64.urlsafe_b64encode(resource_identifier.encode()).decode()

    def decode(self, resource_identifier, context=None):
        return base64.urlsafe_b64decode(resource_identifier).decode()


class Rooted:
    def encode(self, resource_identifier, context=None):
        return f"//nas/prod/{resource_identifier}"

    def decode(self, resource_identifier, context=None):
        return resource_identifier.removeprefix("//nas/prod/")


class TestEncoded(TransformerSuite):
    @pytest.fixture
    def transformer(self):
        return Encoded()


class TestRooted(TransformerSuite):
    @pytest.fixture
    def transformer(self):
        return Rooted()


# --- transformers that break one -----------------------------------------------------------------


@breaks(TransformerSuite, "test_it_satisfies_the_port")
class OnlyDecodes(Rooted):
    encode = None


@breaks(TransformerSuite, "test_what_is_kept_leads_back")
class Lowers(Rooted):
    def decode(self, resource_identifier, context=None):
        return super().decode(resource_identifier).lower().replace("ö", "o")


@breaks(TransformerSuite, "test_both_are_texts")
class GivesBytes(Encoded):
    def encode(self, resource_identifier, context=None):
        return resource_identifier.encode()

    def decode(self, resource_identifier, context=None):
        return resource_identifier.decode()


@breaks(TransformerSuite, "test_different_identifiers_stay_different")
class KeepsTheSuffix(Rooted):
    def encode(self, resource_identifier, context=None):
        return resource_identifier.rpartition(".")[2]


@breaks(TransformerSuite, "test_the_same_comes_out_each_time")
class Numbers(Rooted):
    def __init__(self):
        self.numbers = itertools.count()

    def encode(self, resource_identifier, context=None):
        return f"{next(self.numbers)}:{resource_identifier}"


@breaks(TransformerSuite, "test_it_works_with_and_without_a_context")
class NeedsTheComponent(Rooted):
    def encode(self, resource_identifier, context=None):
        if context is not None:
            context["component"]
        return super().encode(resource_identifier)


# --- the proof -----------------------------------------------------------------------------------


@pytest.mark.parametrize("suite", BROKEN, ids=lambda suite: suite.__name__)
def test_every_check_has_one_that_it_catches(suite):
    assert set(BROKEN[suite]) == checks_of(suite)


@pytest.mark.parametrize("check", sorted(BROKEN[CodecSuite]))
def test_a_broken_codec_fails_the_check_of_what_it_breaks(check):
    broken = BROKEN[CodecSuite][check]()
    value = {"a": 1} if isinstance(broken, ChangesTheRow) else '{"k": [1]}'
    given = (broken,) if check == "test_it_satisfies_the_port" else (broken, value)
    with pytest.raises(CAUGHT):
        getattr(CodecSuite(), check)(*given)
    kept = (Json(),) if check == "test_it_satisfies_the_port" else (Json(), '{"k": [1]}')
    getattr(CodecSuite(), check)(*kept)


@pytest.mark.parametrize("check", sorted(BROKEN[TransformerSuite]))
def test_a_broken_transformer_fails_the_check_of_what_it_breaks(check):
    alone = check in (
        "test_it_satisfies_the_port",
        "test_different_identifiers_stay_different",
    )
    given = () if alone else ("Größe/Plate.exr",)
    with pytest.raises(CAUGHT):
        getattr(TransformerSuite(), check)(BROKEN[TransformerSuite][check](), *given)
    getattr(TransformerSuite(), check)(Encoded(), *given)
