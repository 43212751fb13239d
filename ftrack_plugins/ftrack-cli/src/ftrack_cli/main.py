"""The ``ftrack`` command: everything it can do comes from plugins."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import click

from .commands import PluginGroup
from .console import WIDEST
from .failures import show_failure, show_problem
from .logs import shown_logs

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with *arguments*, by default those of the process.

    Returns the exit status: what the command says, 1 for an error, 2 for a wrong use, 130 for
    Ctrl-C.
    """
    with shown_logs():
        try:
            status = _group().main(_or_help(arguments), prog_name="ftrack", standalone_mode=False)
        except click.ClickException as error:
            show_problem(error.format_message(), _usage_hint(error))
            return error.exit_code
        except (click.Abort, KeyboardInterrupt):
            show_problem("interrupted", label="ftrack")
            return _INTERRUPTED
        except Exception as error:  # noqa: BLE001 -- here every error ends as one line
            show_failure(error)
            return 1
    return int(status or 0)


def _or_help(arguments: Sequence[str] | None) -> Sequence[str]:
    return (sys.argv[1:] if arguments is None else arguments) or ["--help"]


def _usage_hint(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{context.command_path if context else 'ftrack'} --help says what there is"


def _group() -> click.Group:
    return PluginGroup(
        "ftrack",
        params=[_version_option()],
        help="Work with ftrack from the command line. Plugins add commands of their own.",
        epilog="ftrack <command> --help tells more, with examples.",
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST},
    )


def _version_option() -> click.Option:
    return click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        help="Tell the versions and end.",
        callback=_tell_version,
    )


def _tell_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        core, python = version("ftrack-core"), platform.python_version()
        click.echo(f"ftrack {version('ftrack-cli')} (ftrack-core {core}, Python {python})")
        ctx.exit()
