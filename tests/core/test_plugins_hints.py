"""What an error says to install is there to be installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from ftrack_core.plugins.unclaimed import DISTRIBUTIONS, unclaimed

ROOT = Path(__file__).parents[2]
OURS = {one.parent.name for one in ROOT.glob("*/*/pyproject.toml")}


@pytest.mark.parametrize("hook", sorted(DISTRIBUTIONS))
def test_each_hint_names_a_distribution_of_this_repository(hook):
    assert set(DISTRIBUTIONS[hook].values()) <= OURS
    for name, distribution in DISTRIBUTIONS[hook].items():
        assert unclaimed(hook, name, ()).endswith(f"Install {distribution}.")


def test_what_nobody_makes_is_not_offered():
    told = unclaimed("ftrack_create_accessor", "carrier-pigeon", ["disk"])
    assert told == "no plugin makes accessors for carrier-pigeon: URLs. Known schemes: disk."
