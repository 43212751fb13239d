"""HTTP transport for the ftrack client, on requests."""
