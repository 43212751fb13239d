"""The engine: compiles queries, applies changes, answers batches."""
