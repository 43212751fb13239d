"""The end of the story: what was published, what it took, and whether all of it is true."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from rich.filesize import decimal
from rich.text import Text
from rich.tree import Tree

from .output import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .checks import Verdict
    from .facts import Facts
    from .folder import DemoFolder
    from .output import Narrator
    from .readback import PublishedVersion

__all__ = ["show_checks", "show_published", "show_requests", "show_stay"]


def show_published(narrator: Narrator, facts: Facts) -> None:
    """Show the published files as a tree, the frames of a sequence on one line."""
    tree = Tree(Text("storage", "bold"), guide_style="dim")
    branches: dict[str, Tree] = {"": tree}
    for version in sorted(facts.versions, key=lambda one: one.identifier):
        folder, _, name = version.identifier.rpartition("/")
        _branch(branches, folder).add(_leaf(name, version))
    narrator.show(tree)


def _branch(branches: dict[str, Tree], folder: str) -> Tree:
    if folder not in branches:
        above, _, name = folder.rpartition("/")
        branches[folder] = _branch(branches, above).add(Text(f"{name}/"))
    return branches[folder]


def _leaf(name: str, version: PublishedVersion) -> Text:
    numbers = list(version.checksums)
    shown = f"[{numbers[0]}-{numbers[-1]}]" if numbers else "[]"
    stem, _, suffix = name.partition("%04d")
    about = f"  {count(len(numbers), 'frame')}, {decimal(version.size)}"
    return Text.assemble((f"{stem}{shown}{suffix}", "bold"), (about, "dim"))


def show_requests(narrator: Narrator, facts: Facts) -> None:
    """Show how many requests each chapter sent."""
    rows = [
        (str(number), title, str(requests))
        for number, (title, requests) in enumerate(facts.requests.items(), start=1)
    ]
    total = Text(str(sum(facts.requests.values())), "bold")
    narrator.table(
        ("", "chapter", "requests"), [*rows, ("", Text("all", "bold"), total)], numbers="requests"
    )


def show_checks(narrator: Narrator, verdicts: Sequence[Verdict]) -> None:
    """Show each check with a mark."""
    good, bad = ("ok  ", "FAIL") if narrator.is_plain else ("✓", "✗")
    for one in verdicts:
        mark = (f"  {good} ", "bold green") if one.held else (f"  {bad} ", "bold red")
        narrator.show(Text.assemble(mark, (one.sentence, "" if one.held else "bold red")))


def show_stay(narrator: Narrator, folder: DemoFolder) -> None:
    """Say how to go on in a folder that stays."""
    narrator.say("Everything is in {folder}. To go on there:", folder=folder.root)
    narrator.say("  ftrack serve --database {database}", database=shlex.quote(str(folder.database)))
