"""Permissions: who may read and write what.

The minimal model: administrators may do all; everybody else reads and writes everything in the
projects they can see, except the configuration of the studio; a role whose name begins with "Read"
writes nothing.
"""
