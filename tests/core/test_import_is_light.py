"""Importing the session brings no more than making one needs."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

LATER = {"dataclasses", "inspect", "logging", "pathlib", "urllib.parse", "uuid", "json", "pluggy"}
"""What the first session or the first need of it brings."""


def modules_after(statement):
    shown = f"{statement}; import sys; print(sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", shown], check=True, stdout=subprocess.PIPE, text=True
    )
    return set(json.loads(done.stdout.replace("'", '"')))


@pytest.fixture(scope="module")
def brought():
    return modules_after("from ftrack_core import Session") - modules_after("pass")


def test_the_session_is_there(brought):
    assert "ftrack_core.session.session" in brought


def test_what_is_needed_later_is_imported_later(brought):
    assert brought & LATER == set()


def test_no_port_is_imported_before_a_plugin_is(brought):
    assert {one for one in brought if one.startswith("ftrack_core.ports.")} == set()
