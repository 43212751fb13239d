"""Codecs of plugins, such that what they raise names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftrack_core.errors import FtrackError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ftrack_core.ports import AttributeCodec

    from .record import Record

__all__ = ["GuardedCodec", "guarded_codec"]


class GuardedCodec:
    """Does what *codec* of the plugin *record* does; what it raises becomes an error of that."""

    __slots__ = ("_codec", "_record")

    def __init__(self, codec: AttributeCodec, record: Record) -> None:
        self._codec = codec
        self._record = record

    def __repr__(self) -> str:
        return f"<{type(self._codec).__name__} of plugin {self._record.label}>"

    def decode(self, value: Any) -> Any:
        """Return what a user sees for a wire value. Raises `PluginError`."""
        return self._call(self._codec.decode, value)

    def encode(self, value: Any) -> Any:
        """Return the wire value of what a user assigned. Raises `PluginError`."""
        return self._call(self._codec.encode, value)

    def _call(self, method: Callable[[Any], Any], value: Any) -> Any:
        try:
            return method(value)
        except FtrackError:
            raise
        except Exception as error:
            codec = type(self._codec).__name__
            raise self._record.error(
                f"{codec}.{method.__name__} cannot take this {type(value).__name__}: "
                f"{type(error).__name__}: {error}",
                hook="ftrack_attribute_codec",
            ) from error


def guarded_codec(codec: AttributeCodec, record: Record) -> GuardedCodec:
    """Return *codec* such that its errors name the plugin; one that is so already stays."""
    return codec if isinstance(codec, GuardedCodec) else GuardedCodec(codec, record)
