"""How the story is told in a terminal: paragraphs, tables, source and pictures."""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING

from rich import box
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console, JustifyMethod, RenderableType

__all__ = ["Narrator", "count"]

_NUMBER_STYLE = "bold cyan"


def count(number: int, thing: str, things: str = "") -> str:
    """Return ``1 request`` or ``24 requests``."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


class Narrator:
    """Tells the story on *console*. What is inserted into texts is never read as markup."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @property
    def is_plain(self) -> bool:
        """Whether the output has ASCII only."""
        return self.console.options.ascii_only

    def chapter(self, number: int, title: str) -> None:
        """Begin a chapter."""
        self.console.print()
        self.console.rule(
            Text.assemble((f"{number}  ", _NUMBER_STYLE), (title, "bold")),
            align="left",
            style="dim",
            characters="-" if self.is_plain else "─",
        )

    def say(self, text: str, **values: object) -> None:
        """Tell a paragraph; ``{name}`` stands for a value, which is set off."""
        told = Text()
        for before, name, _, _ in Formatter().parse(text):
            told.append(before)
            if name:
                told.append(str(values[name]), "bold")
        self.console.print(told)

    def table(
        self, columns: Sequence[str], rows: Iterable[Sequence[str | Text]], *, numbers: str = ""
    ) -> None:
        """Show *rows*; *numbers* names the columns, split by spaces, that are set to the right."""
        table = Table(
            box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", safe_box=True, padding=(0, 1)
        )
        right = numbers.split()
        for column in columns:
            justify: JustifyMethod = "right" if column in right else "left"
            table.add_column(column, overflow="fold", justify=justify)
        for row in rows:
            table.add_row(*(one if isinstance(one, Text) else Text(one) for one in row))
        self.console.print(table)

    def source(self, title: str, text: str) -> None:
        """Show Python source in a frame."""
        syntax = Syntax(
            text.rstrip("\n"),
            "python",
            theme="ansi_dark",
            background_color="default",
            word_wrap=True,
        )
        self.show(Panel(syntax, title=Text(title), title_align="left", border_style="dim"))

    def show(self, renderable: RenderableType) -> None:
        """Show anything that rich can render."""
        self.console.print(renderable)
