"""The web application: routes, and the way from a request to the engine and back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from aiohttp import web
from ftrack_core.errors import ServerError

from ftrack_embedded.engine.failures import internal_error, server_error

from .answer import Answer, answer_batch, answer_error
from .errors import too_large
from .events.limits import EventLimits
from .events.routes import add_event_routes
from .files import add_file_routes
from .headers import Asked, read_headers
from .in_hand import let_requests_end
from .sign_in import add_sign_in_routes, session_of

if TYPE_CHECKING:
    from aiohttp.typedefs import Middleware

    from ftrack_embedded.engine.studio import Studio

    from .cors import Cors
    from .threads import Threads

__all__ = ["MAX_BODY", "make_app"]

MAX_BODY: Final = 256 * 1024 * 1024
"""In bytes. A batch of several thousand operations is a few megabytes."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(
    studio: Studio,
    threads: Threads,
    cors: Cors,
    *,
    max_body: int = MAX_BODY,
    events: EventLimits | None = None,
) -> web.Application:
    """Return the application that serves *studio*; its work is done in *threads*."""

    async def api(request: web.Request) -> web.StreamResponse:
        session = session_of(request, cors)
        asked = read_headers(request.headers, request.scheme, session=session)
        body = await request.read()
        answer = await threads.read(answer_batch, studio, asked, body, max_body)
        if not isinstance(answer, Answer):
            answer = await threads.write(answer)
        return _response(answer)

    app = web.Application(client_max_size=max_body, middlewares=[_errors, _preflight(cors)])
    app.router.add_post("/api", api, expect_handler=_expectation)
    app.router.add_get("/", _hello)
    add_file_routes(app, studio, threads, cors)
    add_sign_in_routes(app, studio, threads, cors)
    add_event_routes(app, studio, threads, cors, events or EventLimits())
    let_requests_end(app)
    app.on_response_prepare.append(_letting_in(cors))
    return app


async def _hello(_: web.Request) -> web.StreamResponse:
    return web.json_response({"server": "ftrack-embedded", "api": "/api"})


async def _expectation(request: web.Request) -> web.StreamResponse | None:
    """Tell a client that waits for it to go on; nothing else can be expected of this server."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        if request.transport is not None:
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return None
    refused = server_error("ExpectationFailedError", "This server knows Expect: 100-continue only.")
    return _response(_with_status(refused))


def _response(answer: Answer) -> web.Response:
    headers = {"Vary": "Accept-Encoding"}
    if answer.packed:
        headers["Content-Encoding"] = "gzip"
    return web.Response(
        body=answer.body,
        status=answer.status,
        content_type="application/json",
        charset="utf-8",
        headers=headers,
    )


def _preflight(cors: Cors) -> Middleware:
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method != "OPTIONS":
            return await handler(request)
        origin = request.headers.get("Origin")
        if origin and not cors.allows(origin):
            raise cors.refused(origin)
        asked = request.headers.get("Access-Control-Request-Headers")
        return web.Response(status=204, headers=cors.preflight(origin, asked))

    return middleware


def _letting_in(cors: Cors) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    async def let_in(request: web.Request, response: web.StreamResponse) -> None:
        """Add what a browser needs; here, because an answer in pieces is on its way before."""
        response.headers.update(cors.headers(request.headers.get("Origin")))

    return let_in


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Make every failure a JSON object: a client that reads anything else fails itself."""
    try:
        return await handler(request)
    except web.HTTPRequestEntityTooLarge:
        error = too_large(request.client_max_size)
    except web.HTTPException as refused:
        error = _refused(request, refused)
    except ServerError as known:
        error = known
    except ConnectionError:
        if not _is_gone(request):
            raise
        return web.Response(status=408)  # nobody hears it; an error would be logged as one of ours
    except Exception:
        request.app.logger.exception("A request failed.")
        error = internal_error()
    asked = read_headers(request.headers)
    answer = answer_error(error, asked)
    is_api = request.path == "/api" and request.method == "POST"
    return _response(answer if is_api else _with_status(error))


def _is_gone(request: web.Request) -> bool:
    """Return whether the client has broken off, in the middle of its request or of the answer."""
    return request.transport is None or request.transport.is_closing()


def _refused(request: web.Request, refused: web.HTTPException) -> ServerError:
    if isinstance(refused, web.HTTPMethodNotAllowed):
        possible = ", ".join(sorted(refused.allowed_methods))
        return server_error(
            "MethodNotAllowedError",
            f"{request.method} is not possible at {request.path}; {possible} is.",
        )
    exception = "NotFoundError" if refused.status == 404 else "ServerError"
    return server_error(
        exception, f"{request.method} {request.path}: {refused.reason}. The API is POST /api."
    )


def _with_status(error: ServerError) -> Answer:
    return answer_error(error, Asked("", "", strict=True))
