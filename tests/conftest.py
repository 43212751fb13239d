"""What all tests share."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

import ftrack_core

# An uninstalled clone would import an empty namespace package and pass for the wrong reason.
assert ftrack_core.__file__, "install the workspace first: uv sync --all-packages"


def _allowed() -> tuple[str, ...]:
    lines = Path(__file__).with_name("allowed_skips.txt").read_text().splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def _reason(report: pytest.TestReport) -> str:
    where = report.longrepr
    text = where[2] if isinstance(where, tuple) else str(where)
    return text.removeprefix("Skipped: ")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Processes that share the tests know them by name, so no name holds an address."""
    strange = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if strange:
        raise pytest.UsageError("give these parameters an id: " + "; ".join(strange))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave the tests themselves, which stay to the end, out of every collection of garbage."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is run, a skip for another reason than the listed ones is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("CI") or reporter is None:
        return
    skipped = [_reason(report) for report in reporter.stats.get("skipped", [])]
    strange = sorted({one for one in skipped if not one.startswith(_allowed())})
    if strange and session.exitstatus == 0:
        reporter.write_line("skipped for reasons that are not allowed: " + "; ".join(strange))
        session.exitstatus = 1
