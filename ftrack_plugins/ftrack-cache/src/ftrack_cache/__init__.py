"""Row caches for the ftrack client."""
