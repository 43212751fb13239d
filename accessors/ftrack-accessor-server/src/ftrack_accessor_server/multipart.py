"""A large file, sent in parts over several connections."""

from __future__ import annotations

from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from threading import Event
from typing import TYPE_CHECKING, Any

from ftrack_core.errors import AccessorError

from .content import StoppedError
from .retry import retried

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future

    from ftrack_core.session import Session

    from .content import Content
    from .parts import Span
    from .putting import Putter, Sent

__all__ = ["MultipartUpload"]


class MultipartUpload:
    """One file on its way; *told* is what the server says about the upload."""

    def __init__(
        self,
        session: Session,
        putter: Putter,
        identifier: str,
        content: Content,
        told: Mapping[str, Any],
    ) -> None:
        self._session = session
        self._putter = putter
        self._identifier = identifier
        self._content = content
        self._upload_id = told["upload_id"]
        self._urls = {int(one["part_number"]): one["signed_url"] for one in told["urls"]}

    def send(self, spans: Sequence[Span]) -> None:
        """Send all parts, make sure of them, and have the server make one file of them."""
        missing = [span.number for span in spans if span.number not in self._urls]
        if missing:
            raise self._error(f"the server gave no address for part {missing[0]} of {len(spans)}")
        sent = self._put(spans)
        damaged = _damaged(spans, sent)
        if damaged:
            sent.update(self._put(damaged))
        if _damaged(spans, sent):
            raise self._error(
                "parts of it arrive damaged, also when they are sent again; something on the way "
                "to the server changes them, such as a proxy"
            )
        self._complete(sent)

    def _put(self, spans: Sequence[Span]) -> dict[int, Sent]:
        stop = Event()
        workers = min(self._putter.connections, len(spans))
        with ThreadPoolExecutor(workers, "ftrack-upload") as pool:
            futures = {span.number: pool.submit(self._put_one, span, stop) for span in spans}
            try:
                done, _ = wait(futures.values(), return_when=FIRST_EXCEPTION)
                failed = any(one.exception() is not None for one in done)
            except BaseException:
                _give_up(pool, stop)
                raise
            if failed:
                _give_up(pool, stop)
                raise _first_error(futures.values())
        return {number: future.result() for number, future in futures.items()}

    def _put_one(self, span: Span, stop: Event) -> Sent:
        url = self._urls[span.number]
        sent = self._putter.put(self._identifier, url, {}, self._content, span, stop)
        if not sent.tag:
            raise self._error(
                f"the storage gave part {span.number} no ETag, or something on the way took it out"
            )
        return sent

    def _complete(self, sent: Mapping[int, Sent]) -> None:
        operation = {
            "action": "complete_multipart_upload",
            "component_id": self._identifier,
            "upload_id": self._upload_id,
            "parts": [
                {"part_number": number, "e_tag": sent[number].tag} for number in sorted(sent)
            ],
        }
        retried(self._session, lambda: self._session.call([operation]))

    def _error(self, reason: str) -> AccessorError:
        return AccessorError(
            f"cannot send the file of component {self._identifier!r}: {reason}",
            resource_identifier=self._identifier,
        )


def _damaged(spans: Sequence[Span], sent: Mapping[int, Sent]) -> list[Span]:
    """Return the parts that the storage got otherwise than they were sent.

    Some storages tag by other means than the MD5: there no tag is one, and nothing can be told.
    """
    if not any(one.is_tagged_with_md5 for one in sent.values()):
        return []
    return [span for span in spans if not sent[span.number].is_tagged_with_md5]


def _give_up(pool: ThreadPoolExecutor, stop: Event) -> None:
    stop.set()
    pool.shutdown(cancel_futures=True)


def _first_error(futures: Any) -> BaseException:
    """Return what went wrong, rather than what was stopped because of it."""
    done: list[Future[Sent]] = [one for one in futures if not one.cancelled()]
    errors = [error for error in (one.exception() for one in done) if error is not None]
    return min(errors, key=lambda error: isinstance(error, StoppedError))
