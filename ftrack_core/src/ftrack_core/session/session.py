"""The session: the one object a user holds. Each method hands on to what owns the work.

What a session can do without (events, locations, publishing, the builder of queries) is imported
where it is used: a host application waits at its start for no more than that.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ftrack_core.changes import ChangeLog
from ftrack_core.entity import State
from ftrack_core.errors import EntityError, SessionClosedError
from ftrack_core.schema import Schemas
from ftrack_core.store import QueryResult, checked_page_size
from ftrack_core.wire import encode as to_wire
from ftrack_core.work import UnitOfWork, commit, decode, encode, ensure, merge, state

from .caching import make_cache, renew_cache
from .connection import Connection
from .keys import checked_key
from .known_server import KnownServer
from .phases import Life, Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path
    from uuid import UUID

    from ftrack_core.entity import Entity
    from ftrack_core.events import Events
    from ftrack_core.locations import Location, Locations
    from ftrack_core.plugins import Registry
    from ftrack_core.ports import Batch, Cache, ConnectionSettings, Context
    from ftrack_core.query import Builder
    from ftrack_core.store import EntityTypes
    from ftrack_core.store.guarded import GuardedCache
    from ftrack_core.work import Transaction

    from .explain import Explanation
    from .fork import ForkedSession

__all__ = ["Session"]

_READY = Phase.READY


class Session:
    """A connection to an ftrack server, and all that is known and changed through it.

    Making a session loads its plugins and sends nothing; the first need of the server connects.

    Arguments:
        server_url: ``https://studio.ftrackapp.com``, ``embedded:`` for a private studio in this
            process, ``embedded:///path/studio.db`` for one that stays. Else ``FTRACK_SERVER``.
        api_key: the key, else ``FTRACK_API_KEY``, else what a plugin says.
        api_user: the login name, else ``FTRACK_API_USER``, else the system's.
        plugins: further plugins: modules, classes, objects, paths, import names.
        plugin_folders: folders of local plugin files; else ``FTRACK_PLUGIN_PATH``.
        plugin_arguments: free values that plugins find in their context.
        block: names of plugins to leave out; ``FTRACK_PLUGINS_BLOCK`` adds to it.
        use: which plugin serves an area where several could: ``{"transport": "my-http"}``.
        installed: whether to use the plugins that are installed.
        on_plugin_error: ``"skip"`` leaves a broken installed or given plugin out and keeps it in
            ``session.plugins.problems``; else it is an error. A broken local file is skipped.
        cache: which row cache: a URL (``memory:``), a cache, or a function that is given the
            session and returns one of these; None or False for none.
        connection: timeouts, TLS, proxy, headers and cookies of all connections.
        cache_folder: where the server's schemas and journals may be kept between sessions; nothing
            is written without it.
        auto_populate: whether reading an attribute that is not here asks the server.
        sibling_loading: whether it then asks for all that came along, too.
        read_ahead: whether the next pages of a long answer are asked for before they are needed.
        trace_hooks: whether each hook call is printed; else ``FTRACK_TRACE_HOOKS``.
        page_size: how many rows one request asks for.
        compact_rows: whether the rows of a page share the texts of foreign keys that it has a few
            of: all tasks with one status hold the same text. They take a fifth less memory, and
            most of a microsecond each.

    Raises:
        ConfigurationError: no server, or an argument that names nothing.
        PluginError: an installed or given plugin is broken.
    """

    unit_of_work: ClassVar[type[UnitOfWork]] = UnitOfWork
    """What records changes; a subclass may say another class."""

    def __init__(
        self,
        server_url: str | None = None,
        api_key: str | None = None,
        api_user: str | None = None,
        *,
        plugins: Iterable[Any] = (),
        plugin_folders: Iterable[str | Path] | None = None,
        plugin_arguments: Mapping[str, Any] | None = None,
        block: Iterable[str] = (),
        use: Mapping[str, str] | None = None,
        installed: bool = True,
        on_plugin_error: Literal["raise", "skip"] = "raise",
        cache: Any = "memory:",
        connection: ConnectionSettings | None = None,
        cache_folder: str | Path | None = None,
        auto_populate: bool = True,
        sibling_loading: bool = True,
        read_ahead: bool = True,
        trace_hooks: bool | None = None,
        page_size: int = 500,
        compact_rows: bool = True,
    ) -> None:
        from .settings import Settings

        self._settings = Settings.resolve(
            server_url=server_url,
            api_key=api_key,
            api_user=api_user,
            connection=connection,
            plugins=plugins,
            plugin_folders=plugin_folders,
            plugin_arguments=plugin_arguments,
            block=block,
            use=use,
            installed=installed,
            on_plugin_error=on_plugin_error,
            cache_folder=cache_folder,
            trace_hooks=trace_hooks,
            options={
                "cache": cache,
                "auto_populate": auto_populate,
                "sibling_loading": sibling_loading,
                "read_ahead": read_ahead,
                "page_size": checked_page_size(page_size),
                "compact_rows": compact_rows,
            },
        )
        self._life.reach(Phase.PLUGINS_LOADED)

    # --- the phases; each may be replaced in a subclass ------------------------------------------

    def load_plugins(self) -> None:
        """Phase *plugins loaded*: find the plugins and take their first generation."""
        self.plugins.load()

    def know_server(self) -> None:
        """Phase *server known*: learn its information and schemas, in one request at most."""
        self._wire_schemas = self._server.learn()

    def make_types(self) -> None:
        """Phase *types ready*: make the schemas, the entity types, the cache and the store."""
        self._work = self.make_work(Schemas.from_wire(self._wire_schemas))

    def set_locations(self) -> None:
        """Phase *locations set*: bind the locations that plugins offer."""
        self.locations.refresh()

    def make_ready(self) -> None:
        """Phase *ready*: tell handlers and plugins."""
        self.events.publish("ftrack.api.session.ready", {"session": self.shown}, synchronous=True)
        self.plugins.hooks.ftrack_session_started(self)

    def make_work(self, schemas: Schemas, types: EntityTypes | None = None) -> UnitOfWork:
        """Return a unit of work for these schemas, with new entity classes or with *types*."""
        from .working import make_unit

        return make_unit(self, schemas, types, self._connection, self._cache)

    def kernel_mixins(self) -> Mapping[str, list[type]]:
        """Return what the kernel mixes into entity classes; a subclass may do without."""
        from ftrack_core.publish import kernel_mixins

        return kernel_mixins()

    def make_log(self) -> ChangeLog:
        """Return the log of pending changes; a subclass may return one of its own."""
        return ChangeLog()

    def connect(self) -> Session:
        """Run the phases that are left and ask the server, instead of at the first need.

        Returns the session.

        Raises:
            AuthenticationError: the server does not accept the user or the key.
            ConnectionLostError: the server cannot be reached.
            ConfigurationError: no plugin connects to such a URL.
        """
        self._need_server()
        self._server.verify()
        return self

    def close(self) -> None:
        """Close everything the session opened. Pending changes are lost; closing again is fine."""
        if self._connection.closed:
            return
        if self._life.phase >= Phase.READY:
            self.plugins.hooks.ftrack_session_closing(self)
        self.events.close()
        if self._life.phase >= Phase.TYPES_READY:
            self._work.close()
        self._connection.close()
        if self._cache_made is not None:
            self._cache_made.close()
        self.plugins.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self.closed else self.phase.name.lower().replace("_", " ")
        return f"<Session {self.user}@{self.server_url} ({state})>"

    # --- what it is made of ----------------------------------------------------------------------

    @property
    def shown(self) -> Any:
        """What handlers of the session's own events are given as the session."""
        return self

    def reach(self, phase: Phase) -> None:
        """Run the phases up to *phase*, those that were not run yet."""
        self._require_open()
        self._life.reach(phase)

    @property
    def context(self) -> Context:
        """What plugins are told about this session."""
        return self._settings.context

    @property
    def server_url(self) -> str:
        """The URL of the server."""
        return self.context.server_url

    @property
    def user(self) -> str:
        """The login name of who is connected."""
        return self.context.user

    @property
    def phase(self) -> Phase:
        """How far the session has come."""
        return self._life.phase

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._connection.closed

    @property
    def server_information(self) -> dict[str, Any]:
        """What the server says of itself."""
        self.reach(Phase.SERVER_KNOWN)
        return self._server.information

    @property
    def schemas(self) -> Schemas:
        """The entity types of the server and their attributes."""
        return self.work.store.schemas

    @property
    def types(self) -> EntityTypes:
        """The entity classes, by type name."""
        return self.work.store.types

    @property
    def work(self) -> UnitOfWork:
        """The changes that are not committed, and the rows that are known."""
        # Past `closed` and the name in its class: each entity that a loop creates asks for it.
        if self._life.phase is not _READY or self._connection.closed:
            self._need_server()
        return self._work

    @property
    def request_count(self) -> int:
        """How many batches were sent to the server."""
        return self._connection.request_count

    @cached_property
    def plugins(self) -> Registry:
        """The plugins of this session: list them, reload them, see their problems."""
        from .plugins import load_registry, take_change, try_generation

        return load_registry(
            self._settings, partial(try_generation, self), partial(take_change, self)
        )

    @cached_property
    def events(self) -> Events:
        """Subscribe, publish and wait."""
        from .plugins import make_events

        return make_events(self, lambda: self._connection.credentials())

    @cached_property
    def locations(self) -> Locations:
        """The locations of this session: their accessors, structures and priorities."""
        from ftrack_core.locations import Locations

        return Locations(self)

    def slot(self, name: str) -> dict[str, Any]:
        """Return the dictionary called *name*, in which a plugin keeps what outlives a reload."""
        return self.plugins.slot(name)

    # --- reading ---------------------------------------------------------------------------------

    def query(
        self, expression: str, *, page_size: int | None = None, **values: Any
    ) -> QueryResult[Entity]:
        """Return the entities that *expression* finds; nothing is sent until somebody looks.

        The text is sent as written, with ``:name`` replaced by the value given as *name*, whatever
        that holds: ``session.query("Task where name is :name", name=name)``. What it does not
        select is loaded when it is read. Iterating raises `ServerError` where the server does not
        understand the text, with its words. See docs/queries.md.
        """
        self._require_open()
        size = checked_page_size(page_size or self.context.options["page_size"])
        text = expression
        if values:
            from ftrack_core.query import bind

            text = bind(expression, values)
        return QueryResult(text, lambda: self.work.store, page_size=size)

    def build(self, entity_type: str) -> Builder:
        """Return a builder of queries on *entity_type*; names are checked against the schema."""
        from ftrack_core.query import Builder

        return Builder(self.schemas, entity_type, self.query)

    def get(
        self, entity_type: str, key: str | UUID | Iterable[str | UUID] | Mapping[str, str | UUID]
    ) -> Any | None:
        """Return the entity of this type with this primary key, or None.

        *key* is a text or a UUID; where the schema's primary key has several parts, all of them in
        its order, or a mapping by name. What is known already is returned without a request. Raises
        `UnknownEntityTypeError` and, for what is no such key, `EntityError`.
        """
        return self.work.store.get(entity_type, checked_key(self.schemas[entity_type], key))

    def populate(self, entities: Entity | Iterable[Entity], projections: str) -> None:
        """Load attributes, given as a text such as ``"name, status.name"``, for *entities*."""
        self.work.populate(entities, projections)

    def auto_populating(self, wanted: bool) -> AbstractContextManager[None]:
        """Say for a ``with`` block, in this thread, whether reading what is not here loads it."""
        return self.work.populating(wanted)

    def refresh(self, *entities: Entity) -> None:
        """Ask the server again for what is known of *entities*; what was assigned here stays."""
        self.work.refresh(entities)

    def expire(self, *entities: Entity) -> None:
        """Forget what is known of *entities*; reading them loads it again."""
        self.work.expire(entities)

    def expunge(self, *entities: Entity) -> None:
        """Let go of *entities*: what is read later of the same rows is other objects."""
        self.work.expunge(entities)

    def reset(self) -> None:
        """Take back what is pending and forget everything that is known; then tell handlers."""
        self.work.reset()
        self.events.publish("ftrack.api.session.reset", {"session": self.shown}, synchronous=True)

    def explain(self) -> AbstractContextManager[Explanation]:
        """Collect, for the length of a ``with`` block, which lines caused which requests.

        Example::

            with session.explain() as requests:
                report(session.query("Task"))
            print(requests)
        """
        from .explain import explained

        self._require_open()
        return explained(self._connection)

    def fork(self) -> ForkedSession:
        """Return a session with entities and pending changes of its own, on the same connection.

        It costs nothing: a worker thread that has one sees no edits of others and commits its own
        only.
        """
        from .fork import ForkedSession

        return ForkedSession(self)

    # --- changing --------------------------------------------------------------------------------

    def create(self, entity_type: str, data: Mapping[str, Any] | None = None) -> Any:
        """Create an entity here; the server hears of it with the next `commit`."""
        return self.work.create(entity_type, data or {})

    def ensure(
        self,
        entity_type: str,
        data: Mapping[str, Any],
        identifying_keys: Iterable[str] | None = None,
    ) -> Any:
        """Return the entity that has these values, created or brought up to date; then commit.

        *identifying_keys* name the values it is found by, all of them by default; the others are
        assigned where they differ. Raises `MultipleResultsError` where several match.
        """
        entity = ensure(self.work, entity_type, data, identifying_keys)
        if state(entity) and self.work.transactions.current is None:
            self.commit()
        return entity

    def delete(self, entity: Entity) -> None:
        """Delete an entity with the next `commit`."""
        self.work.delete(entity)

    def commit(self) -> None:
        """Send everything that was changed, all or nothing.

        Raises:
            CommitRefusedError: the server refused; all values and pending changes stay.
            OutcomeUnknownError: the answer was lost and nothing tells what became of it.
        """
        if self.work.transactions.current is not None:
            raise EntityError("a transaction commits by itself, when its block ends")
        self._commit(self.work.main_log)

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Record the changes of a ``with`` block apart and commit them at its end, all or nothing.

        Where the block raises or the server refuses, what was changed in it is taken back and the
        session's other changes are untouched. It belongs to the thread that opened it; its ``run``
        carries it to another one. An attribute that another open transaction has changed raises
        `ConflictError` when it is assigned.

        Example::

            with session.transaction():
                version = session.create("AssetVersion", {"asset": asset, "task": task})
                task["status"] = pending_review
        """
        return self.work.transaction(self._commit)

    @property
    def created(self) -> list[Any]:
        """The entities that were created here and are not committed."""
        return self._in_state(State.CREATED)

    @property
    def modified(self) -> list[Any]:
        """The entities that were changed here and are not committed."""
        return self._in_state(State.MODIFIED)

    @property
    def deleted(self) -> list[Any]:
        """The entities that were deleted here and are not committed."""
        return self._in_state(State.DELETED)

    def rollback(self) -> None:
        """Take back everything that was changed and not committed."""
        self.work.rollback()

    def call(self, batch: Batch) -> list[Any]:
        """Send operations of the protocol and return the answers as they come.

        Entities and dates among the values are encoded. Raises what `Transport.execute` raises.
        """
        self._require_open()
        return self._connection.execute(to_wire(batch))

    # --- to text and back ------------------------------------------------------------------------

    def encode(self, value: Any, entity_attribute_strategy: str = "set_only") -> str:
        """Return *value*, entities and dates in it included, as JSON text with sorted keys.

        The strategy says which attributes of an entity are written: ``"all"`` (what is not here is
        loaded), ``"set_only"`` what is here, ``"modified_only"`` what was assigned and differs from
        the server's, ``"persisted_only"`` what the server has, without computed attributes. Other
        entities that it leads to are written as references. Operations of the protocol are written
        as `call` sends them. Raises `EncodingError` for another strategy.
        """
        return encode(self.work, value, entity_attribute_strategy)

    def decode(self, text: str | bytes) -> Any:
        """Return what JSON *text* stands for; dates are aware, in UTC.

        Entities in it hold what the text says and belong to no session: give them to `merge` to
        load the rest or to change them. Raises `EncodingError` for what is no JSON.
        """
        return decode(self.work, text)

    def merge(self, value: Any) -> Any:
        """Return this session's entity for one that was decoded or is another session's.

        What it has of the server, and what it leads to, is taken in, but for what was asked for
        here since; what was decoded is newest. Edits that are not committed stay where they are.
        Lists, mappings and collections are merged item by item; all else is returned as it is.
        """
        return merge(self.work, value)

    # --- files -----------------------------------------------------------------------------------

    def create_component(
        self,
        path: str,
        data: Mapping[str, Any] | None = None,
        location: str | Location | None = "auto",
    ) -> Any:
        """Create a component for a file or a frame sequence and publish it to a location.

        *path* is a file, or a sequence such as ``plate.%04d.exr [1001-1100]``. *location* is a
        location, its name, ``"auto"`` to pick one, or None to move no data. The component and its
        place are committed together, after the data has arrived. Raises `LocationError` and its
        kin; then nothing is left behind.
        """
        from ftrack_core.publish import create_component

        return create_component(self, path, data, location)

    def pick_location(self, component: Entity | None = None) -> Any | None:
        """Return the location to which *component* would be published, or None."""
        self._require_open()
        return self.locations.pick(component)

    # --- inside ----------------------------------------------------------------------------------

    def _in_state(self, wanted: State) -> list[Any]:
        return [one for one in self.work.changed_entities() if state(one) is wanted]

    def _commit(self, log: ChangeLog) -> None:
        hooks = self.plugins.hooks
        commit(
            self.work,
            log,
            self._connection.execute,
            before=partial(hooks.ftrack_before_commit, self),
            after=partial(hooks.ftrack_after_commit, self),
        )

    def _need_server(self) -> None:
        self.reach(Phase.READY)

    @cached_property
    def _server(self) -> KnownServer:
        return KnownServer(self.context, self._connection, self._renew_schemas)

    def _renew_schemas(self, wire: list[dict[str, Any]]) -> None:
        self._wire_schemas = wire
        if self.phase >= Phase.TYPES_READY:
            self._work.store.types.renew(wire)

    @cached_property
    def _life(self) -> Life:
        return Life(
            {
                Phase.PLUGINS_LOADED: lambda: self.load_plugins(),
                Phase.SERVER_KNOWN: lambda: self.know_server(),
                Phase.TYPES_READY: lambda: self.make_types(),
                Phase.LOCATIONS_SET: lambda: self.set_locations(),
                Phase.READY: lambda: self.make_ready(),
            }
        )

    @cached_property
    def _connection(self) -> Connection:
        settings = self._settings
        return Connection(
            settings.context,
            settings.credentials,
            self.plugins,
            lambda batch: self.plugins.hooks.ftrack_execute_batch(self, batch),
        )

    def renew(self, hook: str) -> None:
        """Let go of what the plugins made through *hook*, since one that implements it changed.

        Work that is going on ends on the old transport or cache; what comes next gets a new one.
        """
        if hook == "ftrack_create_transport":
            self._connection.renew()
        elif hook == "ftrack_create_cache":
            renew_cache(self._cache_made, self, self.plugins.hooks)

    @cached_property
    def _cache(self) -> Cache | None:
        return make_cache(self, self.plugins.hooks)

    @property
    def _cache_made(self) -> GuardedCache | None:
        return self.__dict__.get("_cache")

    def _require_open(self) -> None:
        if self.closed:
            raise SessionClosedError
