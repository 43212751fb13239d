"""The storage of the ftrack server itself.

The accessor is `ftrack_accessor_server.accessor.ServerAccessor`; the package itself imports
nothing.
"""
