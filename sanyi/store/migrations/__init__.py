"""The database's changes, in order."""
