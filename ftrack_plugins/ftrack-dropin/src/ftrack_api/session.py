"""The session: the object through which scripts reach a server."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Mapping, Sequence
from threading import Thread, get_ident
from typing import TYPE_CHECKING, Any

import requests
import requests.auth
from ftrack_core.entity.rows import key_of_parts, key_parts
from ftrack_core.errors import EventError, did_you_mean
from ftrack_core.session import Phase
from ftrack_core.session.known_server import supported
from ftrack_core.wire import loads
from ftrack_core.work.decoding import decoded

import ftrack_api

from . import _centralized_storage_scenario, _schema_files, exception
from ._caches import LivingEntities
from ._classes import EntityClasses
from ._components import Components, set_up_locations
from ._flags import AutoPopulatingContext, OperationPayload, OperationRecordingContext
from ._kernel import KernelSession
from ._moments import shown
from ._opening import cache_folder, checked_mapping, connection_of, identify
from ._opening import plugin_paths as folders_of_plugins
from ._replacing import replaces
from ._requests import Requests
from ._rows import row_of
from ._translation import known_errors
from .cache import KeyMaker, LayeredCache, MemoryCache, StringKeyMaker
from .event.base import Event
from .event.hub import EventHub
from .operation import Operations
from .query import QueryResult

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ftrack_core.ports import Subscription
    from ftrack_core.session.explain import Explanation
    from ftrack_core.work import Transaction

    from .entity.base import Entity

__all__ = [
    "AutoPopulatingContext",
    "OperationPayload",
    "OperationRecordingContext",
    "Session",
    "SessionAuthentication",
]


class SessionAuthentication(requests.auth.AuthBase):
    """Signs requests with a user and a key."""

    def __init__(self, api_key: str, api_user: str) -> None:
        self.api_key = api_key
        self.api_user = api_user

    def __call__(self, request: Any) -> Any:
        """Add the headers by which a server knows who asks."""
        request.headers.update({"ftrack-api-key": self.api_key, "ftrack-user": self.api_user})
        return request


class Session(Requests, Components):
    """A connection to an ftrack server.

    The arguments are those of the older client. The connection is made here: what is wrong with
    the server, the user or the key is raised by the constructor. `kernel` is the session of
    ``ftrack_core`` behind this one, for everything that is new.
    """

    def __init__(
        self,
        server_url: str | None = None,
        api_key: str | None = None,
        api_user: str | None = None,
        auto_populate: bool = True,
        plugin_paths: Iterable[str] | None = None,
        cache: Any = None,
        cache_key_maker: KeyMaker | None = None,
        auto_connect_event_hub: bool = False,
        schema_cache_path: Any = None,
        plugin_arguments: Mapping[str, Any] | None = None,
        timeout: float = 60,
        cookies: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        strict_api: bool = False,
    ) -> None:
        super().__init__()
        if not isinstance(strict_api, bool):
            raise TypeError(f"strict_api is True or False, not {strict_api!r}")
        self.logger = logging.getLogger(f"{__name__}.{type(self).__name__}")
        self._closed = False
        identity = identify(server_url, api_key, api_user)
        self._server_url, self._api_key, self._api_user = identity
        self.recorded_operations = Operations()
        self.cache_key_maker = cache_key_maker or StringKeyMaker()
        self.cache = LayeredCache([MemoryCache(storage=LivingEntities(self))])
        self._add_cache(cache)
        self._request = requests.Session()
        self._request.cookies.update(checked_mapping("cookies", cookies))
        self._request.headers.update(checked_mapping("headers", headers))
        self._request.headers["ftrack-strict-api"] = "true" if strict_api else "false"
        self._request.auth = SessionAuthentication(self._api_key, self._api_user)
        self.request_timeout = timeout
        self._auto_populate_default = auto_populate
        self._schema_cache_path = schema_cache_path
        self._plugin_arguments = plugin_arguments
        self._plugin_paths = folders_of_plugins(plugin_paths)
        self._open(auto_connect_event_hub)

    def _open(self, auto_connect_event_hub: bool) -> None:
        """Connect, in the steps on whose order plugins rely."""
        self._server_information = self._fetch_server_information()
        self.check_server_compatibility()
        self._event_hub = EventHub(
            self._server_url,
            self._api_user,
            self._api_key,
            headers=dict(self.kernel.context.settings.headers),
            cookies=dict(self.kernel.context.settings.cookies),
        )
        self._auto_connect_event_hub_thread: Thread | None = None
        if auto_connect_event_hub:
            self.event_hub.init_connection()
            connecting = Thread(target=self._connect_hub, daemon=True)
            connecting.start()
            self._auto_connect_event_hub_thread = connecting
        self._discover_plugins(plugin_arguments=self._plugin_arguments)
        self.schemas = self._load_schemas(self._schema_cache_path)
        self.types = self._build_entity_type_classes(self.schemas)
        _centralized_storage_scenario.register(self)
        self._configure_locations()
        self._tell("ftrack.api.session.ready", session=self)

    def _connect_hub(self) -> None:
        try:
            self.event_hub.connect()
        except exception.EventHubError:
            self.logger.exception("the event hub could not be connected; connect() tries again")

    def _add_cache(self, cache: Any) -> None:
        if callable(cache):
            cache = cache(self)
        if cache is not None:
            self.cache.caches.append(cache)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, exception_type: Any, exception_value: Any, traceback: Any) -> None:
        self.close()

    # --- the kernel ------------------------------------------------------------------------------

    @property
    def kernel(self) -> KernelSession:
        """The session of ``ftrack_core`` behind this one, made of what its attributes hold."""
        made: KernelSession | None = self.__dict__.get("_kernel")
        if made is None:
            made = self._kernel = self._make_kernel()
        return made

    def _make_kernel(self) -> KernelSession:
        """Return the kernel's session; a subclass may have set the attributes by itself."""
        self.__dict__.setdefault("_operations", Operations())
        top = self.cache.caches[0]
        if isinstance(top, MemoryCache) and not isinstance(top.storage, LivingEntities):
            top.storage = LivingEntities(self)
        with known_errors():
            return KernelSession(
                self,
                server_url=self._server_url,
                api_key=self._api_key,
                api_user=self._api_user,
                connection=connection_of(self),
                cache_folder=cache_folder(getattr(self, "_schema_cache_path", None)),
                plugin_arguments=getattr(self, "_plugin_arguments", None),
                auto_populate=self._first_auto_populate(),
            )

    def _first_auto_populate(self) -> bool:
        """Return what was said before there was anything to populate."""
        by_thread = self.__dict__.get("_auto_populate")
        if isinstance(by_thread, Mapping):  # as a subclass sets it that does not call __init__
            return bool(by_thread[get_ident()])
        return bool(self.__dict__.get("_auto_populate_default", True))

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Record the changes of a ``with`` block apart and commit them at its end, or none."""
        return self.kernel.transaction()

    def explain(self) -> AbstractContextManager[Explanation]:
        """Collect, for the length of a ``with`` block, which lines caused which requests."""
        return self.kernel.explain()

    # --- the steps of opening --------------------------------------------------------------------

    def _fetch_server_information(self) -> dict[str, Any]:
        """Ask the server what it is, and whether it knows the user."""
        with known_errors():
            return self.kernel.verify()

    def check_server_compatibility(self) -> None:
        """Raise `ServerCompatibilityError` where the server is too old for this client."""
        with known_errors():
            supported(self._server_information)

    def _discover_plugins(self, plugin_arguments: Mapping[str, Any] | None = None) -> None:
        ftrack_api.plugin.discover(
            getattr(self, "_plugin_paths", ()) or (), [self], plugin_arguments
        )

    def _load_schemas(self, schema_cache_path: Any = None) -> list[dict[str, Any]]:
        """Return the schemas, which the kernel keeps between sessions."""
        del schema_cache_path
        with known_errors():
            return self.kernel.wire_schemas

    def _read_schemas_from_cache(self, schema_cache_path: str) -> tuple[list[Any], str | None]:
        return _schema_files.read(schema_cache_path, self.logger)

    def _write_schemas_to_cache(self, schemas: Any, schema_cache_path: str) -> None:
        _schema_files.write(schemas, schema_cache_path)

    def _build_entity_type_classes(self, schemas: Any) -> dict[str, Any]:
        """Return the entity classes by name; each is made when it is first looked at."""
        del schemas
        with known_errors():
            classes = EntityClasses(self.kernel.entity_classes)
            if _has_class_makers(self.kernel.events.subscriptions):
                _make_each(classes)
            return classes

    def _configure_locations(self) -> None:
        """Set the built-in locations up, then let handlers set up theirs."""
        with known_errors():
            scenario = self.server_information.get("storage_scenario")
            if scenario and scenario.get("scenario"):
                self._tell("ftrack.storage-scenario.activate", storage_scenario=scenario)
            if self.kernel.phase < Phase.LOCATIONS_SET:
                self.kernel.reach(Phase.READY)  # sets up and tells the same handlers
            else:
                set_up_locations(self)
                self._tell("ftrack.api.session.configure-location", session=self)

    def _tell(self, topic: str, **data: Any) -> list[Any]:
        found: list[Any] = self.event_hub.publish(Event(topic, data=data), synchronous=True)
        return found

    # --- what it is made of ----------------------------------------------------------------------

    @property
    def server_url(self) -> str:
        """The URL of the server, without a slash at its end."""
        url: str = self._server_url
        return url

    @property
    def api_user(self) -> str:
        """The login name of who is connected."""
        user: str = self._api_user
        return user

    @property
    def api_key(self) -> str:
        """The key of who is connected."""
        key: str = self._api_key
        return key

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        closed: bool = self._closed
        return closed

    @property
    def server_information(self) -> dict[str, Any]:
        """What the server says of itself, as a copy."""
        return dict(self._server_information)

    @property
    def event_hub(self) -> EventHub:
        """The hub through which events are published and subscribed to."""
        hub: EventHub = self._event_hub
        hub.bind(self.kernel.events)
        return hub

    @property
    def _local_cache(self) -> Any:
        return self.cache.caches[0]

    @_local_cache.setter
    def _local_cache(self, cache: Any) -> None:
        self.__dict__["_given_local_cache"] = cache  # subclasses put it into `cache` themselves

    @property
    def _request(self) -> requests.Session:
        managed: requests.Session | None = self.__dict__.get("_managed_request")
        if managed is None:
            raise exception.ConnectionClosedError
        return managed

    @_request.setter
    def _request(self, value: requests.Session | None) -> None:
        self._managed_request = value

    @property
    def recorded_operations(self) -> Operations:
        """What will be committed; another one may be put in its place."""
        operations: Operations = self.__dict__.setdefault("_operations", Operations())
        return operations

    @recorded_operations.setter
    def recorded_operations(self, operations: Operations) -> None:
        self.__dict__["_operations"] = operations
        if "_kernel" in self.__dict__ and self.kernel.phase >= Phase.TYPES_READY:
            self.kernel.work.main_log = operations.log

    @property
    def auto_populate(self) -> bool:
        """Whether reading what is not here loads it, in the calling thread."""
        if "_kernel" not in self.__dict__ or self.kernel.phase < Phase.TYPES_READY:
            return self._first_auto_populate()
        return self.kernel.work.populates

    @auto_populate.setter
    def auto_populate(self, value: bool) -> None:
        if "_kernel" not in self.__dict__ or self.kernel.phase < Phase.TYPES_READY:
            self.__dict__["_auto_populate_default"] = value
        else:
            self.kernel.work.populates = value

    def auto_populating(self, auto_populate: bool) -> AutoPopulatingContext:
        """Say for a ``with`` block, in this thread, whether reading what is not here loads it."""
        return AutoPopulatingContext(self, auto_populate)

    @property
    def record_operations(self) -> bool:
        """Whether changes are recorded to be committed, in the calling thread."""
        return self.kernel.work.records

    @record_operations.setter
    def record_operations(self, value: bool) -> None:
        if "_kernel" in self.__dict__:
            self.kernel.work.records = value

    def operation_recording(self, record_operations: bool) -> OperationRecordingContext:
        """Say for a ``with`` block, in this thread, whether changes are recorded."""
        return OperationRecordingContext(self, record_operations)

    # --- reading ---------------------------------------------------------------------------------

    def query(self, expression: str, page_size: int = 500, **values: Any) -> QueryResult:
        """Return what *expression* finds; nothing is sent until somebody looks.

        ``:name`` in it stands for the value given as *name*. Raises KeyError for an entity type
        that does not exist.
        """
        if values:
            from ftrack_core.query import bind

            expression = bind(expression, values)
        return QueryResult(self, expression, page_size)

    def _query(self, expression: str) -> tuple[list[Any], dict[str, Any]]:
        """Return one page and what the server says beside it."""
        with known_errors():
            page, following = self.kernel.work.store.ask_page(expression)
            entities = self.kernel.work.store.entities_of(page)
        return list(entities), {"next": {"offset": following}}

    def get(self, entity_type: str, entity_key: Any) -> Any | None:
        """Return the entity of this type and key, or None.

        *entity_key* is a text, or the parts of the key in the order of the schema. Raises KeyError
        for a type that does not exist, ValueError for a key of another number of parts.
        """
        with known_errors():
            return self.kernel.get(entity_type, entity_key)

    def _get(self, entity_type: str, entity_key: Sequence[Any]) -> Any:
        """Return an entity that is known here. Raises KeyError where none is."""
        key = key_of_parts(entity_key)
        found = self.kernel.work.store.identity.get(entity_type, key)
        if found is None:
            raise KeyError((entity_type, key_parts(key)))
        return found

    def populate(self, entities: Any, projections: str) -> None:
        """Load attributes, given as a text such as ``"name, status.name"``, for *entities*."""
        with known_errors():
            self.kernel.populate(entities, projections)

    # --- changing --------------------------------------------------------------------------------

    def create(
        self,
        entity_type: str,
        data: Mapping[str, Any] | None = None,
        reconstructing: bool = False,
    ) -> Any:
        """Create an entity; the server hears of it with the next `commit`.

        With *reconstructing* it is taken for one that the server has. What is no attribute of the
        type is left out, with a warning in the log.
        """
        entity = self._create(entity_type, data or {}, reconstructing)
        if not reconstructing:
            return entity
        known = self.merge(entity)
        self.kernel.work.keep(known)
        return known

    def _create(self, entity_type: str, data: Mapping[str, Any], reconstructing: bool) -> Any:
        with known_errors():
            known = self._known_values(entity_type, data)
            if reconstructing:
                return decoded(self.kernel.work, row_of(self.kernel, entity_type, known))
            return self.kernel.create(entity_type, known)

    def _known_values(self, entity_type: str, data: Mapping[str, Any]) -> dict[str, Any]:
        attributes = self.kernel.schemas[entity_type].attributes
        for name in data:
            if name not in attributes and name != "__entity_type__":
                hint = did_you_mean(name, attributes)
                self.logger.warning("%s has no attribute %r.%s", entity_type, name, hint)
        return {name: value for name, value in data.items() if name in attributes}

    def ensure(
        self,
        entity_type: str,
        data: Mapping[str, Any],
        identifying_keys: Iterable[str] | None = None,
    ) -> Any:
        """Return the entity that has these values, created or brought up to date and committed.

        *identifying_keys* name the values it is found by, all of them by default. Raises ValueError
        where there are none, KeyError where one is not in *data*, `MultipleResultsFoundError`.
        """
        keys = list(data if identifying_keys is None else identifying_keys)
        if not keys:
            raise ValueError("ensure needs values by which the entity is found")
        missing = [key for key in keys if key not in data]
        if missing:
            raise KeyError(f"data has no value for {', '.join(missing)}")
        with known_errors():
            return self.kernel.ensure(entity_type, data, keys)

    def delete(self, entity: Entity) -> None:
        """Delete an entity with the next `commit`."""
        with known_errors():
            self.kernel.delete(entity)

    @property
    def created(self) -> list[Any]:
        """The entities that were created here and are not committed."""
        return self.kernel.created

    @property
    def modified(self) -> list[Any]:
        """The entities that were changed here and are not committed."""
        return self.kernel.modified

    @property
    def deleted(self) -> list[Any]:
        """The entities that were deleted here and are not committed."""
        return self.kernel.deleted

    def commit(self) -> None:
        """Send everything that was changed, all or nothing.

        Raises `ServerError` where the server refuses; then everything is pending as before.
        """
        with known_errors():
            self.kernel.commit_now()

    @property
    def has_own_commit(self) -> bool:
        """Whether a subclass or a script has put a `commit` of its own in the place of this one."""
        return replaces(self, Session, "commit")

    def rollback(self) -> None:
        """Take back everything that was changed and not committed; nothing is after `close`."""
        if self._closed:
            return
        with known_errors():
            self.kernel.rollback()

    def reset(self) -> None:
        """Forget everything that is known and pending, and set the locations up again."""
        if self._closed:
            return
        pending = len(self.recorded_operations)
        if pending:
            self.logger.warning("%d change(s) that were not committed are taken back", pending)
        with known_errors():
            self.kernel.work.reset()
        self._configure_locations()
        self._tell("ftrack.api.session.reset", session=self)

    def close(self) -> None:
        """Close everything that the session opened; closing again is fine."""
        if self._closed:
            return
        self._closed = True
        hub: EventHub | None = self.__dict__.get("_event_hub")
        if hub is not None and hub.connected:
            hub.disconnect()
        if "_kernel" in self.__dict__:
            self.kernel.close()
        managed, self._managed_request = self.__dict__.get("_managed_request"), None
        if managed is not None:
            managed.close()

    # --- to text and back ------------------------------------------------------------------------

    def merge(self, value: Any, merged: Any = None) -> Any:
        """Return this session's entities for those that were decoded or are another session's."""
        del merged
        with known_errors():
            return self.kernel.merge(value)

    def _merge(self, value: Any, merged: Any = None) -> Any:
        return self.merge(value, merged)

    def _merge_entity(self, entity: Any, merged: Any = None) -> Any:
        return self.merge(entity, merged)

    def _merge_recursive(self, entity: Any, merged: Any = None) -> Any:
        return self.merge(entity, merged)

    def encode(self, data: Any, entity_attribute_strategy: str = "set_only") -> str:
        """Return *data*, entities and dates in it included, as JSON text with sorted keys.

        The strategy is ``all``, ``set_only``, ``modified_only`` or ``persisted_only``. Raises
        ValueError for another one.
        """
        with known_errors():
            return self.kernel.encode(data, entity_attribute_strategy)

    def decode(self, string: str | bytes) -> Any:
        """Return what JSON text stands for; dates are Arrow objects, entities belong to nobody."""
        with known_errors():
            return shown(self.kernel.work, loads(string))

    def entity_reference(self, entity: Entity) -> dict[str, str]:
        """Return how the protocol names *entity* inside another one's data."""
        return entity.__ftrack_reference__()

    # --- names of earlier versions ---------------------------------------------------------------

    def _entity_reference(self, entity: Entity) -> dict[str, str]:
        warnings.warn("use entity_reference", PendingDeprecationWarning, stacklevel=2)
        return self.entity_reference(entity)

    def _call(self, data: Any) -> list[Any]:
        warnings.warn("use call", PendingDeprecationWarning, stacklevel=2)
        return self.call(data)


def _has_class_makers(subscriptions: Iterable[Subscription]) -> bool:
    """Whether a plugin may have classes of its own to give."""
    return any("construct-entity-type" in one.expression for one in subscriptions)


def _make_each(classes: EntityClasses) -> None:
    """Make all entity classes now. Raises ValueError where plugins give what cannot be one."""
    try:
        classes.make_all()
    except EventError as error:
        raise ValueError(str(error)) from error
