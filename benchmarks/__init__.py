"""Measurements: a stub server, floors and scenarios."""
