"""The conformance suites of the AttributeCodec and IdentifierTransformer ports.

Inherit one and give it its fixtures::

    class TestTimecode(CodecSuite):
        @pytest.fixture
        def codec(self):
            return TimecodeCodec()

        @pytest.fixture(params=["00:00:04:12", "01:00:00:00"])
        def wire_value(self, request):
            return request.param
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from ftrack_core.ports import AttributeCodec, IdentifierTransformer
from ftrack_core.wire import decode_scalar, dumps, loads

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CodecSuite", "TransformerSuite"]


class CodecSuite:
    """What every codec of an attribute does.

    The class that inherits it has the fixtures ``codec`` and ``wire_value``: a value as the server
    keeps it, other than None. Where a value has several wire forms it is the one that the codec
    writes.
    """

    def test_it_satisfies_the_port(self, codec: AttributeCodec) -> None:
        """Both methods of the protocol are there."""
        assert isinstance(codec, AttributeCodec)
        assert callable(codec.decode)
        assert callable(codec.encode)

    def test_what_is_read_can_be_written_back(self, codec: AttributeCodec, wire_value: Any) -> None:
        """Nothing is lost on the way to the user and back."""
        written = codec.encode(codec.decode(wire_value))
        assert decode_scalar(loads(dumps(written))) == decode_scalar(wire_value)

    def test_what_it_writes_can_be_sent(self, codec: AttributeCodec, wire_value: Any) -> None:
        """JSON can hold it, or it is a date."""
        dumps(codec.encode(codec.decode(wire_value)))

    def test_reading_leaves_the_wire_value_as_it_is(
        self, codec: AttributeCodec, wire_value: Any
    ) -> None:
        """Rows are shared with caches and other readers."""
        before = json.dumps(wire_value, sort_keys=True)
        codec.decode(wire_value)
        assert json.dumps(wire_value, sort_keys=True) == before

    def test_each_reader_gets_a_value_of_his_own(
        self, codec: AttributeCodec, wire_value: Any
    ) -> None:
        """Whoever changes what he was given changes nothing for others."""
        first, second = codec.decode(wire_value), codec.decode(wire_value)
        assert first == second
        assert first is not second or not _is_changeable(first)

    def test_many_threads_may_use_it(self, codec: AttributeCodec, wire_value: Any) -> None:
        """It keeps nothing from one call for the next."""
        expected = codec.decode(wire_value)
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(codec.decode, [wire_value] * 200))
        assert all(one == expected for one in found)


class TransformerSuite:
    """What every identifier transformer does.

    The class that inherits it has the fixture ``transformer``.
    """

    IDENTIFIERS = (
        "plate.exr",
        "dune/shot_010/comp/v003/beauty.%04d.exr",
        "Größe/砂/näht.exr",
        "with space/a+b&c=d.exr",
    )

    @pytest.fixture(params=IDENTIFIERS)
    def identifier(self, request: pytest.FixtureRequest) -> str:
        """Return an identifier as an accessor takes it."""
        return str(request.param)

    def test_it_satisfies_the_port(self, transformer: IdentifierTransformer) -> None:
        """Both methods of the protocol are there."""
        assert isinstance(transformer, IdentifierTransformer)
        assert callable(transformer.encode)
        assert callable(transformer.decode)

    def test_what_is_kept_leads_back(
        self, transformer: IdentifierTransformer, identifier: str
    ) -> None:
        """The accessor gets back what it kept the data under."""
        assert transformer.decode(transformer.encode(identifier)) == identifier

    def test_both_are_texts(self, transformer: IdentifierTransformer, identifier: str) -> None:
        """The server keeps texts, and not empty ones."""
        kept = transformer.encode(identifier)
        assert isinstance(kept, str)
        assert kept
        assert isinstance(transformer.decode(kept), str)

    def test_different_identifiers_stay_different(self, transformer: IdentifierTransformer) -> None:
        """Two components never come to lie under one identifier."""
        kept = {transformer.encode(one) for one in self.IDENTIFIERS}
        assert len(kept) == len(self.IDENTIFIERS)

    def test_the_same_comes_out_each_time(
        self, transformer: IdentifierTransformer, identifier: str
    ) -> None:
        """Records are looked for by what they were kept as."""
        assert transformer.encode(identifier) == transformer.encode(identifier)

    def test_it_works_with_and_without_a_context(
        self, transformer: IdentifierTransformer, identifier: str
    ) -> None:
        """The context is a help: in a search there is none, and what is written is the same."""
        encode: Callable[..., str] = transformer.encode
        assert encode(identifier, {}) == encode(identifier) == encode(identifier, None)


def _is_changeable(value: object) -> bool:
    return isinstance(value, (dict, list, set, bytearray))
