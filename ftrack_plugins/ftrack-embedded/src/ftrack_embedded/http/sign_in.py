"""Signing in with a browser, and the key that a desktop program on the same machine is handed."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from ftrack_core.errors import AuthenticationError

from ftrack_embedded.engine.failures import denied, invalid
from ftrack_embedded.engine.sign_in import (
    SECONDS,
    caller_of_session,
    key_for_program,
    sign_in,
    sign_out,
)

from .headers import server_url

if TYPE_CHECKING:
    from ftrack_embedded.engine.studio import Studio

    from .cors import Cors
    from .threads import Threads

__all__ = ["COOKIE", "add_sign_in_routes", "session_of"]

COOKIE: Final = "ftrack_session"
_LOOPBACK: Final = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?([/?][!-~]*)?")
_PATH: Final = re.compile(r"/([!-.0-\[\]-~][!-\[\]-~]*)?")
"""A path of this server: one slash, and neither another nor a backslash behind it."""
_LOCAL: Final = "http://localhost:* http://127.0.0.1:*"  # such a policy cannot name [::1]
_PAGE_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; "
        f"form-action 'self' {_LOCAL}"
    ),
    # Not "no-referrer": with it a browser does not say that our form is from a page of ours.
    "Referrer-Policy": "same-origin",
}


def session_of(request: web.Request, cors: Cors) -> str:
    """Return the session in the cookie; empty where none is, or a page of others has sent it."""
    origin = request.headers.get("Origin")
    if not cors.trusts(origin, server_url(request.headers, request.scheme)):
        return ""
    return request.cookies.get(COOKIE, "")


def add_sign_in_routes(app: web.Application, studio: Studio, threads: Threads, cors: Cors) -> None:
    """Let *app* answer ``/user/sign_in``, ``/user/sign_out`` and ``/user/api_credentials``."""

    async def form(request: web.Request) -> web.StreamResponse:
        return _form(request.query.get("next", ""))

    async def enter(request: web.Request) -> web.StreamResponse:
        _check_origin(request, cors)
        fields = {name: str(value) for name, value in (await request.post()).items()}
        after = fields.get("next", "")
        try:
            name, key = fields.get("username", ""), fields.get("key", "")
            session = await threads.write(sign_in, studio, name, key)
        except AuthenticationError as error:
            return _form(after, error.content, status=401)
        return _entered(request, after, session)

    async def leave(request: web.Request) -> web.StreamResponse:
        _check_origin(request, cors)
        await threads.write(sign_out, studio, request.cookies.get(COOKIE, ""))
        response = web.Response(status=204, headers=_PAGE_HEADERS)
        response.del_cookie(COOKIE, path="/")
        return response

    async def credentials(request: web.Request) -> web.StreamResponse:
        target = request.query.get("redirect_url", "")
        _check_target(target)
        try:
            caller = await threads.read(caller_of_session, studio, session_of(request, cors))
        except AuthenticationError:
            return _form(request.path_qs)
        program = request.query.get("identifier", "") or "a program"
        key = await threads.write(key_for_program, studio, caller, program)
        told = urlencode({"api_user": caller.username, "api_key": key})
        address = f"{target}{'&' if '?' in target else '?'}{told}"
        return web.Response(status=303, headers={**_PAGE_HEADERS, "Location": address})

    app.router.add_get("/user/sign_in", form)
    app.router.add_post("/user/sign_in", enter)
    app.router.add_post("/user/sign_out", leave)
    app.router.add_get("/user/api_credentials", credentials, allow_head=False)


def _check_origin(request: web.Request, cors: Cors) -> None:
    origin = request.headers.get("Origin")
    if not cors.trusts(origin, server_url(request.headers, request.scheme)):
        raise denied("sign in or out from a page of another origin")


def _check_target(address: str) -> None:
    """Let a key be handed to nobody but a program on the machine of the browser."""
    if not _LOOPBACK.fullmatch(address):
        raise invalid("redirect_url must be an address of this machine: http://localhost:PORT/...")


def _entered(request: web.Request, after: str, session: str) -> web.Response:
    address = server_url(request.headers, request.scheme)
    # A page of ours, below the prefix that a proxy may have taken off.
    target = urlsplit(address).path + (after if _PATH.fullmatch(after) else "/")
    response = web.Response(status=303, headers={**_PAGE_HEADERS, "Location": target})
    response.set_cookie(
        COOKIE,
        session,
        max_age=SECONDS,
        path="/",
        secure=address.startswith("https:"),
        httponly=True,
        samesite="Lax",
    )
    return response


def _form(after: str, problem: str = "", status: int = 200) -> web.Response:
    text = (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>Sign in</title><style>"
        "body{background:#2b2b2b;color:#ddd;font-family:sans-serif;max-width:24em;margin:4em auto}"
        "input,button{display:block;width:100%;padding:.5em;margin:.3em 0 1em}"
        "*{box-sizing:border-box}"
        "</style></head><body><h1>Sign in</h1>"
        f"<p role='alert'>{escape(problem)}</p>"
        '<form method="post" action="sign_in">'
        f'<input type="hidden" name="next" value="{escape(after)}">'
        '<label>User name<input name="username" autocomplete="username" required></label>'
        '<label>API key<input name="key" type="password" required></label>'
        "<button>Sign in</button></form></body></html>"
    )
    return web.Response(
        text=text, status=status, content_type="text/html", charset="utf-8", headers=_PAGE_HEADERS
    )
