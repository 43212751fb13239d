"""A thread that reads packets."""

# ruff: noqa: SLF001 -- the thread is the other half of its hub

from __future__ import annotations

import logging
from threading import Event as Flag
from threading import Thread
from typing import TYPE_CHECKING

from ftrack_api.exception import EventHubError

if TYPE_CHECKING:
    from .hub import EventHub

__all__: list[str] = []


class _ProcessorThread(Thread):
    """Reads packets from a hub that can, one after the other: a subclass with `_receive_packet`."""

    daemon = True

    def __init__(self, client: EventHub) -> None:
        super().__init__(daemon=True)
        self.logger = logging.getLogger(f"{__name__}.{type(self).__name__}")
        self.client = client
        self.done = Flag()

    def run(self) -> None:
        """Read until cancelled, or until reading fails."""
        while not self.done.is_set():
            try:
                packet = self.client._receive_packet()
            except EventHubError as error:
                self.logger.warning("No packets are read any more: %s", error)
                return
            try:
                self.client._handle_packet(*packet)
            except Exception:
                self.logger.exception("A packet could not be handled.")

    def cancel(self) -> None:
        """End after the packet in hand."""
        self.done.set()
