"""Row caches: they keep what a server said of entities, a page at a time, for a session."""
