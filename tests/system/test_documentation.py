"""The documentation is true: its Python blocks run, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/*/README.md")])
PAGES += [ROOT / "ftrack_core" / "README.md"]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
NOT_RUN = (
    "accessors/ftrack-accessor-fsspec/README.md",
    "accessors/ftrack-accessor-s3/README.md",
    "docs/hooks.md",
)
"""Pages whose blocks need a server of their own, or are the hooks' examples, which are fragments;
each is tested where it belongs."""

RUN = [
    page
    for page in PAGES
    if BLOCK.search(page.read_text()) and page.relative_to(ROOT).as_posix() not in NOT_RUN
]


def name_of(page):
    return page.relative_to(ROOT).as_posix()


@pytest.fixture
def studio(tmp_path, monkeypatch):
    """What the pages take for granted: a server, a storage, a folder of rendered frames."""
    (tmp_path / "prod").mkdir()
    (tmp_path / "renders").mkdir()
    for frame in range(1001, 1101):
        (tmp_path / "renders" / f"plate.{frame}.exr").write_bytes(b"pixels")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FTRACK_SERVER", "embedded:?seed=demo")
    monkeypatch.setenv("FTRACK_API_USER", "admin")
    return {
        "https://studio.ftrackapp.com": "embedded:?seed=demo",
        "/mnt/prod": str(tmp_path / "prod"),
        "/renders": str(tmp_path / "renders"),
        "/studio": str(tmp_path),
    }


@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_the_python_of_a_page_runs_from_top_to_bottom(page, studio):
    namespace = {"__name__": "page"}
    for number, block in enumerate(BLOCK.findall(page.read_text()), 1):
        for place, real in studio.items():
            block = block.replace(place, real)
        exec(
            compile(block, f"{name_of(page)} block {number}", "exec", dont_inherit=True), namespace
        )


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_links_of_a_page_lead_somewhere(page):
    links = [link for link in LINK.findall(page.read_text()) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_commands_of_the_readme_are_those_that_are_run():
    readme = (ROOT / "README.md").read_text()
    run = (ROOT / ".ci" / "run").read_text()
    for command in ("uv run --all-packages ftrack demo", "uv run --all-packages pytest"):
        assert command in readme
        assert command in run
