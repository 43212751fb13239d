"""The older synchronous events, published where the hook of the same meaning is called.

Each stands after all plugins and before the defaults, so that nobody is asked twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.errors import EventError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_core.ports import Context, EventCallback, LocationBinding
    from ftrack_core.schema import EntitySchema

    from .session import Session

__all__ = ["Bridge"]

CONFIGURE = "ftrack.api.session.configure-location"
CONSTRUCT = "ftrack.api.session.construct-entity-type"
FILE_TYPE = "ftrack.api.session.get-file-type-from-string"


class Bridge:
    """Asks the handlers of older events for one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._configured: dict[str, EventCallback] = {}

    def implementations(self) -> dict[str, Callable[..., Any]]:
        """Return what stands between all plugins and the defaults, by hook."""
        return {
            "ftrack_entity_mixins": self._entity_mixins,
            "ftrack_file_type": self._file_type,
            "ftrack_locations": self._locations,
        }

    def configure_locations(self) -> None:
        """Send configure-location to each handler that has not had it yet."""
        events = self._session.events
        present = {one.id: one.callback for one in events.subscriptions}
        new = {
            key for key, callback in present.items() if self._configured.get(key) is not callback
        }
        self._configured = present
        events.tell(CONFIGURE, {"session": self._session.shown}, among=new)

    def _locations(self, context: Context) -> list[LocationBinding] | None:
        """Let handlers set up locations; they assign accessors and offer no bindings."""
        del context
        self.configure_locations()
        return None

    def _file_type(self, path: str) -> str | None:
        """Return the first answer that says anything."""
        answers = self._session.events.publish(FILE_TYPE, {"file_path": path}, synchronous=True)
        return next((str(one) for one in answers if one), None)

    def _entity_mixins(self, entity_type: str, schema: EntitySchema) -> list[type] | None:
        """Return the class that a handler gives, to stand between the plugins' and the kernel's."""
        data = {"schema": schema.wire, "schemas": self._session.schemas.to_wire()}
        answers = self._session.events.publish(CONSTRUCT, data, synchronous=True)
        classes = [one for one in answers if one is not None]
        wrong = next((one for one in classes if not isinstance(one, type)), None)
        if wrong is not None:
            raise EventError(
                f"a handler of {CONSTRUCT} answers {wrong!r} for {entity_type}; a class is due, or "
                "None"
            )
        if len(classes) > 1:
            listed = ", ".join(getattr(one, "__name__", repr(one)) for one in classes)
            raise EventError(
                f"several handlers of {CONSTRUCT} give a class for {entity_type}: {listed}; "
                "let all but one return None"
            )
        return classes
