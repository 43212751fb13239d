"""Files over HTTP: the requests of `engine.files`, their bodies streamed in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web

from ftrack_embedded.engine.files.exchange import FileAnswer, FileRequest
from ftrack_embedded.engine.files.putting import begin_upload
from ftrack_embedded.engine.files.routes import PATHS, WRITING_PATHS, answer_file
from ftrack_embedded.engine.files.widget import WIDGET_PATH

from .headers import readable, server_url
from .sign_in import session_of

if TYPE_CHECKING:
    from ftrack_embedded.engine.studio import Studio

    from .cors import Cors
    from .threads import Pool, Threads

__all__ = ["add_file_routes"]

_PIECE: Final = 1024 * 1024


def add_file_routes(app: web.Application, studio: Studio, threads: Threads, cors: Cors) -> None:
    """Let *app* answer the paths of files."""

    async def get(request: web.Request) -> web.StreamResponse:
        run = threads.write if request.path in WRITING_PATHS else threads.carry
        answer = await run(answer_file, studio, _asked(request, session_of(request, cors)))
        try:
            return await _send(request, answer, threads.carry)
        finally:
            await threads.carry(answer.close)

    async def put(request: web.Request) -> web.StreamResponse:
        upload = await threads.carry(begin_upload, studio, _asked(request))
        try:
            async for piece in request.content.iter_chunked(_PIECE):
                await threads.carry(upload.write, piece)
            await threads.carry(upload.check)
            answer = await threads.write(upload.keep)
        finally:
            await threads.carry(upload.close)
        return web.Response(status=answer.status, headers=_told(answer))

    for path in (*PATHS, f"{WIDGET_PATH}{{name}}"):
        app.router.add_get(path, get)
    app.router.add_put("/upload/{component_id}", put)


def _asked(request: web.Request, session: str = "") -> FileRequest:
    return FileRequest(
        method=request.method,
        # As it was sent: an id may hold a slash.
        path=request.rel_url.raw_path,
        query=dict(request.query),
        headers={name.lower(): readable(value) for name, value in request.headers.items()},
        session=session,
        server_url=server_url(request.headers, request.scheme),
    )


async def _send(request: web.Request, answer: FileAnswer, carry: Pool) -> web.StreamResponse:
    if isinstance(answer.body, bytes) and request.method != "HEAD":
        return web.Response(status=answer.status, headers=_told(answer), body=answer.body or None)
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    await response.prepare(request)
    pieces = answer.pieces(_PIECE)
    while piece := await carry(next, pieces, b""):
        await response.write(piece)
    await response.write_eof()
    return response


def _told(answer: FileAnswer) -> dict[str, str]:
    """Return the headers without the length, which follows from the body."""
    return {name: value for name, value in answer.headers.items() if name != "Content-Length"}
