"""From the bytes of a request to the bytes of its answer; runs in a thread of the pool."""

from __future__ import annotations

import gzip
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ftrack_core.errors import ServerError
from ftrack_core.wire import dumps, loads

from ftrack_embedded.engine.batch import checked, writes
from ftrack_embedded.engine.failures import internal_error, invalid
from ftrack_embedded.engine.sign_in import caller_of_session
from ftrack_embedded.engine.wire_errors import error_object, status_of

from .unpacking import unpacked

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_embedded.engine.caller import Caller
    from ftrack_embedded.engine.studio import Studio

    from .headers import Asked

__all__ = ["Answer", "answer_batch", "answer_error", "caller_of"]

_Outcome = TypeVar("_Outcome")
_LOGGER: Final = logging.getLogger(__name__)
_WORTH_PACKING: Final = 1400
"""In bytes: less fits into one packet anyway."""
_LEVEL: Final = 1


@dataclass(frozen=True)
class Answer:
    """The status and the body of an answer; *packed* says that the body is gzipped."""

    status: int
    body: bytes
    packed: bool = False


def answer_batch(
    studio: Studio, asked: Asked, body: bytes, max_body: int
) -> Answer | Callable[[], Answer]:
    """Carry out the batch in *body* for whoever has sent it.

    A batch that writes is not carried out yet: what is returned does it, and may have to wait for
    other writers, which must not keep readers from a thread.
    """

    def begin() -> Answer | Callable[[], Answer]:
        caller = caller_of(studio, asked)
        batch = checked(_batch(unpacked(body, asked.coding, max_body)))

        def carry_out() -> Answer:
            return _packed(200, studio.execute(batch, caller=caller), asked)

        return (lambda: _told(carry_out, asked)) if writes(batch) else carry_out()

    return _told(begin, asked)


def _told(work: Callable[[], _Outcome], asked: Asked) -> _Outcome | Answer:
    """Return what *work* does, or its error as an answer."""
    try:
        return work()
    except ServerError as error:
        return answer_error(error, asked)
    except Exception:
        _LOGGER.exception("A batch could not be answered.")
        return answer_error(internal_error(), asked)


def answer_error(error: ServerError, asked: Asked) -> Answer:
    """Return an error as the one object that clients look for."""
    return _packed(status_of(error, strict=asked.strict), error_object(error), asked)


def caller_of(studio: Studio, asked: Asked) -> Caller:
    """Return who asks, by key or by the session of a browser; AuthenticationError for nobody."""
    is_signed_in = asked.session and not (asked.username or asked.key)
    return replace(
        caller_of_session(studio, asked.session)
        if is_signed_in
        else studio.authenticate(asked.username, asked.key),
        strict=asked.strict,
        client_token=asked.client_token,
        push_token=asked.push_token,
        lean=asked.lean,
        denormalize=asked.denormalize,
        server_url=asked.server_url,
    )


def _batch(body: bytes) -> Any:
    try:
        return loads(body)
    except (ValueError, RecursionError) as error:
        raise invalid(f"The body is not JSON ({error}): send a list of operations.") from None


def _packed(status: int, value: Any, asked: Asked) -> Answer:
    body = dumps(value)
    if asked.gzip and len(body) > _WORTH_PACKING:
        return Answer(status, gzip.compress(body, _LEVEL), packed=True)
    return Answer(status, body)
