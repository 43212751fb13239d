"""Every hook as a typed method: the one place from which hooks are called.

A method has the name and the arguments of its hook.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftrack_core.entity.factory import try_class
from ftrack_core.errors import PluginError
from ftrack_core.hookspecs import (
    accessors,
    cache,
    entities,
    events,
    life,
    provided_names,
    reload,
    structure,
    transport,
)
from ftrack_core.ports import Command, Finding, LocationBinding, Subscription

from .calls import Caller
from .combine import merge_commands, merge_headers, merge_locations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ftrack_core.entity import Entity
    from ftrack_core.locations import Location
    from ftrack_core.ports import (
        Accessor,
        AccessorSpec,
        AttributeCodec,
        Batch,
        Cache,
        CachePolicy,
        Context,
        Credentials,
        Event,
        EventHub,
        IdentifierTransformer,
        PluginChange,
        RetryPolicy,
        Structure,
        Transport,
    )
    from ftrack_core.schema import EntitySchema
    from ftrack_core.session import Session
    from ftrack_core.transfer import TransferPlan

    from .generation import Generation

__all__ = ["Hooks"]


class Hooks:
    """The hooks of one generation.

    Take it once for an operation and use it to the end: a reload then never falls between two of
    its calls. A plugin that raises is named in a `PluginError`; errors of this library pass as they
    are.
    """

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self._caller = Caller(generation)

    def providers(self, hook_name: str) -> tuple[str, ...]:
        """Return the schemes or names that implementations of *hook_name* state, sorted."""
        implementations = getattr(self.generation.manager.hook, hook_name).get_hookimpls()
        names = {name for one in implementations for name in provided_names(one.function)}
        return tuple(sorted(names))

    def implements(self, hook_name: str) -> bool:
        """Return whether any plugin, or the kernel, implements *hook_name*."""
        return bool(getattr(self.generation.manager.hook, hook_name).get_hookimpls())

    # --- session -------------------------------------------------------------------------------

    def ftrack_session_started(self, session: Session) -> list[PluginError]:
        """Tell every plugin that the session is ready; return what they raised."""
        return self._caller.tell(life.ftrack_session_started, session=session)

    def ftrack_session_closing(self, session: Session) -> list[PluginError]:
        """Tell every plugin that the session closes; return what they raised."""
        return self._caller.tell(life.ftrack_session_closing, session=session)

    # --- transport -----------------------------------------------------------------------------

    def ftrack_credentials(self, context: Context) -> Credentials | None:
        """Return who connects, where a plugin says it."""
        return self._caller.ask(transport.ftrack_credentials, context=context)

    def ftrack_create_transport(
        self, context: Context, credentials: Credentials
    ) -> Transport | None:
        """Return a new transport, or None where no plugin knows the scheme."""
        return self._caller.ask(
            transport.ftrack_create_transport, context=context, credentials=credentials
        )

    def ftrack_request_headers(self, context: Context) -> dict[str, str]:
        """Return the headers that all plugins add.

        Raises:
            PluginConflictError: two give one header different values.
        """
        return merge_headers(self._caller.each(transport.ftrack_request_headers, context=context))

    def ftrack_retry_policy(self, context: Context) -> RetryPolicy | None:
        """Return how reads are tried again, where a plugin says it."""
        return self._caller.ask(transport.ftrack_retry_policy, context=context)

    def ftrack_execute_batch(self, session: Session, batch: Batch) -> list[Any]:
        """Carry *batch* to the server and return its answers, in order."""
        return self._caller.ask(transport.ftrack_execute_batch, session=session, batch=batch)

    # --- cache ---------------------------------------------------------------------------------

    def ftrack_create_cache(self, context: Context, spec: Any) -> Cache | None:
        """Return a new cache for *spec*, or None."""
        return self._caller.ask(cache.ftrack_create_cache, context=context, spec=spec)

    def ftrack_cache_policy(self, context: Context, entity_type: str) -> CachePolicy | None:
        """Return how rows of *entity_type* are kept, where a plugin says it."""
        return self._caller.ask(cache.ftrack_cache_policy, context=context, entity_type=entity_type)

    # --- entities ------------------------------------------------------------------------------

    def ftrack_entity_mixins(self, entity_type: str, schema: EntitySchema) -> list[type]:
        """Return the classes to mix in, in method resolution order."""
        found = self._caller.items(
            entities.ftrack_entity_mixins, type, entity_type=entity_type, schema=schema
        )
        return [mixin for _, mixin in found]

    def misfit(self, entity_type: str, schema: EntitySchema, error: TypeError) -> PluginError:
        """Return *error*, which making the class of a type raised, as that of the plugin to blame.

        Where each class by itself would do it is nobody's alone, and all are named.
        """
        found = self._caller.items(
            entities.ftrack_entity_mixins, type, entity_type=entity_type, schema=schema
        )
        for record, mixin in found:
            try:
                try_class(schema, [mixin])
            except TypeError as reason:
                text = f"{mixin.__name__} cannot be mixed into {entity_type}: {reason}"
                return record.error(text, hook="ftrack_entity_mixins")
        names = ", ".join(f"{mixin.__name__} of {record.name}" for record, mixin in found)
        return PluginError(
            f"the base classes of {entity_type} do not go together ({names or 'no mixins'}): "
            f"{error}",
            hook="ftrack_entity_mixins",
        )

    def ftrack_entity_base(self, entity_type: str, schema: EntitySchema) -> type[Entity] | None:
        """Return the class that stands in the place of `Entity`, where a plugin has one."""
        return self._caller.ask(entities.ftrack_entity_base, entity_type=entity_type, schema=schema)

    def ftrack_attribute_codec(self, entity_type: str, attribute: str) -> AttributeCodec | None:
        """Return the codec of one attribute, where a plugin has one; its errors name the plugin."""
        return self._caller.ask(
            entities.ftrack_attribute_codec, entity_type=entity_type, attribute=attribute
        )

    def ftrack_default_projections(
        self, entity_type: str, schema: EntitySchema
    ) -> Sequence[str] | None:
        """Return what a query of *entity_type* without ``select`` asks for, or None."""
        return self._caller.ask(
            entities.ftrack_default_projections, entity_type=entity_type, schema=schema
        )

    def ftrack_before_commit(self, session: Session, operations: Batch) -> None:
        """Show *operations* to every plugin; the first that raises refuses the commit."""
        self._caller.each(entities.ftrack_before_commit, session=session, operations=operations)

    def ftrack_after_commit(
        self, session: Session, operations: Batch, results: Sequence[Any]
    ) -> list[PluginError]:
        """Tell every plugin of a commit; return what they raised."""
        return self._caller.tell(
            entities.ftrack_after_commit, session=session, operations=operations, results=results
        )

    # --- structure -----------------------------------------------------------------------------

    def ftrack_create_structure(self, context: Context, spec: str) -> Structure | None:
        """Return the structure called *spec*, or None."""
        return self._caller.ask(structure.ftrack_create_structure, context=context, spec=spec)

    def ftrack_resource_identifier(
        self, session: Session, component: Entity, location: Location
    ) -> str | None:
        """Return the identifier of *component* in *location*, or None to ask its structure."""
        return self._caller.ask(
            structure.ftrack_resource_identifier,
            session=session,
            component=component,
            location=location,
        )

    def ftrack_clean_name(self, name: str, location: Location) -> str | None:
        """Return *name* as one part of an identifier in *location*, where a plugin says it."""
        return self._caller.ask(structure.ftrack_clean_name, name=name, location=location)

    def ftrack_identifier_transformer(
        self, context: Context, location: Location
    ) -> IdentifierTransformer | None:
        """Return what translates identifiers of *location*, where a plugin has it."""
        return self._caller.ask(
            structure.ftrack_identifier_transformer, context=context, location=location
        )

    def ftrack_file_type(self, path: str) -> str | None:
        """Return the file type of *path* with its dot, where a plugin says it."""
        return self._caller.ask(structure.ftrack_file_type, path=path)

    # --- accessors -----------------------------------------------------------------------------

    def ftrack_create_accessor(self, context: Context, spec: AccessorSpec) -> Accessor | None:
        """Return a new accessor for *spec*, or None where no plugin knows the scheme."""
        return self._caller.ask(accessors.ftrack_create_accessor, context=context, spec=spec)

    def ftrack_locations(self, context: Context) -> list[LocationBinding]:
        """Return the bindings of all plugins, one for each name.

        Raises:
            PluginConflictError: two plugins of one tier bind one name.
        """
        return merge_locations(
            self._caller.items(accessors.ftrack_locations, LocationBinding, context=context)
        )

    def ftrack_transfer(self, session: Session, plan: TransferPlan) -> bool | None:
        """Let a plugin move the data of *plan*; return whether one has."""
        return self._caller.ask(accessors.ftrack_transfer, session=session, plan=plan)

    def ftrack_pick_location(self, session: Session, component: Entity) -> Location | str | None:
        """Return where *component* is published, or its name, or None."""
        return self._caller.ask(
            accessors.ftrack_pick_location, session=session, component=component
        )

    # --- events --------------------------------------------------------------------------------

    def ftrack_create_event_hub(
        self, context: Context, credentials: Credentials
    ) -> EventHub | None:
        """Return a new event hub, or None where events stay within the session."""
        return self._caller.ask(
            events.ftrack_create_event_hub, context=context, credentials=credentials
        )

    def ftrack_event_handlers(self, session: Session) -> list[Subscription]:
        """Return the subscriptions of all plugins; *plugin* of each says whose it is."""
        found = self._caller.items(events.ftrack_event_handlers, Subscription, session=session)
        return [one if one.plugin else replace(one, plugin=record.name) for record, one in found]

    def ftrack_handle_event(
        self, session: Session, event: Event, subscription: Subscription
    ) -> Any:
        """Call the handler of *subscription* and return its reply; what it raises passes."""
        return self._caller.ask(
            events.ftrack_handle_event, session=session, event=event, subscription=subscription
        )

    def ftrack_event_failed(
        self, session: Session, event: Event, subscription: Subscription, error: Exception
    ) -> list[PluginError]:
        """Tell every plugin of a handler that raised; return what they raised themselves."""
        return self._caller.tell(
            events.ftrack_event_failed,
            session=session,
            event=event,
            subscription=subscription,
            error=error,
        )

    # --- reload and command line ---------------------------------------------------------------

    def ftrack_watch_paths(self, context: Context) -> list[Path]:
        """Return the further folders of local plugins."""
        found = self._caller.items(reload.ftrack_watch_paths, (str, Path), context=context)
        return [Path(path).expanduser() for _, path in found]

    def ftrack_plugins_changed(self, session: Session, change: PluginChange) -> list[PluginError]:
        """Tell every plugin of a new generation; return what they raised."""
        return self._caller.tell(reload.ftrack_plugins_changed, session=session, change=change)

    def ftrack_commands(self) -> list[Command]:
        """Return the commands of all plugins.

        Raises:
            PluginConflictError: two plugins add one name.
        """
        return merge_commands(self._caller.items(reload.ftrack_commands, Command))

    def ftrack_examine(self) -> list[Finding]:
        """Return what all plugins say of themselves."""
        return [finding for _, finding in self._caller.items(reload.ftrack_examine, Finding)]
