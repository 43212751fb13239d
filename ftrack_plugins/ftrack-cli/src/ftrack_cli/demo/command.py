"""What ``ftrack demo`` does with its arguments."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ftrack_cli.console import output_console
from ftrack_cli.failures import RefusedError, show_problem

from .checks import CHECKS, PUT_BACK, judge
from .finale import show_checks, show_published, show_requests, show_stay
from .folder import demo_folder
from .needed import require_plugins
from .output import Narrator, count
from .signals import tidy_ending
from .stage import embedded_stage
from .story import STORY, tell_story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .checks import Verdict
    from .facts import Facts
    from .stage import Stage

__all__ = ["run"]


def run(
    keep: str | None = None, server: str | None = None, yes: bool = False, seed: int | None = None
) -> int:
    """Tell the story and return 0 if all checks hold, else 1.

    Raises `RefusedError` for a folder that cannot be used, for arguments that do not go together
    and for plugins that are missing, and what a session raises for a server that is not there or
    a key that is wrong.
    """
    require_plugins(server)
    narrator = Narrator(output_console())
    with tidy_ending():
        with _stage(keep, server, yes, seed) as stage:
            facts = tell_story(stage, narrator, STORY)
        if not stage.is_own:
            facts.left_behind = tuple(stage.left_behind)
        return _end(narrator, stage, facts)


@contextmanager
def _stage(keep: str | None, server: str | None, yes: bool, seed: int | None) -> Iterator[Stage]:
    if server is None:
        with demo_folder(keep) as folder, embedded_stage(folder, seed) as embedded:
            yield embedded
        return
    if keep is not None or seed is not None:
        raise RefusedError(
            f"{'--keep' if keep is not None else '--seed'} and --server do not go together",
            "what the demo makes on a server it removes again; leave one of the two out",
        )
    from .served import agreed, served_stage

    agreed(server, yes=yes)
    with demo_folder(None) as folder, served_stage(folder, server) as served:
        yield served


def _end(narrator: Narrator, stage: Stage, facts: Facts) -> int:
    narrator.chapter(len(facts.requests) + 1, "What there is now, and whether it is true")
    show_published(narrator, facts)
    show_requests(narrator, facts)
    verdicts = judge(facts, CHECKS if stage.is_own else (*CHECKS, PUT_BACK))
    show_checks(narrator, verdicts)
    narrator.show("")
    status = _verdict(narrator, verdicts)
    if stage.folder.stays:
        show_stay(narrator, stage.folder)
    return status


def _verdict(narrator: Narrator, verdicts: list[Verdict]) -> int:
    failed = [one.sentence for one in verdicts if not one.held]
    if failed:
        show_problem(
            f"{len(failed)} of {count(len(verdicts), 'check')} failed: {'; '.join(failed)}",
            "ftrack demo --keep <folder> leaves everything there to look at",
        )
        return 1
    narrator.say("All {checks} hold.", checks=count(len(verdicts), "check"))
    return 0
