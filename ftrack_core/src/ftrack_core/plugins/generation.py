"""One finished set of plugins, and how it is built."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import pluggy

from ftrack_core.errors import ConfigurationError, PluginError, did_you_mean
from ftrack_core.hookspecs import PROJECT
from ftrack_core.ports import Tier

from .answers import checked
from .checks import check_providers, check_record
from .record import Implementation, Record
from .specs import PROVIDER_HOOKS, Spec, read_specs
from .trace import traced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = ["Generation", "Recipe"]

_KERNEL = "ftrack-core"
_BRIDGE = "ftrack-core-bridge"


@dataclass(frozen=True, eq=False)
class Generation:
    """A set of plugins that never changes, with its finished hooks.

    *number* counts from 1, 0 is the kernel alone; *records* are the plugins in the order they were
    registered, so that the last wins; *kernel* is what the kernel itself registered. Call hooks
    through `Hooks`, not through *manager*.
    """

    number: int
    records: tuple[Record, ...]
    manager: pluggy.PluginManager = field(repr=False)
    kernel: tuple[Record, ...] = field(default=(), repr=False)

    def is_kernel(self, record: Record) -> bool:
        """Whether *record* is the kernel's own and no plugin."""
        return record in self.kernel


class _Manager(pluggy.PluginManager):
    """Takes the implementations that were read from a plugin, and not the plugin itself.

    Plugins may so be equal to one another or unhashable, and their properties are left alone.
    """

    def __init__(self, specs: Mapping[str, Spec]) -> None:
        super().__init__(PROJECT)
        self._specs = specs
        self.add_hookspecs(
            type("Specifications", (), {one.name: one.function for one in specs.values()})
        )

    def parse_hookspec_opts(self, module_or_class: object, name: str) -> pluggy.HookspecOpts | None:
        del module_or_class
        spec = self._specs.get(name)
        return None if spec is None else spec.options

    def parse_hookimpl_opts(self, plugin: object, name: str) -> pluggy.HookimplOpts | None:
        options = plugin.options if isinstance(plugin, _Registered) else {}
        return options.get(name)


class _Registered:
    """What a manager sees of a plugin: the functions that take part, and their options."""

    def __init__(self, name: str, implementations: Iterable[Implementation]) -> None:
        self.name = name
        self.options: dict[str, pluggy.HookimplOpts] = {}
        for one in implementations:
            self.options[one.attribute] = one.options.copy()
            setattr(self, one.attribute, one.function)


class Recipe:
    """What all generations of one session have in common.

    *defaults* are the kernel's implementations by hook, asked last; *bridge* are those that stand
    after all plugins and before the defaults; *use* names for an area the one plugin that provides;
    with *trace* each call is written to the standard error stream. All functions have arguments
    with the names of the hook's.
    """

    def __init__(
        self,
        *,
        defaults: Mapping[str, Callable[..., Any]] | None = None,
        bridge: Mapping[str, Callable[..., Any]] | None = None,
        use: Mapping[str, str] | None = None,
        trace: bool = False,
    ) -> None:
        self._trace = trace
        self._sound: WeakSet[Record] = WeakSet()
        self.specs: Mapping[str, Spec] = read_specs()
        self._defaults = _kernel_record(_KERNEL, defaults or {}, trylast=True)
        self._bridge = _kernel_record(_BRIDGE, bridge or {}, trylast=False)
        self._use = {PROVIDER_HOOKS[_known_area(area)]: name for area, name in (use or {}).items()}

    @property
    def reserved_names(self) -> tuple[str, ...]:
        """Names that no plugin may have."""
        return (_KERNEL, _BRIDGE)

    def build(self, number: int, records: Sequence[Record]) -> Generation:
        """Build a generation aside; nothing that runs is touched.

        *records* stand in order of admission: where two do not go together the later is to blame,
        and *plugin* of the error names it.

        Raises:
            PluginError: an implementation does not fit its hook.
            PluginConflictError: two plugins of one tier provide the same.
        """
        for record in records:
            if record not in self._sound:
                check_record(record, self.specs)
                self._sound.add(record)
        check_providers(self._limited(record) for record in records)
        ordered = tuple(sorted(records, key=lambda record: (record.tier, record.name)))
        kernel = (self._bridge, self._defaults)
        manager = self._manager((self._bridge, *ordered, self._defaults))
        return Generation(number, ordered, manager, kernel)

    def check_use(self, records: Sequence[Record], excused: Iterable[str] = ()) -> None:
        """Check that every plugin that *use* names is there and provides; *excused* need not be.

        Raises:
            ConfigurationError: one does not; the text says which do.
        """
        for hook, name in self._use.items():
            able = [record.name for record in records if record.implements(hook)]
            if name not in able and name not in excused:
                raise ConfigurationError(
                    f"use: no plugin {name!r} implements {hook}."
                    f"{did_you_mean(name, able)} There are: {', '.join(able) or 'none'}."
                )

    def _limited(self, record: Record) -> Record:
        """Return *record* without the provider hooks for which another plugin was chosen."""
        kept = tuple(one for one in record.implementations if self._takes_part(record, one))
        return replace(record, implementations=kept)

    def _takes_part(self, record: Record, one: Implementation) -> bool:
        return one.is_wrapper or self._use.get(one.hook, record.name) == record.name

    def _manager(self, records: Iterable[Record]) -> pluggy.PluginManager:
        manager = _Manager(self.specs)
        try:
            for record in records:
                taking_part = self._limited(record).implementations
                if record not in (self._bridge, self._defaults):
                    taking_part = tuple(checked(one, record) for one in taking_part)
                if self._trace:
                    taking_part = tuple(traced(one, record.name) for one in taking_part)
                manager.register(_Registered(record.name, taking_part), record.name)
            manager.check_pending()
        except pluggy.PluginValidationError as error:
            raise _as_plugin_error(error) from error
        return manager


def _as_plugin_error(error: pluggy.PluginValidationError) -> PluginError:
    name = error.plugin.name if isinstance(error.plugin, _Registered) else ""
    return PluginError(" ".join(str(error).split()), plugin=name)


def _kernel_record(
    name: str, functions: Mapping[str, Callable[..., Any]], *, trylast: bool
) -> Record:
    implementations = tuple(
        Implementation(hook, hook, function, _options(trylast=trylast))
        for hook, function in functions.items()
    )
    return Record(name, Tier.INSTALLED, None, distribution=_KERNEL, implementations=implementations)


def _options(*, trylast: bool) -> pluggy.HookimplOpts:
    return {
        "wrapper": False,
        "hookwrapper": False,
        "optionalhook": False,
        "tryfirst": False,
        "trylast": trylast,
        "specname": None,
    }


def _known_area(area: str) -> str:
    if area not in PROVIDER_HOOKS:
        raise ConfigurationError(
            f"use: there is no area {area!r}.{did_you_mean(area, PROVIDER_HOOKS)}"
            f" There are: {', '.join(PROVIDER_HOOKS)}."
        )
    return area
