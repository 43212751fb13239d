"""``ftrack doctor``: looks at everything between this machine and a server's answer."""
