"""Names that no exception may excuse: existing scripts, plugins and products hold on to them.

Beside them stand the private names that are `COUNTED`, compared as public ones are, which an
exception with its reason may excuse. Each group has its source. A name is written in full
(``ftrack_api.module.Class.member``); what is only there on a living object stands under `LIVE`,
object to attributes, as `live` names them.
"""

from __future__ import annotations

__all__ = ["BEYOND", "COUNTED", "LIVE", "LIVE_NAMES", "MODULES", "NAMES", "is_must_have"]

MODULES = """
    ftrack_api
    ftrack_api._centralized_storage_scenario
    ftrack_api._python_ntpath
    ftrack_api._version
    ftrack_api.accessor
    ftrack_api.accessor.base
    ftrack_api.accessor.disk
    ftrack_api.accessor.server
    ftrack_api.attribute
    ftrack_api.cache
    ftrack_api.collection
    ftrack_api.data
    ftrack_api.entity
    ftrack_api.entity.asset_version
    ftrack_api.entity.base
    ftrack_api.entity.component
    ftrack_api.entity.factory
    ftrack_api.entity.job
    ftrack_api.entity.location
    ftrack_api.entity.note
    ftrack_api.entity.project_schema
    ftrack_api.entity.user
    ftrack_api.event
    ftrack_api.event.base
    ftrack_api.event.expression
    ftrack_api.event.hub
    ftrack_api.event.subscriber
    ftrack_api.event.subscription
    ftrack_api.exception
    ftrack_api.formatter
    ftrack_api.inspection
    ftrack_api.logging
    ftrack_api.operation
    ftrack_api.plugin
    ftrack_api.query
    ftrack_api.resource_identifier_transformer
    ftrack_api.resource_identifier_transformer.base
    ftrack_api.session
    ftrack_api.structure
    ftrack_api.structure.base
    ftrack_api.structure.entity_id
    ftrack_api.structure.id
    ftrack_api.structure.origin
    ftrack_api.structure.standard
    ftrack_api.symbol
"""
"""The map of modules."""

CONTENTS = """
    ftrack_api.Session
    ftrack_api.__version__
    ftrack_api.mixin
    ftrack_api._python_ntpath.isabs
    ftrack_api._version.__version__
    ftrack_api.attribute.AbstractCollectionAttribute
    ftrack_api.attribute.Attribute
    ftrack_api.attribute.Attributes
    ftrack_api.attribute.CollectionAttribute
    ftrack_api.attribute.CustomAttributeCollectionAttribute
    ftrack_api.attribute.KeyValueMappedCollectionAttribute
    ftrack_api.attribute.ReferenceAttribute
    ftrack_api.attribute.ScalarAttribute
    ftrack_api.attribute.merge_references
    ftrack_api.cache.Cache
    ftrack_api.cache.FileCache
    ftrack_api.cache.KeyMaker
    ftrack_api.cache.LayeredCache
    ftrack_api.cache.Memoiser
    ftrack_api.cache.MemoryCache
    ftrack_api.cache.ObjectKeyMaker
    ftrack_api.cache.ProxyCache
    ftrack_api.cache.SerialisedCache
    ftrack_api.cache.StringKeyMaker
    ftrack_api.cache.memoise
    ftrack_api.cache.memoise_decorator
    ftrack_api.cache.memoiser
    ftrack_api.collection.Collection
    ftrack_api.collection.CustomAttributeCollectionProxy
    ftrack_api.collection.KeyValueMappedCollectionProxy
    ftrack_api.collection.MappedCollectionProxy
    ftrack_api.data.Data
    ftrack_api.data.File
    ftrack_api.data.FileWrapper
    ftrack_api.data.String
    ftrack_api.inspection.identity
    ftrack_api.inspection.primary_key
    ftrack_api.inspection.state
    ftrack_api.inspection.states
    ftrack_api.operation.CreateEntityOperation
    ftrack_api.operation.DeleteEntityOperation
    ftrack_api.operation.Operation
    ftrack_api.operation.Operations
    ftrack_api.operation.UpdateEntityOperation
    ftrack_api.plugin.discover
    ftrack_api.plugin.load_source
    ftrack_api.query.QueryResult
    ftrack_api.session.AutoPopulatingContext
    ftrack_api.session.OperationPayload
    ftrack_api.session.OperationRecordingContext
    ftrack_api.session.Session
    ftrack_api.session.SessionAuthentication
    ftrack_api.symbol.*
"""
"""What the map of modules says is in them."""

