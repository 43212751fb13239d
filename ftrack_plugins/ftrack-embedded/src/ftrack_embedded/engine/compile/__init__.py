"""From the tree of a query to SQLAlchemy Core selects, testable without a database."""
