"""What every structure has."""

from __future__ import annotations

from abc import ABCMeta, abstractmethod
from typing import TYPE_CHECKING, Any

from ftrack_structure.reading import sequence_expression

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Structure"]


class Structure(metaclass=ABCMeta):
    """Says under which resource identifier a component is kept; *prefix* is for subclasses."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self.path_separator = "/"
        super().__init__()

    @abstractmethod
    def get_resource_identifier(self, entity: Any, context: Mapping[str, Any] | None = None) -> str:
        """Return the identifier of *entity*; *context* may hold more than the entity says."""

    def _get_sequence_expression(self, sequence: Any) -> str:
        """Return what stands for the frame number: ``%04d``, or ``%d`` without padding."""
        return sequence_expression(sequence)
