"""``ftrack demo``: the story of the library, told with real files and checked at the end."""
