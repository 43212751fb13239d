"""What the objects of a running session carry: attributes that no class shows.

Run by the interpreter of any environment that holds an ``ftrack_api``, with a server's address in
the usual three variables. An object that cannot be made is described by the error instead::

    python live.py

The answer is one JSON object on standard output: object to its classes and attributes.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ftrack_api
import ftrack_api._centralized_storage_scenario as scenario
import ftrack_api.accessor.disk
import ftrack_api.accessor.server
import ftrack_api.attribute
import ftrack_api.cache
import ftrack_api.collection
import ftrack_api.data
import ftrack_api.entity.factory
import ftrack_api.event.base
import ftrack_api.event.expression
import ftrack_api.event.subscription
import ftrack_api.exception
import ftrack_api.logging
import ftrack_api.operation
import ftrack_api.resource_identifier_transformer.base
import ftrack_api.session
import ftrack_api.structure.entity_id
import ftrack_api.structure.id
import ftrack_api.structure.origin
import ftrack_api.structure.standard
import ftrack_api.symbol

if TYPE_CHECKING:
    from collections.abc import Callable

CHANGING = {"api_key", "default_message", "id", "path", "server_url", "traceback"}
"""Attributes whose value is another one in every run, or the package's own business."""

Makers = dict[str, "Callable[[], Any]"]


def session_and_hub(session: Any) -> Makers:
    hub = session.event_hub

    def subscriber() -> Any:
        return hub.get_subscriber_by_identifier(hub.subscribe("topic=surface", print))

    return {
        "Session": lambda: session,
        "EventHub": lambda: hub,
        "EventHub.server": lambda: hub.server,
        "Subscriber": subscriber,
        "Subscription": lambda: ftrack_api.event.subscription.Subscription("topic=surface"),
        "Event": lambda: ftrack_api.event.base.Event("surface"),
        "SessionAuthentication": lambda: ftrack_api.session.SessionAuthentication("key", "user"),
        "AutoPopulatingContext": lambda: session.auto_populating(False),
        "OperationRecordingContext": lambda: session.operation_recording(False),
        "OperationPayload": lambda: ftrack_api.session.OperationPayload({"action": "query"}),
    }


def expressions(_: Any) -> Makers:
    module = ftrack_api.event.expression
    return {
        "Parser": module.Parser,
        "Expression": module.Expression,
        "All": lambda: module.All([module.Expression()]),
        "Any": lambda: module.Any([module.Expression()]),
        "Not": lambda: module.Not(module.Expression()),
        "Condition": lambda: module.Parser().parse("topic=surface"),
    }


def entities(session: Any) -> Makers:
    names = ("Task", "Project", "User", "AssetVersion", "Note", "Job", "FileComponent", "Location")
    made: Makers = {
        f"new:{name}": partial(session.create, name, {"id": f"surface-{name}"}) for name in names
    }
    queried = ("Task", "Project", "User", "ProjectSchema", "AssetVersion", "Status")
    return made | {name: lambda name=name: session.query(name).first() for name in queried}


def queries_and_collections(session: Any) -> Makers:
    project = session.query("Project").first()
    collection = project["children"]
    return {
        "QueryResult": lambda: session.query("Task"),
        "QueryResult:fetched": lambda: fetched(session.query("Task limit 2")),
        "Collection": lambda: collection,
        "KeyValueMappedCollectionProxy": lambda: project["metadata"],
        "MappedCollectionProxy.collection": lambda: project["metadata"].collection,
        "Project.custom_attributes": lambda: project["custom_attributes"],
        "CustomAttributeCollectionProxy": lambda: (
            ftrack_api.collection.CustomAttributeCollectionProxy(collection)
        ),
    }


def fetched(result: Any) -> Any:
    list(result)
    return result


def attributes(session: Any) -> Makers:
    of_tasks = session.types["Task"].attributes
    return {
        "type:Task": lambda: session.types["Task"],
        "Attributes": lambda: of_tasks,
        "Attribute": lambda: ftrack_api.attribute.Attribute("name"),
        "ScalarAttribute": lambda: of_tasks.get("name"),
        "ReferenceAttribute": lambda: of_tasks.get("parent"),
        "CollectionAttribute": lambda: of_tasks.get("children"),
        "KeyValueMappedCollectionAttribute": lambda: of_tasks.get("metadata"),
        "Factory": ftrack_api.entity.factory.Factory,
        "StandardFactory": ftrack_api.entity.factory.StandardFactory,
    }


