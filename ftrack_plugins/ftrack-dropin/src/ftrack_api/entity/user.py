"""Users."""

from __future__ import annotations

from typing import Any

from ftrack_core.errors import CommitRefusedError, EntityError
from ftrack_entities import UserHelpers

from ftrack_api import exception
from ftrack_api._translation import translating

from .base import Entity

__all__ = ["User"]


@translating("start_timer", "stop_timer", "send_invite", "reset_api_key")
class User(UserHelpers, Entity):
    """A user."""

    __slots__ = ()

    def start_timer(
        self, context: Any = None, comment: str = "", name: str | None = None, force: bool = False
    ) -> Any:
        """Start a timer, commit it by itself and return it.

        Raises `NotUniqueError` where one runs and *force* is not set.
        """
        try:
            return super().start_timer(context, comment, name, force)
        except EntityError as error:
            if isinstance(error.__cause__, CommitRefusedError):
                raise exception.NotUniqueError(str(error)) from error
            raise
