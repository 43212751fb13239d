"""Disk accessor with atomic writes.

The accessor is `ftrack_accessor_disk.accessor.DiskAccessor`; the package itself imports nothing.
"""
