"""What an operation has in hand while it is carried out: one batch, one transaction."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from ftrack_core.errors import AuthenticationError
from sqlalchemy import Connection, select

from .caller import ADMINISTRATOR, Caller
from .encode import Encoder
from .files.links import signed_path
from .permissions.rights import Rights, rights_of
from .permissions.visibility import readable_catalogue
from .read.loader import Loader
from .rows import Rows
from .values import now

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from .catalogue import Catalogue
    from .studio import Studio

__all__ = ["Transaction"]

_LOGGER: Final = logging.getLogger(__name__)


@dataclass
class Transaction:
    """One batch being carried out.

    *operation* is the position of the current operation; *memo* holds what one batch looks up
    many times.
    """

    studio: Studio
    connection: Connection
    caller: Caller
    memo: dict[Hashable, Any] = field(default_factory=dict)
    when_placed: list[Callable[[], object]] = field(default_factory=list)
    """What is done when the batch is complete, for rows of which nobody knew yet where they are."""
    when_committed: list[Callable[[], object]] = field(default_factory=list)
    """What is done when the batch has come about, such as removing the bytes of a file."""
    prepared: Mapping[int, Any] = field(default_factory=dict)
    """What was done before the transaction began, by the position of the operation."""

    def complete(self) -> None:
        """Do what was put off until it is known where all rows are; a failure is the batch's."""
        for action in self.when_placed:
            action()

    def finish(self) -> None:
        """Do what was put off until the commit; a failure is logged, the batch stands."""
        for action in self.when_committed:
            try:
                action()
            except Exception:
                _LOGGER.exception("What a batch entails could not be done.")

    @cached_property
    def catalogue(self) -> Catalogue:
        """The shape of the data: the same to the end, whatever other batches do to it."""
        return self.studio.catalogue

    @cached_property
    def rows(self) -> Rows:
        """The rows, for reading and for noted changes."""
        return Rows(self.connection, self.catalogue)

    @cached_property
    def loader(self) -> Loader:
        """Loads what queries ask for."""
        return Loader(self.connection, self.readable_catalogue, self.address)

    def address(self, path: str) -> str:
        """Return the address of a file, which is good for a while without a key."""
        return self.server_url + signed_path(self.studio.files, path)

    @cached_property
    def rights(self) -> Rights:
        """What the caller may do."""
        return rights_of(self.connection, self.caller)

    def forget_rights(self) -> None:
        """Look the rights up again: the batch has changed what they depend on."""
        self.__dict__.pop("rights", None)
        self.__dict__.pop("readable_catalogue", None)

    @cached_property
    def readable_catalogue(self) -> Catalogue:
        """The catalogue for reading: what the caller may not see is not there."""
        return readable_catalogue(self.catalogue, self.rights)

    @property
    def server_url(self) -> str:
        """The address that links to files begin with; empty where nothing serves them."""
        return self.caller.server_url or self.studio.public_url

    @cached_property
    def encoder(self) -> Encoder:
        """Writes the entities of the answer."""
        return Encoder(self.catalogue, self.caller)

    @cached_property
    def now(self) -> str:
        """The time of the batch as it is stored: all rows of a batch bear the same."""
        return now()

    @cached_property
    def user_id(self) -> str | None:
        """The acting user's id; None only in a studio that has no users yet."""
        table = self.catalogue.table("User")
        by_name = select(table.c.id).where(table.c.username == self.caller.username)
        found = self.connection.execute(by_name).scalar()
        if found is None and self.caller.username != ADMINISTRATOR:
            raise AuthenticationError(
                "InvalidCredentialsError",
                "The supplied API key is not valid. There is no such user.",
                error_code="api_credentials_invalid",
            )
        return found
