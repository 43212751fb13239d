"""The ftrack command: demo, serve and what plugins add."""