SESSION = """
    ftrack_api.session.Session.__enter__
    ftrack_api.session.Session.__exit__
    ftrack_api.session.Session._build_entity_type_classes
    ftrack_api.session.Session._configure_locations
    ftrack_api.session.Session._create
    ftrack_api.session.Session._discover_plugins
    ftrack_api.session.Session._get
    ftrack_api.session.Session._get_locations
    ftrack_api.session.Session._load_schemas
    ftrack_api.session.Session._local_cache
    ftrack_api.session.Session._merge
    ftrack_api.session.Session._query
    ftrack_api.session.Session._read_schemas_from_cache
    ftrack_api.session.Session._request
    ftrack_api.session.Session._write_schemas_to_cache
    ftrack_api.session.Session.api_key
    ftrack_api.session.Session.api_user
    ftrack_api.session.Session.auto_populate
    ftrack_api.session.Session.closed
    ftrack_api.session.Session.created
    ftrack_api.session.Session.deleted
    ftrack_api.session.Session.event_hub
    ftrack_api.session.Session.modified
    ftrack_api.session.Session.record_operations
    ftrack_api.session.Session.server_information
    ftrack_api.session.Session.server_url
"""
"""The session's properties, public attributes, and the private ones that others use."""

CONSTRUCTING = """
    ftrack_api.session.Session._fetch_server_information
    ftrack_api.session.Session.check_server_compatibility
    ftrack_api._centralized_storage_scenario.register
"""
"""Steps of a start that products with a constructor of their own take one by one."""

IN_THE_WILD = """
    ftrack_api._centralized_storage_scenario.register
    ftrack_api._centralized_storage_scenario.register_configuration
    ftrack_api.cache.FileCache
    ftrack_api.cache.LayeredCache
    ftrack_api.cache.MemoryCache
    ftrack_api.cache.StringKeyMaker
    ftrack_api.entity.asset_version.AssetVersion
    ftrack_api.entity.base.Entity
    ftrack_api.entity.component.Component
    ftrack_api.entity.job.Job
    ftrack_api.entity.location.Location
    ftrack_api.entity.note.Note
    ftrack_api.entity.project_schema.ProjectSchema
    ftrack_api.entity.user.User
    ftrack_api.event.base.Event
    ftrack_api.event.hub.EventHub
    ftrack_api.exception.*
    ftrack_api.operation.CreateEntityOperation
    ftrack_api.operation.DeleteEntityOperation
    ftrack_api.operation.Operations
    ftrack_api.operation.Operations.push
    ftrack_api.operation.UpdateEntityOperation
    ftrack_api.plugin.discover
    ftrack_api.session.Session
    ftrack_api.session.Session._configure_locations
    ftrack_api.session.Session._local_cache
    ftrack_api.session.Session.call
    ftrack_api.session.Session.entity_reference
    ftrack_api.session.SessionAuthentication
    ftrack_api.symbol.NOT_SET
"""
"""Imported or touched by products that are in use."""

DOCUMENTED = """
    ftrack_api.accessor.base.Accessor
    ftrack_api.accessor.disk.DiskAccessor
    ftrack_api.accessor.server.ServerFile
    ftrack_api.cache.Cache.get
    ftrack_api.cache.Cache.remove
    ftrack_api.cache.Cache.set
    ftrack_api.cache.Cache.values
    ftrack_api.cache.LayeredCache.remove
    ftrack_api.entity.asset_version.AssetVersion.create_component
    ftrack_api.entity.asset_version.AssetVersion.encode_media
    ftrack_api.entity.base.Entity.__hash__
    ftrack_api.entity.base.Entity.items
    ftrack_api.entity.base.Entity.keys
    ftrack_api.entity.base.Entity.merge
    ftrack_api.entity.base.Entity.values
    ftrack_api.entity.component.Component.get_availability
    ftrack_api.entity.component.CreateThumbnailMixin.create_thumbnail
    ftrack_api.entity.factory.Factory
    ftrack_api.entity.factory.StandardFactory
    ftrack_api.entity.factory.StandardFactory.create
    ftrack_api.entity.location.Location.add_component
    ftrack_api.entity.location.Location.add_components
    ftrack_api.entity.location.Location.get_component_availability
    ftrack_api.entity.location.Location.get_filesystem_path
    ftrack_api.entity.location.Location.get_url
    ftrack_api.entity.location.Location.remove_component
    ftrack_api.entity.location.ServerLocationMixin.get_thumbnail_url
    ftrack_api.entity.location.UnmanagedLocationMixin
    ftrack_api.entity.note.CreateNoteMixin.create_note
    ftrack_api.entity.note.Note.create_reply
    ftrack_api.entity.project_schema.ProjectSchema.get_statuses
    ftrack_api.entity.project_schema.ProjectSchema.get_types
    ftrack_api.entity.user.User.reset_api_key
    ftrack_api.entity.user.User.start_timer
    ftrack_api.entity.user.User.stop_timer
    ftrack_api.event.base.Event.stop
    ftrack_api.event.hub.EventHub.connect
    ftrack_api.event.hub.EventHub.publish
    ftrack_api.event.hub.EventHub.subscribe
    ftrack_api.event.hub.EventHub.wait
    ftrack_api.formatter.FILTER
    ftrack_api.formatter.format
    ftrack_api.logging.LazyLogMessage
    ftrack_api.query.QueryResult.all
    ftrack_api.query.QueryResult.first
    ftrack_api.query.QueryResult.one
    ftrack_api.resource_identifier_transformer.base.ResourceIdentifierTransformer
    ftrack_api.session.Session.auto_populating
    ftrack_api.session.Session.close
    ftrack_api.session.Session.commit
    ftrack_api.session.Session.create
    ftrack_api.session.Session.create_component
    ftrack_api.session.Session.decode
    ftrack_api.session.Session.delete
    ftrack_api.session.Session.encode
    ftrack_api.session.Session.encode_media
    ftrack_api.session.Session.ensure
    ftrack_api.session.Session.get
    ftrack_api.session.Session.get_component_availability
    ftrack_api.session.Session.get_widget_url
    ftrack_api.session.Session.merge
    ftrack_api.session.Session.operation_recording
    ftrack_api.session.Session.pick_location
    ftrack_api.session.Session.populate
    ftrack_api.session.Session.query
    ftrack_api.session.Session.reset
    ftrack_api.session.Session.reset_remote
    ftrack_api.session.Session.rollback
    ftrack_api.session.Session.send_review_session_invite
    ftrack_api.session.Session.send_review_session_invites
    ftrack_api.session.Session.send_user_invite
    ftrack_api.session.Session.send_user_invites
    ftrack_api.structure.base.Structure
    ftrack_api.structure.entity_id.EntityIdStructure
    ftrack_api.structure.id.IdStructure
    ftrack_api.structure.origin.OriginStructure
    ftrack_api.structure.standard.StandardStructure
    ftrack_api.symbol.Symbol
"""
"""Taught by the official documentation."""

