"""How the drop-in lives beside the official client; the drop-in itself is ``ftrack_api``."""
