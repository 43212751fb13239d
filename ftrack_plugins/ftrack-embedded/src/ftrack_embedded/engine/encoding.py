"""What ``encode_media`` has asked for: done when its batch is committed, and told by its job.

Bytes are read, decoded and written outside of any transaction: nobody waits for them but who asked.
"""

from __future__ import annotations

import logging
import uuid
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ftrack_core.errors import ServerError

from .files import images
from .files.media import is_image
from .files.movies import EncodingError, encoder_on_path
from .files.receiver import Received
from .review import Output, fail_job, finish_job

if TYPE_CHECKING:
    from pathlib import Path

    from .caller import Caller
    from .files.movies import Encoder
    from .files.pledges import Pledge
    from .studio import Studio

__all__ = ["Order", "begin", "fail_abandoned"]

_LOGGER: Final = logging.getLogger(__name__)
_REVIEW_SIZE: Final = 1920
_THUMBNAIL_SIZE: Final = 640
_ABANDONED: Final = "The server was ended while it made the media; ask again."


@dataclass(frozen=True)
class Order:
    """What is to be made into media for review, and the job that tells how far it is."""

    job_id: str
    component_id: str
    file_type: str
    version_id: str | None
    keeps_original: bool


def begin(studio: Studio, caller: Caller, order: Order, pledge: Pledge | None) -> None:
    """Make the media of a picture at once, those of a movie in the background.

    The *pledge* bears the name of the job; without one there are no files to make any from.
    """
    with ExitStack() as pledged:
        if pledge is not None:
            pledged.enter_context(pledge)
        try:
            source = _source(studio, order)
            if is_image(order.file_type):
                _encode_picture(studio, caller, order, source)
                return
            encoder = encoder_on_path(order.file_type, studio.background.ending)
        except EncodingError as error:
            finish_job(studio, caller, order, (), str(error))
            return
        going_on = pledged.pop_all()

    def encode() -> None:
        with going_on:
            _encode_movie(studio, caller, order, source, encoder)

    studio.background.start(encode)


def fail_abandoned(studio: Studio) -> None:
    """Say in their jobs which media will not come: of processes that were killed meanwhile."""
    for pledge in studio.files.abandoned_pledges():
        try:
            is_told = fail_job(studio, pledge.name, _ABANDONED)
        except Exception:
            # The studio can be used nevertheless; the next one to open it tries again.
            _LOGGER.exception("A job whose server has ended could not be failed.")
            continue
        if is_told or studio.files.is_own:
            pledge.fulfil()


def _source(studio: Studio, order: Order) -> Path:
    if not studio.files.has(order.component_id):
        raise EncodingError("The server has no file of the component: upload it first.")
    return studio.files.path(order.component_id)


# --- pictures -------------------------------------------------------------------------------------


def _encode_picture(studio: Studio, caller: Caller, order: Order, source: Path) -> None:
    with _Made(studio, caller, order) as made:
        review = images.scaled(source, _REVIEW_SIZE)
        thumbnail = images.scaled(source, _THUMBNAIL_SIZE)
        if review is None or thumbnail is None:
            raise EncodingError(_why_no_picture())
        size = {"format": "image", "width": review.width, "height": review.height}
        made.add("ftrackreview-image", review.file_type, _written(studio, review.data), size)
        made.add("thumbnail", thumbnail.file_type, _written(studio, thumbnail.data))


def _why_no_picture() -> str:
    if images.is_available():
        return "The file cannot be read as a picture."
    return "Pictures need Pillow: install ftrack-embedded[images] on the server."


def _written(studio: Studio, data: bytes) -> Received:
    with studio.files.receive() as receiver:
        receiver.write(data)
        return receiver.finish()


# --- movies ---------------------------------------------------------------------------------------


def _encode_movie(
    studio: Studio, caller: Caller, order: Order, source: Path, encoder: Encoder
) -> None:
    with _Made(studio, caller, order) as made:
        movie = made.place()
        told = encoder.playable(source, order.file_type, movie)
        made.add("ftrackreview-mp4", ".mp4", _encoded(movie), told)
        picture = made.place()
        encoder.still(source, order.file_type, picture)
        made.add("thumbnail", ".jpg", _encoded(picture))


def _encoded(path: Path) -> Received:
    return Received(path, path.stat().st_size, md5="")


# --- what was made --------------------------------------------------------------------------------


class _Made:
    """What was made so far; leaving the block stores it and finishes the job, or says why not."""

    def __init__(self, studio: Studio, caller: Caller, order: Order) -> None:
        self._studio = studio
        self._caller = caller
        self._order = order
        self._outputs: list[Output] = []
        self._places: list[Path] = []

    def place(self) -> Path:
        """Return where a file can be written that is not there yet."""
        incoming = self._studio.files.folder / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        self._places.append(incoming / uuid.uuid4().hex)
        return self._places[-1]

    def add(
        self, name: str, file_type: str, received: Received, told: dict[str, object] | None = None
    ) -> None:
        """Note a file that was made; *told* is what a player needs to know of it."""
        self._places.append(received.path)
        self._outputs.append(Output(name, file_type, received, told))

    def __enter__(self) -> _Made:
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        try:
            self._finish(error)
        finally:
            for path in self._places:
                path.unlink(missing_ok=True)
        return error is None or isinstance(error, Exception)

    def _finish(self, error: BaseException | None) -> None:
        if error is not None:
            finish_job(self._studio, self._caller, self._order, (), _reason(error))
            return
        try:
            finish_job(self._studio, self._caller, self._order, self._outputs, "")
        except ServerError as refused:
            finish_job(self._studio, self._caller, self._order, (), _reason(refused))


def _reason(error: BaseException) -> str:
    if isinstance(error, EncodingError):
        return str(error)
    if isinstance(error, ServerError):
        return error.content
    _LOGGER.error("Media could not be made.", exc_info=error)
    return "The server failed; its log says more."
