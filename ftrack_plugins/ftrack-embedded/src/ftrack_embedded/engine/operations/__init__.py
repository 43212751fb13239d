"""The operations of a batch: one module each, called like its action."""
