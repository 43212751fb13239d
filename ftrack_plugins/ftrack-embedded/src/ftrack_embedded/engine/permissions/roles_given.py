"""The roles of a user as they are stored, and what they leave hidden.

These are asked for with every batch of everybody but the administrator: as text, compiled once,
they cost least.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import text

from ftrack_embedded.engine.raw import RawStatement, fetch, raw_statement

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect, TextClause

__all__ = ["Given", "Readers", "all_roles", "hidden_projects", "own_projects", "roles_given"]

Ids = frozenset[str]
Readers = dict[str, set[str]]
"""The roles that may read a custom attribute, by its configuration."""

_ROLES: Final = text("SELECT id, name FROM security_role")
_ROLES_OF_USER: Final = text(
    """
    SELECT person.id, given.security_role_id, given.is_all_open_projects,
           project.id, project.is_private, project.created_by_id = person.id
    FROM resource AS person
    LEFT JOIN user_security_role AS given ON given.user_id = person.id
    LEFT JOIN user_security_role_project AS named ON named.user_security_role_id = given.id
    LEFT JOIN context AS project ON project.id = named.project_id
    WHERE person.username = :username
    """
)
_WITH_READERS: Final = """
    UNION ALL
    SELECT NULL, reader.configuration_id, reader.security_role_id
    FROM configuration_security_role AS reader WHERE reader.access = 'read'
    """
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
    """
    + _WITH_READERS
)
_OWN: Final = text(
    """
    SELECT project.id, NULL, NULL FROM context AS project
    WHERE project.created_by_id = :user_id AND project.context_type = 'show'
    """
    + _WITH_READERS
)


class Given(NamedTuple):
    """A role that a user has, once for each *project* that was named with it.

    *on_open* says whether it holds on all open projects; None was never said, which means yes as
    long as no project is named. *is_private* and *is_own* are about the project.
    """

    role: str
    on_open: bool | None
    project: str | None
    is_private: bool
    is_own: bool

    @property
    def holds_on_open(self) -> bool:
        """Whether the role holds on all open projects."""
        return bool(self.on_open) or (self.on_open is None and self.project is None)


def all_roles(connection: Connection) -> dict[str, str | None]:
    """Return the names of all roles by their ids."""
    return {str(identifier): name for identifier, name in _found(connection, _ROLES)}


def roles_given(connection: Connection, username: str) -> tuple[str | None, list[Given]]:
    """Return the id of a user, None for an unknown one, and the roles that were given."""
    rows = _found(connection, _ROLES_OF_USER, username=username)
    given = [
        Given(role, None if on_open is None else bool(on_open), project, bool(private), bool(own))
        for _, role, on_open, project, private, own in rows
        if role is not None
    ]
    return (rows[0][0] if rows else None), given


def hidden_projects(connection: Connection, user_id: str | None) -> tuple[Ids, Readers]:
    """Return the private projects a user does not see, and who reads custom attributes."""
    return _projects_and_readers(connection, _HIDDEN, user_id)


def own_projects(connection: Connection, user_id: str | None) -> tuple[Ids, Readers]:
    """Return the projects that a user has made, and who reads custom attributes."""
    return _projects_and_readers(connection, _OWN, user_id)


def _projects_and_readers(
    connection: Connection, statement: TextClause, user_id: str | None
) -> tuple[Ids, Readers]:
    projects: set[str] = set()
    readers: Readers = {}
    for project, configuration, role in _found(connection, statement, user_id=user_id or ""):
        if project is not None:
            projects.add(project)
        else:
            readers.setdefault(configuration, set()).add(role)
    return frozenset(projects), readers


def _found(connection: Connection, statement: TextClause, **given: str) -> list[tuple[Any, ...]]:
    return fetch(connection, _compiled(statement, connection.dialect), given)


@lru_cache(maxsize=48)
def _compiled(statement: TextClause, dialect: Dialect) -> RawStatement:
    return raw_statement(statement, dialect)
