"""Event hub for the ftrack client."""
