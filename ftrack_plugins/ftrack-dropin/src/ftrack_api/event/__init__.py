"""Events: publishing them, and subscribing to those of others."""
