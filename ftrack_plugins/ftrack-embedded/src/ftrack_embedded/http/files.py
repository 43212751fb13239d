"""Files over HTTP: the requests of `engine.files`, their bodies streamed in both directions."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from ftrack_embedded.engine.files.exchange import FileAnswer, FileRequest
from ftrack_embedded.engine.files.putting import begin_upload
from ftrack_embedded.engine.files.routes import PATHS, answer_file
from ftrack_embedded.engine.files.widget import WIDGET_PATH

from .headers import readable, server_url
from .sign_in import session_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor

    from ftrack_embedded.engine.studio import Studio

    from .cors import Cors

__all__ = ["add_file_routes"]

_PIECE: Final = 1024 * 1024


def add_file_routes(
    app: web.Application, studio: Studio, pool: ThreadPoolExecutor, cors: Cors
) -> None:
    """Let *app* answer the paths of files; what waits for a disk is done in threads of *pool*."""

    async def run(function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(pool, function, *arguments)

    async def get(request: web.Request) -> web.StreamResponse:
        answer = await run(answer_file, studio, _asked(request, session_of(request, cors)))
        try:
            return await _send(request, answer, run)
        finally:
            await run(answer.close)

    async def put(request: web.Request) -> web.StreamResponse:
        upload = await run(begin_upload, studio, _asked(request))
        try:
            async for piece in request.content.iter_chunked(_PIECE):
                await run(upload.write, piece)
            answer = await run(upload.finish)
        finally:
            await run(upload.close)
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


async def _send(
    request: web.Request, answer: FileAnswer, run: Callable[..., Any]
) -> web.StreamResponse:
    if isinstance(answer.body, bytes) and request.method != "HEAD":
        return web.Response(status=answer.status, headers=_told(answer), body=answer.body or None)
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    await response.prepare(request)
    pieces = answer.pieces(_PIECE)
    while piece := await run(next, pieces, b""):
        await response.write(piece)
    await response.write_eof()
    return response


def _told(answer: FileAnswer) -> dict[str, str]:
    """Return the headers without the length, which follows from the body."""
    return {name: value for name, value in answer.headers.items() if name != "Content-Length"}
