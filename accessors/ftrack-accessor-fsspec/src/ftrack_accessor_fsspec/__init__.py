"""Accessor for every file system that fsspec knows.

The accessor is made by `ftrack_accessor_fsspec.accessor.fsspec_accessor`; the package itself
imports nothing.
"""
