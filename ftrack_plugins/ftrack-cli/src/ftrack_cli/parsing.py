"""From the kernel's plain Command values to commands of click."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

import click
from ftrack_core.errors import did_you_mean

from .gathering import gather
from .pipes import telling_of_gone_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping

    from ftrack_core.ports import Argument, Command

__all__ = ["PluginGroup", "click_command", "debug_option", "eager_flag"]

_logger = logging.getLogger(__name__)


class PluginGroup(click.Group):
    """A group whose commands are those that plugins add; they are gathered when first needed."""

    def make_context(self, *args: Any, **named: Any) -> click.Context:
        """Read the arguments; asked for the help, this writes it."""
        with telling_of_gone_reader():
            return super().make_context(*args, **named)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Ctrl-C is an abort; of itself click would write a line about it."""
        with telling_of_gone_reader():
            try:
                return super().invoke(ctx)
            except KeyboardInterrupt:
                raise click.Abort from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted."""
        return sorted(self._gathered(ctx))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, or None."""
        return self._gathered(ctx).get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that *args* begin with; the error for an unknown one offers others."""
        _require(ctx, args[0], self._gathered(ctx))
        return super().resolve_command(ctx, args)

    def _gathered(self, ctx: click.Context) -> Mapping[str, click.Command]:
        root = ctx.find_root()
        if not isinstance(root.obj, dict):
            root.obj = _tree(_click_commands(gather().commands))
        found: Mapping[str, click.Command] = root.obj
        return found


def _require(ctx: click.Context, name: str, known: Mapping[str, click.Command]) -> None:
    if name not in known and not name.startswith("-") and not ctx.resilient_parsing:
        listed = ", ".join(sorted(known)) or "none"
        ctx.fail(f"there is no command {name!r}.{did_you_mean(name, known)} There are: {listed}.")


def _click_commands(commands: Mapping[str, Command]) -> dict[str, click.Command]:
    made = {}
    for name, command in commands.items():
        try:
            made[name] = click_command(command)
        except Exception as error:  # noqa: BLE001 -- one plugin's values must not stop the others
            _logger.warning("command %s is left out: %s: %s", name, type(error).__name__, error)
    return made


def _tree(commands: Mapping[str, click.Command]) -> dict[str, click.Command]:
    """Put each command whose name has several words into the group of its first ones."""
    top: dict[str, click.Command] = {}
    for name in sorted(commands):  # a command stands before those whose names begin with it
        *groups, last = name.split()
        within: MutableMapping[str, click.Command] = top
        for word in groups:
            group = within.setdefault(word, _CommandGroup(word))
            if not isinstance(group, _CommandGroup):
                _logger.warning("command %s is left out: %s is a command, no group", name, word)
                break
            within = group.commands
        else:
            within[last] = commands[name]
    return top


def click_command(command: Command) -> click.Command:
    """Return *command* as click runs it; its callback returns the exit status."""
    parameters = [_parameter(one) for one in command.arguments]
    if not any(one.name == "--debug" for one in command.arguments):
        parameters.append(debug_option())
    return _ShownCommand(
        command.name.split()[-1],
        callback=command.run,
        params=parameters,
        help=command.help,
        command=command,
    )


def debug_option() -> click.Option:
    """Return the option ``--debug``, which every command has."""
    return eager_flag("--debug", "Show the traceback of an error, too.", _debug)


def _debug(_: click.Context) -> None:
    os.environ["FTRACK_DEBUG"] = "1"


def eager_flag(name: str, text: str, act: Callable[[click.Context], None]) -> click.Option:
    """Return an option that does something by itself where it is given; no command sees it."""

    def called(context: click.Context, _: click.Parameter, wanted: bool) -> None:
        if wanted:
            act(context)

    return click.Option(
        [name], is_flag=True, is_eager=True, expose_value=False, help=text, callback=called
    )


class _CommandGroup(click.Group):
    """The commands whose names begin with one word; without an argument it lists them."""

    def __init__(self, name: str) -> None:
        super().__init__(name, params=[debug_option()], no_args_is_help=True)

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 -- click's signature
        return f"Commands: {', '.join(sorted(self.commands))}."

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        _require(ctx, args[0], self.commands)
        return super().resolve_command(ctx, args)


class _ShownCommand(click.Command):
    """Shows the help of positional arguments, and examples at the end."""

    def __init__(self, *args: Any, command: Command, **named: Any) -> None:
        self._command = command
        super().__init__(*args, **named)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        positional = [one for one in self._command.arguments if not one.name.startswith("-")]
        if positional:
            with formatter.section("Arguments"):
                formatter.write_dl([(_metavar(one), _help(one)) for one in positional])
        super().format_options(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        if self._command.examples:
            with formatter.section("Examples"):
                for example in self._command.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


def _parameter(argument: Argument) -> click.Parameter:
    if argument.name.startswith("-"):
        return _option(argument)
    # click takes a default of None for a value, and then asks for nothing that is required.
    default = {} if argument.default is None else {"default": argument.default}
    return click.Argument(
        [_keyword(argument)],
        type=_type(argument),
        required=argument.required,
        nargs=-1 if argument.multiple else 1,
        metavar=_metavar(argument),
        **default,
    )


def _option(argument: Argument) -> click.Option:
    if argument.type is bool:
        return _flag(argument)
    return click.Option(
        [argument.name, _keyword(argument)],
        help=argument.help,
        type=_type(argument),
        required=argument.required,
        multiple=argument.multiple,
        default=argument.default,
        show_default=argument.default not in (None, "", ()),
    )


def _flag(argument: Argument) -> click.Option:
    name = argument.name
    declared = f"{name}/--no-{name.lstrip('-')}" if argument.default else name
    return click.Option(
        [declared, _keyword(argument)],
        help=argument.help,
        is_flag=True,
        default=bool(argument.default),
        show_default=bool(argument.default),
    )


def _type(argument: Argument) -> Any:
    return click.Choice(argument.choices) if argument.choices else argument.type


def _keyword(argument: Argument) -> str:
    return argument.name.lstrip("-").replace("-", "_")


def _metavar(argument: Argument) -> str:
    name = argument.name.upper().replace("-", "_")
    many = f"{name}..." if argument.multiple else name
    return many if argument.required else f"[{many}]"


def _help(argument: Argument) -> str:
    choices = f" One of {', '.join(argument.choices)}." if argument.choices else ""
    return f"{argument.help}{choices}"
