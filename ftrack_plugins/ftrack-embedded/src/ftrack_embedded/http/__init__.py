"""The server behind HTTP; needs the extra ``ftrack-embedded[http]``."""