BEYOND = (
    "ftrack_api.session.Session._call",
    "ftrack_api.session.Session._entity_reference",
)
"""Gone from the official package, but scripts that call them are still about."""

LIVE = {
    "Session": (
        "_local_cache",
        "_request",
        "_server_information",
        "cache",
        "cache_key_maker",
        "logger",
        "recorded_operations",
        "request_timeout",
        "schemas",
        "types",
    ),
    "EventHub": ("connected", "id", "logger", "secure", "server"),
    "Task": ("entity_type", "logger", "session"),
    "Collection": ("attribute", "entity", "mutable"),
    "KeyValueMappedCollectionProxy": ("attribute", "collection", "mutable"),
    "Attribute": ("default_value",),
    "Error": ("details", "message", "traceback"),
    "IdStructure": ("path_separator", "prefix"),
    "Location:ftrack.server": (
        "accessor",
        "priority",
        "resource_identifier_transformer",
        "structure",
    ),
    "Subscriber": ("callback", "metadata", "priority", "subscription"),
    "Symbol": ("name", "value"),
}
"""Attributes that only a living object has, named where the session and its parts are described."""

EXTENDED = """
    ftrack_api.accessor.server._ServerAccessor
    ftrack_api.cache.KeyMaker._key
    ftrack_api.cache.ObjectKeyMaker._key
    ftrack_api.cache.StringKeyMaker._key
    ftrack_api.entity.base._EntityBase
    ftrack_api.entity.location.Location._add_data
    ftrack_api.entity.location.Location._deregister_component_in_location
    ftrack_api.entity.location.Location._get_context
    ftrack_api.entity.location.Location._get_resource_identifiers
    ftrack_api.entity.location.Location._register_component_in_location
    ftrack_api.entity.location.Location._register_components_in_location
    ftrack_api.entity.location.Location._remove_data
    ftrack_api.structure.base.Structure._get_sequence_expression
    Task._ftrack_attribute_storage
    Task._inflated
"""
"""Private places where plugins put their own work, and what helpers of products look into."""

COUNTED = frozenset(EXTENDED.split())

LIVE_NAMES = frozenset(f"{thing}.{one}" for thing, names in LIVE.items() for one in names)

NAMES = frozenset(
    name
    for group in (
        MODULES,
        CONTENTS,
        SESSION,
        CONSTRUCTING,
        IN_THE_WILD,
        DOCUMENTED,
    )
    for name in group.split()
)


def is_must_have(name: str) -> bool:
    """Whether *name* must be there: itself, with all that a ``*`` names, or to hold such a name."""
    if f"{name.rpartition('.')[0]}.*" in NAMES:
        return True
    if name in LIVE_NAMES or name in LIVE:
        return True
    return any(one == name or one.startswith(f"{name}.") for one in NAMES)
