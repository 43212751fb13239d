"""``complete_multipart_upload``: the parts of an upload become one file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ftrack_embedded.engine import failures
from ftrack_embedded.engine.files.putting import upload_of
from ftrack_embedded.engine.members import text

if TYPE_CHECKING:
    from ftrack_embedded.engine.transaction import Transaction

__all__ = ["WRITES", "complete_multipart_upload"]

WRITES: Final = True


def complete_multipart_upload(tx: Transaction, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the component whose file is complete; a part that is missing or other is an error."""
    component_id, upload_id = text(operation, "component_id"), text(operation, "upload_id")
    wanted = upload_of(tx, component_id, upload_id)
    files = tx.studio.files
    numbers = _checked(operation.get("parts"), files.part_tags(upload_id))
    with files.joined(upload_id, numbers) as received:
        if wanted.size is not None and received.size != wanted.size:
            raise failures.invalid(
                f"{wanted.size} bytes were announced, the parts have {received.size}."
            )
        files.keep(component_id, received)
    tx.when_committed.append(lambda: files.forget_parts(upload_id))
    return {
        "action": "complete_multipart_upload",
        "component_id": component_id,
        "url": tx.address(f"/component/get?id={component_id}"),
    }


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
