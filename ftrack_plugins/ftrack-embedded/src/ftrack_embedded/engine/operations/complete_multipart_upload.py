"""``complete_multipart_upload``: the parts of an upload become one file."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import ServerError

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.caller import Caller
from ftrack_embedded.engine.files.putting import upload_of
from ftrack_embedded.engine.members import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ftrack_embedded.engine.files.putting import Wanted
    from ftrack_embedded.engine.files.receiver import Received
    from ftrack_embedded.engine.studio import Studio
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["MEMBERS", "WRITES", "complete_multipart_upload", "prepare"]

MEMBERS: Final = ("component_id", "upload_id", "parts")
WRITES: Final = True


@contextmanager
def prepare(studio: Studio, operation: Mapping[str, Any]) -> Iterator[Received | None]:
    """Give the parts as one file, which takes as long as it is large; None if that cannot be.

    Why it cannot be is told by the operation itself, in its turn.
    """
    with ExitStack() as stack:
        try:
            with studio.reading(Caller()) as tx:
                _, numbers = _upload(tx, operation)
        except ServerError:
            yield None
            return
        joined = studio.files.joined(text(operation, "upload_id"), numbers)
        try:
            received = stack.enter_context(joined)
        except FileNotFoundError:  # somebody else has just completed the same upload
            received = None
        yield received


def complete_multipart_upload(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the component whose file is complete; a part that is missing or other is an error."""
    component_id, upload_id = text(operation, "component_id"), text(operation, "upload_id")
    wanted, _ = _upload(tx, operation)
    received: Received | None = tx.prepared.get(tx.rows.operation)
    if received is None:
        raise failures.invalid("The parts of the upload have just changed: ask again.")
    if wanted.size is not None and received.size != wanted.size:
        raise failures.invalid(
            f"{wanted.size} bytes were announced, the parts have {received.size}."
        )
    files = tx.studio.files
    files.keep(component_id, received)
    tx.when_committed.append(lambda: files.forget_parts(upload_id))
    return {
        "action": "complete_multipart_upload",
        "component_id": component_id,
        "url": tx.address(f"/component/get?id={component_id}"),
    }


def _upload(tx: Transaction, operation: Mapping[str, Any]) -> tuple[Wanted, list[int]]:
    """Return what was announced, and the numbers of all parts if they are those that have come."""
    component_id, upload_id = text(operation, "component_id"), text(operation, "upload_id")
    wanted = upload_of(tx, component_id, upload_id)
    return wanted, _checked(operation.get("parts"), tx.studio.files.part_tags(upload_id))


def _checked(parts: Any, tags: Mapping[int, str]) -> list[int]:
    if not isinstance(parts, list) or not parts:
        raise failures.invalid('"parts" must be a list of part numbers with their tags.')
    numbers = [_number(part, tags) for part in parts]
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        raise failures.invalid(f"The parts have to be those from 1 to {len(numbers)}, each once.")
    if set(numbers) != set(tags):
        raise failures.invalid(f"{len(tags)} parts have come, {len(numbers)} are named.")
    return sorted(numbers)


def _number(part: Any, tags: Mapping[int, str]) -> int:
    number = part.get("part_number") if isinstance(part, Mapping) else None
    if not isinstance(number, int) or number not in tags:
        raise failures.invalid(f"Part {number!r:.20} has not come.")
    if _plain(part.get("e_tag")) != tags[number]:
        raise failures.invalid(f"Part {number} is not the one that its tag is of.")
    return number


def _plain(tag: Any) -> str:
    """Return a tag without what clients leave around it."""
    return str(tag).strip().removeprefix("W/").strip('"').lower()
