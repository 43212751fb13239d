"""The chapters of the story, one a file; each is told by its function ``tell``."""
