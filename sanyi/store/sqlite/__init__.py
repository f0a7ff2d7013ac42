"""SQLite as Django knows it, with a queue for its one writer."""
