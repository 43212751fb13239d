"""Reading: what a query projects, loaded one statement a path."""
