"""What stands between the identifiers that a server keeps and those that an accessor takes."""
