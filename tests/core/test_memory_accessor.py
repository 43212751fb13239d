"""The accessor in memory keeps the promises of the port, with and without optional capabilities."""

from __future__ import annotations

from contextlib import suppress

import pytest
from ftrack_core.errors import ResourceExistsError
from ftrack_core.ports.accessor import (
    SupportsAtomicWrite,
    SupportsBulkRemove,
    SupportsCopy,
    SupportsRanges,
)
from ftrack_core.testing.accessors import AccessorSuite
from ftrack_core.testing.memory_accessor import MemoryAccessor, PlainMemoryAccessor

CAPABILITIES = (SupportsAtomicWrite, SupportsBulkRemove, SupportsCopy, SupportsRanges)


class TestMemoryAccessor(AccessorSuite):
    @pytest.fixture
    def accessor(self):
        return MemoryAccessor()


class TestPlainMemoryAccessor(AccessorSuite):
    @pytest.fixture
    def accessor(self):
        return PlainMemoryAccessor()


def test_the_full_accessor_has_every_capability_and_the_plain_one_none():
    assert all(isinstance(MemoryAccessor(), capability) for capability in CAPABILITIES)
    assert not any(isinstance(PlainMemoryAccessor(), capability) for capability in CAPABILITIES)


def test_a_copy_comes_from_another_accessor_in_memory():
    source, target = PlainMemoryAccessor(), MemoryAccessor()
    with source.open("plate.exr", "wb") as stream:
        stream.write(b"content")
    assert target.copy_from(source, "plate.exr", "plate.exr")
    with pytest.raises(ResourceExistsError):
        target.copy_from(source, "plate.exr", "plate.exr")


def test_a_plain_write_that_fails_keeps_nothing():
    accessor = MemoryAccessor()
    with suppress(ZeroDivisionError), accessor.open("plate.exr", "wb") as stream:
        stream.write(b"half")
        raise ZeroDivisionError
    assert not accessor.exists("plate.exr")
