"""Naming structures for published files: standard and id."""
