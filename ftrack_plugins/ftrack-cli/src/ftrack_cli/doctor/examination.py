"""All looks in their order, written down as they come."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import FtrackError

from ftrack_cli.connecting import checked_folders, connected
from ftrack_cli.failures import hint_for, told
from ftrack_cli.layout import show_finding
from ftrack_cli.progress import counted
from ftrack_cli.secrecy import without_keys
from ftrack_cli.writers import show_json

from .installation import look_at_installation
from .schemas import look_at_cache, look_at_schemas
from .server import look_at_server
from .verdict import Verdict, fails

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ftrack_cli.connecting import Connection

    from .verdict import Finding

__all__ = ["examine"]


def examine(cache_folder: str | None, shown_as: str, *, connection: Connection) -> int:
    """Look at everything and write it down; return 1 if something fails, else 0."""
    findings = (_without_keys(one) for one in _look(cache_folder, connection))
    if shown_as == "json":
        found = list(counted(findings, "looking", "looks"))
        show_json([_described(one) for one in found])
    else:
        found = _show(findings)
    return 1 if any(one.verdict is Verdict.FAILS for one in found) else 0


def _look(cache_folder: str | None, connection: Connection) -> Iterator[Finding]:
    folders = checked_folders(connection[2]) or None
    yield from look_at_installation(folders)
    information: dict[str, Any] = {}
    try:
        with connected(*connection) as session:
            yield from look_at_server(session, information)
            if information:
                yield look_at_schemas(session)
                yield look_at_cache(cache_folder, session.server_url, information)
    except FtrackError as error:  # no session: no server was named, or its URL cannot be used
        yield fails("server", told(error), hint_for(error))


def _show(findings: Iterable[Finding]) -> list[Finding]:
    found = []
    for one in counted(findings, "looking", "looks"):
        show_finding(one.verdict.value, one.check, one.message, one.advice)
        found.append(one)
    counts = Counter(one.verdict for one in found)
    print()
    print(_summary(counts[Verdict.FAILS], counts[Verdict.WARNING]))
    return found


def _summary(failing: int, warnings: int) -> str:
    if not failing and not warnings:
        return "All is well."
    parts = [
        f"{failing} {'check fails' if failing == 1 else 'checks fail'}" if failing else "",
        f"{warnings} {'warning' if warnings == 1 else 'warnings'}" if warnings else "",
    ]
    return f"{', '.join(part for part in parts if part)}."


def _described(finding: Finding) -> dict[str, str]:
    return {**asdict(finding), "verdict": finding.verdict.value}


def _without_keys(finding: Finding) -> Finding:
    """Return *finding* without keys, whatever a server or a library has put into its words."""
    return replace(
        finding,
        message=" ".join(without_keys(finding.message).split()),
        advice=without_keys(finding.advice),
    )
