"""The ``ftrack`` command: everything it can do comes from plugins."""

from __future__ import annotations

import os
import platform
import sys
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

import click

from .connecting import checked_folders
from .console import WIDEST
from .failures import show_failure, show_problem, status_for
from .logs import shown_logs
from .parsing import PluginGroup, debug_option, eager_flag
from .pipes import ReaderGoneError, is_reader_gone, let_go_of_output

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["main"]

_INTERRUPTED = 130
_WRITTEN = ("FTRACK_DEBUG", "FTRACK_PLUGIN_PATH")
"""What options write into the environment: whatever opens a session reads it there."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with *arguments*, by default those of the process.

    Returns the exit status: what the command says, 1 for an error, 2 for a wrong use, 130 for
    Ctrl-C. Where the reader of the output has gone away it ends quietly, with 0.
    """
    with shown_logs(), _own_environment():
        status = _run(arguments)
        if is_reader_gone():
            let_go_of_output()
    return status


def _run(arguments: Sequence[str] | None) -> int:
    try:
        status = _group().main(_or_help(arguments), prog_name="ftrack", standalone_mode=False)
    except click.ClickException as error:
        show_problem(error.format_message(), _usage_hint(error))
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        if sys.stderr.isatty():
            print(file=sys.stderr)  # the line has ^C in it
        show_problem("interrupted", label="ftrack")
        return _INTERRUPTED
    except ReaderGoneError:
        return 0
    except Exception as error:  # noqa: BLE001 -- here every error ends as one line
        show_failure(error)
        return status_for(error)
    return int(status or 0)


@contextmanager
def _own_environment() -> Iterator[None]:
    """Take back at the end what options have written into the environment."""
    before = {name: os.environ.get(name) for name in _WRITTEN}
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _or_help(arguments: Sequence[str] | None) -> Sequence[str]:
    return (sys.argv[1:] if arguments is None else arguments) or ["--help"]


def _usage_hint(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{context.command_path if context else 'ftrack'} --help says what there is"


def _group() -> click.Group:
    return PluginGroup(
        "ftrack",
        params=[
            _plugin_folder_option(),
            debug_option(),
            eager_flag("--version", "Tell the versions and end.", _tell_version),
        ],
        help="Work with ftrack from the command line. Plugins add commands of their own.",
        epilog="ftrack <command> --help tells more, with examples.",
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST},
    )


def _plugin_folder_option() -> click.Option:
    return click.Option(
        ["--plugin-folder"],
        metavar="FOLDER",
        multiple=True,
        is_eager=True,  # the help lists what is in it
        expose_value=False,
        help="A folder of plugins, instead of FTRACK_PLUGIN_PATH.",
        callback=_take_folders,
    )


def _take_folders(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> None:
    if given:
        folders = map(str, checked_folders(given))
        os.environ["FTRACK_PLUGIN_PATH"] = os.pathsep.join(folders)


def _tell_version(context: click.Context) -> None:
    core, python = version("ftrack-core"), platform.python_version()
    click.echo(f"ftrack {version('ftrack-cli')} (ftrack-core {core}, Python {python})")
    context.exit()
