"""Writing: what becomes of the data of a create, an update, a delete."""
