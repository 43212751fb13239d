"""The requests in hand, which end before the threads that do their work."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["let_requests_end"]


def let_requests_end(app: web.Application) -> None:
    """Have *app* end when the last of its requests has.

    aiohttp waits for those whose connections are open. Of one whose client has left, with its
    answer or without, old releases know no more; it may still write a batch or close a file.
    """
    in_hand: set[asyncio.Task[Any]] = set()

    @web.middleware
    async def keep(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        task = asyncio.current_task()
        if task is not None:
            in_hand.add(task)
            task.add_done_callback(in_hand.discard)
        return await handler(request)

    async def wait(_: web.Application) -> None:
        while in_hand:
            await asyncio.wait(in_hand)

    app.middlewares.insert(0, keep)
    app.on_cleanup.append(wait)
