"""What a caller may do: from the roles of the user and of the key.

The schema says nothing of what a role allows, so its name decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from ftrack_embedded.engine.caller import ADMINISTRATOR
from ftrack_embedded.engine.raw import RawStatement, fetch, raw_statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection, Dialect, TextClause

    from ftrack_embedded.engine.caller import Caller

__all__ = ["Level", "Rights", "level_of_role", "rights_of"]


class Level(IntEnum):
    """How much somebody may do; each level includes those before it."""

    READ = 0
    WRITE = 1
    ADMINISTER = 2


_LEVELS: Final[Mapping[str, Level]] = MappingProxyType(
    {"administrator": Level.ADMINISTER, "api": Level.ADMINISTER}
)
# These are asked for with every batch of everybody but administrators: as text, compiled once, they
# cost least.
_ROLES: Final = text("SELECT id, name FROM security_role")
_ROLES_OF_USER: Final = text(
    """
    SELECT person.id, given.security_role_id, given.is_all_open_projects,
           EXISTS (SELECT 1 FROM user_security_role_project AS named
                   WHERE named.user_security_role_id = given.id)
    FROM resource AS person
    LEFT JOIN user_security_role AS given ON given.user_id = person.id
    WHERE person.username = :username
    """
)
# Projects have no parent: by this they are found in the index. A private one is seen by who made it
# and by those with a role on it.
_HIDDEN: Final = text(
    """
    SELECT project.id, NULL, NULL FROM context AS project
    WHERE project.parent_id IS NULL AND project.context_type = 'show' AND project.is_private
      AND (project.created_by_id IS NULL OR project.created_by_id <> :user_id)
      AND NOT EXISTS (
          SELECT 1 FROM user_security_role_project AS named
          JOIN user_security_role AS given ON given.id = named.user_security_role_id
          WHERE named.project_id = project.id AND given.user_id = :user_id)
    UNION ALL
    SELECT NULL, reader.configuration_id, reader.security_role_id
    FROM configuration_security_role AS reader WHERE reader.access = 'read'
    """
)
_DEFAULT_ROLE: Final = "User"
"""What somebody is to whom no role was given."""


@dataclass(frozen=True)
class Rights:
    """The *level*, and what stays hidden: ids of projects and of custom attributes."""

    level: Level
    user_id: str | None = None
    role_ids: frozenset[str] = frozenset()
    hidden_projects: frozenset[str] = field(default=frozenset())
    hidden_configurations: frozenset[str] = field(default=frozenset())

    @property
    def administers(self) -> bool:
        """Whether everything is allowed."""
        return self.level is Level.ADMINISTER

    @property
    def hides(self) -> bool:
        """Whether some rows are not to be seen."""
        return bool(self.hidden_projects or self.hidden_configurations)


def level_of_role(name: str | None) -> Level:
    """Return what a role of that name allows."""
    word = (name or "").strip().casefold()
    if word.startswith("read"):
        return Level.READ
    return _LEVELS.get(word, Level.WRITE)


def rights_of(connection: Connection, caller: Caller) -> Rights:
    """Return what *caller* may do.

    The user `ADMINISTRATOR` cannot be locked out, and in a studio without roles everybody may do
    everything.
    """
    if caller.username == ADMINISTRATOR and caller.key_role is None:
        return Rights(Level.ADMINISTER)
    roles = {str(identifier): name for identifier, name in _found(connection, _ROLES)}
    if not roles:
        return Rights(Level.ADMINISTER)
    user_id, own = _roles_of_user(connection, caller)
    own = own or [one for one, name in roles.items() if name == _DEFAULT_ROLE]
    if caller.is_global_key:
        own = [one for one, name in roles.items() if name == caller.key_role]
    level = _level(caller, [roles[one] for one in own if one in roles])
    if level is Level.ADMINISTER:
        return Rights(level, user_id)
    return _limited(connection, Rights(level, user_id, frozenset(own)))


def _level(caller: Caller, names: Iterable[str | None]) -> Level:
    if caller.is_global_key:
        return level_of_role(caller.key_role)
    is_administrator = caller.username == ADMINISTRATOR
    default = Level.ADMINISTER if is_administrator else Level.READ
    level = max((level_of_role(name) for name in names), default=default)
    if is_administrator:
        level = Level.ADMINISTER
    return level if caller.key_role is None else min(level, level_of_role(caller.key_role))


def _roles_of_user(connection: Connection, caller: Caller) -> tuple[str | None, list[str]]:
    """Return the user's id and the ids of the roles that do not hold for single projects only."""
    rows = _found(connection, _ROLES_OF_USER, username=caller.username)
    user_id = rows[0][0] if rows else None
    general = [role for _, role, everywhere, some in rows if role and (everywhere or not some)]
    return user_id, general


def _limited(connection: Connection, rights: Rights) -> Rights:
    """Return the rights with what stays hidden from them."""
    projects: set[str] = set()
    readers: dict[str, set[str]] = {}
    for project, configuration, role in _found(connection, _HIDDEN, user_id=rights.user_id or ""):
        if project is not None:
            projects.add(project)
        else:
            readers.setdefault(configuration, set()).add(role)
    unread = (one for one, roles in readers.items() if roles.isdisjoint(rights.role_ids))
    return replace(
        rights, hidden_projects=frozenset(projects), hidden_configurations=frozenset(unread)
    )


def _found(connection: Connection, statement: TextClause, **given: str) -> list[tuple[Any, ...]]:
    return fetch(connection, _compiled(statement, connection.dialect), given)


@lru_cache(maxsize=48)
def _compiled(statement: TextClause, dialect: Dialect) -> RawStatement:
    return raw_statement(statement, dialect)
