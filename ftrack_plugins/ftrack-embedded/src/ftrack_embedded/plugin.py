"""The hooks of the embedded server. Nothing heavy is imported before a hook is asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftrack_core import Argument, Command, hookimpl, provides

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ftrack_core.ports import Context, Credentials

    from .transport import EmbeddedTransport

__all__ = ["ftrack_commands", "ftrack_create_transport"]


@provides("embedded")
@hookimpl(trylast=True)
def ftrack_create_transport(context: Context, credentials: Credentials) -> EmbeddedTransport | None:
    """Connect ``embedded:`` URLs to a studio in this process."""
    if context.scheme != "embedded":
        return None
    from .transport import EmbeddedTransport

    return EmbeddedTransport.from_url(
        context.server_url, credentials.user, strict=context.settings.strict
    )


@hookimpl
def ftrack_commands() -> Iterable[Command]:
    """Add ``ftrack serve``."""
    return [
        Command(
            "serve",
            "Serve an embedded studio over HTTP until Ctrl-C.",
            run=_serve,
            arguments=(
                Argument(
                    "--database",
                    "A file or postgresql://user@host/name; without one the studio is temporary.",
                ),
                Argument(
                    "--files",
                    "The folder for uploaded files; beside the database file if not given.",
                ),
                Argument(
                    "--seed",
                    "What a new studio is filled with.",
                    default="default",
                    choices=("empty", "default", "demo"),
                ),
                Argument("--host", "The address to listen on.", default="127.0.0.1"),
                Argument("--port", "The port; 0 takes a free one.", type=int, default=0),
                Argument(
                    "--origin",
                    "Whose pages may use it, as https://pipeline.example.com; all if not given.",
                    multiple=True,
                ),
                Argument("--api-user", "Whom the printed key is for; admin if not given."),
                Argument("--api-key", "A key of your choice instead of a new one."),
            ),
            examples=(
                "ftrack serve --seed demo",
                "ftrack serve --database studio.db --port 8080",
            ),
        )
    ]


def _serve(**arguments: object) -> int:
    from .serve import serve

    return serve(**arguments)  # type: ignore[arg-type]  # the command line has converted them
