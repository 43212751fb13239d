"""The list of differences that are allowed, and what may be wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

__all__ = ["ALLOWED", "allowed_entries", "faults_of", "read"]

ALLOWED = Path(__file__).with_name("allowed.json")


def allowed_entries(groups: list[dict[str, Any]]) -> list[str]:
    return [entry for group in groups for entry in group["entries"]]


def read(path: Path = ALLOWED) -> list[dict[str, Any]]:
    """Return the groups: each a reason and its entries, ``full.name aspect``."""
    groups: list[dict[str, Any]] = json.loads(path.read_text())
    return groups


def faults_of(
    groups: list[dict[str, Any]], found: Collection[str], is_must_have: Callable[[str], bool]
) -> list[str]:
    """Return what is wrong with the list itself; *found* are the entries of all differences."""
    faults = [
        f"An exception has no reason: {', '.join(group['entries'])}."
        for group in groups
        if len(group.get("reason", "").split()) < 3
    ]
    entries = allowed_entries(groups)
    for entry in entries:
        if entry not in found:
            faults.append(f"The exception '{entry}' no longer applies; take it from the list.")
        if is_must_have(entry.split(" ")[0]):
            faults.append(f"The exception '{entry}' is about a name that must be there.")
        if entries.count(entry) > 1:
            faults.append(f"The exception '{entry}' is listed twice.")
    return faults
