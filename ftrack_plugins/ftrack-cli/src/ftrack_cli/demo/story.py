"""The story: its chapters in their order, and how they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .chapters import edit, listen, naming, publish, reopen, show, version
from .demo import Demo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .facts import Facts
    from .output import Narrator
    from .stage import Stage

__all__ = ["STORY", "Chapter", "tell_story"]


class Chapter(NamedTuple):
    """A title, and the function that tells the chapter."""

    title: str
    tell: Callable[[Demo], None]


STORY = tuple(
    Chapter(one.TITLE, one.tell) for one in (show, edit, version, publish, listen, naming, reopen)
)
"""All chapters."""


def tell_story(stage: Stage, narrator: Narrator, chapters: Sequence[Chapter]) -> Facts:
    """Tell *chapters* one after the other and return the facts; all sessions are closed then."""
    demo = Demo(stage, narrator)
    try:
        for number, chapter in enumerate(chapters, start=1):
            narrator.chapter(number, chapter.title)
            before = demo.requests
            chapter.tell(demo)
            demo.facts.requests[chapter.title] = demo.requests - before
    finally:
        demo.close()
    return demo.facts
