"""What those who fill a port refuse alike, and how they say it."""

from __future__ import annotations

import pytest
from ftrack_core.errors import AccessorError, ConfigurationError
from ftrack_core.ports import require_known_options, require_range


def test_an_unknown_option_is_told_with_those_that_there_are():
    known = ("fsync", "url_prefix")
    require_known_options("the disk accessor", {"fsync": True}, known)
    with pytest.raises(ConfigurationError) as caught:
        require_known_options("the disk accessor", {"fsync": True, "url_prefx": "/"}, known)
    assert str(caught.value) == (
        "the disk accessor has no option 'url_prefx'. Did you mean 'url_prefix'? "
        "It knows fsync, url_prefix."
    )


@pytest.mark.parametrize(("start", "length"), [(-1, 1), (0, -1)])
def test_a_range_is_not_negative(start, length):
    require_range("plate.exr", 0, 0)
    with pytest.raises(AccessorError, match=f"start or length: {start}, {length}") as no:
        require_range("plate.exr", start, length)
    assert no.value.resource_identifier == "plate.exr"
