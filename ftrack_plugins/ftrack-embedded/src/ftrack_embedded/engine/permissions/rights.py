"""What a caller may do, and where: from the roles of the user and of the key.

The schema says nothing of what a role allows, so its name decides. A role holds on all open
projects or on those that were named with it: somebody may write in one project, read another and
not see a third.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ftrack_embedded.engine.caller import ADMINISTRATOR

from .roles_given import all_roles, hidden_projects, own_projects, roles_given
from .standing import NO_ROLES, Level, Standing, level_of_role, standing_of, together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from ftrack_embedded.engine.caller import Caller

    from .roles_given import Given, Readers

__all__ = ["Rights", "rights_of"]

_DEFAULT_ROLE: Final = "User"
"""What somebody is to whom no role was given."""
Names = dict[str, "str | None"]


@dataclass(frozen=True)
class Rights:
    """What somebody is in each project, and what stays hidden.

    *general* holds for what is in no project, *on_open* on all open projects (None: no role does),
    *named* on single ones. Who has roles on open projects sees all but the *hidden_projects*,
    anybody else the *only_projects*.

    Custom attributes are hidden by the ids of their configurations. Those in
    *closed_configurations* can be read in no project but the *exceptions*, others in all but
    these: pairs of a configuration and a project.
    """

    general: Standing
    user_id: str | None = None
    on_open: Standing | None = None
    named: Mapping[str, Standing] = field(default_factory=dict)
    hidden_projects: frozenset[str] = frozenset()
    only_projects: frozenset[str] | None = None
    hidden_configurations: frozenset[str] = frozenset()
    closed_configurations: frozenset[str] = frozenset()
    exceptions: frozenset[tuple[str, str]] = frozenset()

    @property
    def level(self) -> Level:
        """What may be done with rows that are in no project."""
        return self.general.level

    @property
    def administers(self) -> bool:
        """Whether everything is allowed."""
        return self.general.level is Level.ADMINISTER

    @property
    def hides(self) -> bool:
        """Whether some rows are not to be seen."""
        return bool(self.hides_projects or self.hidden_configurations or self.hides_values)

    @property
    def hides_projects(self) -> bool:
        """Whether some projects are not to be seen."""
        return bool(self.hidden_projects) or self.only_projects is not None

    @property
    def hides_values(self) -> bool:
        """Whether a custom attribute can be read in some projects and not in others."""
        return bool(self.closed_configurations or self.exceptions)

    @property
    def varies(self) -> bool:
        """Whether something else is allowed in some projects than in others."""
        return bool(self.hidden_projects or self.named or self.on_open is None)

    def sees(self, project_id: str) -> bool:
        """Return whether a project, new ones included, is there for the caller."""
        if self.only_projects is None:
            return project_id not in self.hidden_projects
        return project_id in self.only_projects

    def in_project(self, project_id: str | None) -> Standing:
        """Return what the caller is in a project, or without one."""
        if project_id is None:
            return self.general
        if not self.sees(project_id):
            return NO_ROLES
        # A project that is neither hidden nor named is an open one, or was made by the caller.
        return self.named.get(project_id) or self.on_open or self.general


def rights_of(connection: Connection, caller: Caller) -> Rights:
    """Return what *caller* may do.

    The user `ADMINISTRATOR` cannot be locked out, and in a studio without roles everybody may do
    everything. Who administers sees everything, also with a key that allows less.
    """
    if caller.username == ADMINISTRATOR and caller.key_role is None:
        return _everything(None)
    names = all_roles(connection)
    if not names:
        return _everything(None)
    user_id, given = roles_given(connection, caller.username)
    if caller.is_global_key:
        rights = _of_global_key(caller, user_id, given, names)
    else:
        rights = _of_user(user_id, given, names)
        if rights.administers or caller.username == ADMINISTRATOR:
            return _limited(_everything(user_id, rights.general.roles), caller)
        rights = _limited(rights, caller)
    return rights if rights.administers else _with_hidden(connection, rights)


def _everything(user_id: str | None, roles: frozenset[str] = frozenset()) -> Rights:
    standing = Standing(Level.ADMINISTER, roles)
    return Rights(standing, user_id, standing)


def _of_global_key(
    caller: Caller, user_id: str | None, given: Sequence[Given], names: Names
) -> Rights:
    """Return the rights by a global key: who uses it only decides which projects are seen."""
    roles = frozenset(one for one, name in names.items() if name == caller.key_role)
    standing = Standing(level_of_role(caller.key_role), roles)
    named = {one.project: standing for one in given if one.project is not None}
    return Rights(standing, user_id, standing, MappingProxyType(named))


def _of_user(user_id: str | None, given: Sequence[Given], names: Names) -> Rights:
    """Return the rights by the roles of a user.

    All roles count for what is in no project; but only one that holds on all open projects makes
    an administrator of the studio.
    """
    on_open = _on_open(given, names)
    anywhere = standing_of((one.role for one in given), names).no_more_than(Level.WRITE)
    general = together(on_open, anywhere)
    named = {one.project: one for one in given if one.project is not None}
    standings = {
        project: together(
            standing_of((other.role for other in given if other.project == project), names),
            None if one.is_private and not one.is_own else on_open,
            general if one.is_own and on_open is None else None,
        )
        for project, one in named.items()
    }
    return Rights(general, user_id, on_open, MappingProxyType(standings))


def _on_open(given: Sequence[Given], names: Names) -> Standing | None:
    """Return what a user is in open projects; None if all roles hold on named ones only."""
    roles = [one.role for one in given if one.holds_on_open]
    if given and not roles:
        return None
    if not given:
        roles = [one for one, name in names.items() if name == _DEFAULT_ROLE]
    found = standing_of(roles, names)
    return replace(found, level=max(found.level, Level.READ))


def _limited(rights: Rights, caller: Caller) -> Rights:
    """Return the rights with a key, which allows no more than its role does."""
    if caller.key_role is None:
        return rights
    level = level_of_role(caller.key_role)
    named = {project: one.no_more_than(level) for project, one in rights.named.items()}
    on_open = rights.on_open and rights.on_open.no_more_than(level)
    return replace(
        rights,
        general=rights.general.no_more_than(level),
        on_open=on_open,
        named=MappingProxyType(named),
    )


def _with_hidden(connection: Connection, rights: Rights) -> Rights:
    """Return the rights with what stays hidden from them."""
    if rights.on_open is None:
        own, readers = own_projects(connection, rights.user_id)
        rights = replace(rights, only_projects=own.union(rights.named))
    else:
        hidden, readers = hidden_projects(connection, rights.user_id)
        rights = replace(rights, hidden_projects=hidden)
    return _with_hidden_attributes(rights, readers)


def _with_hidden_attributes(rights: Rights, readers: Readers) -> Rights:
    unread = {one for one, roles in readers.items() if roles.isdisjoint(rights.general.roles)}
    elsewhere = (rights.on_open or rights.general).roles
    varies = rights.named or elsewhere != rights.general.roles
    some = {one: roles for one, roles in readers.items() if varies and one not in unread}
    closed = {one for one, roles in some.items() if roles.isdisjoint(elsewhere)}
    exceptions = {
        (one, project)
        for one, roles in some.items()
        for project, standing in rights.named.items()
        if roles.isdisjoint(standing.roles) != (one in closed)
    }
    return replace(
        rights,
        hidden_configurations=frozenset(unread),
        closed_configurations=frozenset(closed),
        exceptions=frozenset(exceptions),
    )