def locations(session: Any) -> Makers:
    names = ("ORIGIN", "UNMANAGED", "REVIEW", "SERVER")
    ids = {name.lower(): getattr(ftrack_api.symbol, f"{name}_LOCATION_ID") for name in names}
    built_in: Makers = {
        f"Location:ftrack.{name}": partial(session.get, "Location", one)
        for name, one in ids.items()
    }
    transformer = ftrack_api.resource_identifier_transformer.base.ResourceIdentifierTransformer
    return built_in | {
        "DiskAccessor": lambda: ftrack_api.accessor.disk.DiskAccessor("/tmp"),
        "_ServerAccessor": lambda: ftrack_api.accessor.server._ServerAccessor(session),
        "ServerFile": lambda: ftrack_api.accessor.server.ServerFile("id", session, "wb"),
        "EntityIdStructure": ftrack_api.structure.entity_id.EntityIdStructure,
        "IdStructure": ftrack_api.structure.id.IdStructure,
        "OriginStructure": ftrack_api.structure.origin.OriginStructure,
        "StandardStructure": ftrack_api.structure.standard.StandardStructure,
        "ResourceIdentifierTransformer": lambda: transformer(session),
    }


def data(_: Any) -> Makers:
    return {
        "String": lambda: ftrack_api.data.String("text"),
        "File": lambda: ftrack_api.data.File(__file__),
        "FileWrapper": lambda: ftrack_api.data.FileWrapper(Path(__file__).open("rb")),
    }


def caches(session: Any) -> Makers:
    cache = ftrack_api.cache
    folder = tempfile.mkdtemp()
    return {
        "MemoryCache": cache.MemoryCache,
        "LayeredCache": lambda: cache.LayeredCache([cache.MemoryCache()]),
        "ProxyCache": lambda: cache.ProxyCache(cache.MemoryCache()),
        "SerialisedCache": lambda: cache.SerialisedCache(cache.MemoryCache()),
        "FileCache": lambda: cache.FileCache(str(Path(folder) / "cache.dbm")),
        "StringKeyMaker": cache.StringKeyMaker,
        "ObjectKeyMaker": cache.ObjectKeyMaker,
        "Memoiser": cache.Memoiser,
    }


def operations(_: Any) -> Makers:
    operation = ftrack_api.operation
    task = ("Task", {"id": "1"})
    return {
        "Operations": operation.Operations,
        "CreateEntityOperation": lambda: operation.CreateEntityOperation(*task, {"name": "a"}),
        "UpdateEntityOperation": lambda: operation.UpdateEntityOperation(*task, "name", "a", "b"),
        "DeleteEntityOperation": lambda: operation.DeleteEntityOperation(*task),
    }


def rest(session: Any) -> Makers:
    def configuring() -> Any:
        wizard = scenario.ConfigureCentralizedStorageScenario()
        wizard.register(session)
        return wizard

    def activating() -> Any:
        activation = scenario.ActivateCentralizedStorageScenario()
        activation.register(session)
        return activation

    return {
        "Symbol": lambda: ftrack_api.symbol.NOT_SET,
        "LazyLogMessage": lambda: ftrack_api.logging.LazyLogMessage("{0}", 1),
        "Error": lambda: ftrack_api.exception.Error("{a}", {"a": 1}),
        "ActivateCentralizedStorageScenario": activating,
        "ConfigureCentralizedStorageScenario": configuring,
    }


GROUPS = (
    session_and_hub,
    expressions,
    queries_and_collections,
    attributes,
    locations,
    data,
    caches,
    operations,
    rest,
    entities,
)
"""The new entities come last: they are never sent."""


def live_objects(session: Any) -> dict[str, Any]:
    """Return every object described, by name; what cannot be made by its error."""
    described: dict[str, Any] = {}
    for group in GROUPS:
        try:
            makers = group(session)
        except Exception as error:  # noqa: BLE001 - the description says it
            described[f"group:{group.__name__}"] = failed(error)
            continue
        for name, make in makers.items():
            try:
                described[name] = described_object(make())
            except Exception as error:  # noqa: BLE001 - the description says it
                described[name] = failed(error)
    return described


def failed(error: Exception) -> dict[str, Any]:
    return {"error": f"{type(error).__name__}: {error}"}


def described_object(value: Any) -> dict[str, Any]:
    """Return the classes of an object and its attributes, but for those of the language."""
    names = [one for one in dir(value) if not one.startswith("__") and not _is_mangled(one)]
    return {
        "classes": classes(value),
        "attributes": {name: attribute(value, name) for name in names},
    }


def _is_mangled(name: str) -> bool:
    return name.startswith("_abc_") or name == "_MutableMapping__marker"


def attribute(value: Any, name: str) -> dict[str, Any]:
    """Return what an attribute is; its text only where that is the same in every run."""
    try:
        found = getattr(value, name)
    except Exception as error:  # noqa: BLE001 - the description says it
        return failed(error)
    described = {"classes": classes(found), "callable": callable(found)}
    if is_plain(found) and name not in CHANGING:
        described["text"] = repr(found)
    return described


def is_plain(value: Any) -> bool:
    """Whether it is written the same in every run: a scalar, or a list of texts."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(one, str) for one in value)
    return isinstance(value, bool | int | str | bytes)


def classes(value: Any) -> list[str]:
    return [f"{one.__module__}.{one.__qualname__}" for one in type(value).__mro__]


def main() -> None:
    session = ftrack_api.Session(plugin_paths=[])
    try:
        described = live_objects(session)
    finally:
        session.rollback()
        with suppress(Exception):
            session.close()
    json.dump(described, sys.stdout, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
