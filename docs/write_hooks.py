"""Writes docs/hooks.md from the hook specifications; ``--check`` only compares."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from types import FunctionType, ModuleType

from ftrack_core.hookspecs import AREAS

PAGE = Path(__file__).with_name("hooks.md")

HEAD = """\
# Hooks

This page is written by `python docs/write_hooks.py` from the specifications in
`ftrack_core.hookspecs`; change those, not this page.

A plugin is a module, or a class that is made once per session, whose functions are marked with
`hookimpl`. A function names only the arguments that it needs. *First answer* means that the first
implementation whose answer is not None decides; *all answers* that each is asked. An implementation
marked with `hookimpl(wrapper=True)` stands around the others: it runs until its `yield`, gets what
they answered, and returns what it makes of it.

Installed plugins are asked last, those given as `Session(plugins=[...])` before them, local files
first; within a tier order is by name, the later one first.
"""


def hooks_of(area: ModuleType) -> list[FunctionType]:
    """Return the specifications of one area, in the order in which they are written."""
    functions = [one for one in vars(area).values() if isinstance(one, FunctionType)]
    return [one for one in functions if one.__name__.startswith("ftrack_")]


def signature_of(hook: FunctionType) -> str:
    """Return the name of a hook with its arguments."""
    return f"{hook.__name__}({', '.join(inspect.signature(hook).parameters)})"


def section_of(hook: FunctionType) -> str:
    """Return the section of one hook."""
    text, _, example = (inspect.getdoc(hook) or "").partition("Example::")
    code = inspect.cleandoc(example)
    return f"### `{signature_of(hook)}`\n\n{text.strip()}\n\n```python\n{code}\n```\n"


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for name, area in AREAS.items():
        intro = (area.__doc__ or "").strip()
        parts.append(f"## {name.capitalize()}\n\n{intro}\n")
        parts.extend(section_of(hook) for hook in hooks_of(area))
    return "\n".join(parts)


def main() -> int:
    """Write the page, or compare it."""
    text = page()
    if "--check" in sys.argv:
        if PAGE.read_text() != text:
            sys.stderr.write("docs/hooks.md is stale: run python docs/write_hooks.py\n")
            return 1
        return 0
    PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
