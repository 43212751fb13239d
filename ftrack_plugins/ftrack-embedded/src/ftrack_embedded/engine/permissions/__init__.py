"""Permissions: who may read and write what.

What a role allows follows from its name; where it does so, from the projects it was given for:

- `roles_given` reads the roles of a user, `standing` says what they amount to in one place, and
  `rights` what a caller is in each project and what stays hidden.
- `leads` tells what hangs on what, and thereby in which project a row is: `visibility` makes it a
  condition of every statement that reads, `whereabouts` looks at single rows that are written.
- `check` is asked before each operation, `places` and `attributes` also for the other rows that it
  names.
"""
