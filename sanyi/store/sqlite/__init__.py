"""SQLite as Django knows it, with a driver that carries a safe SQLite and a queue for its one writer."""
from sanyi.store.sqlite import driver  # noqa: F401  (before anything imports Django's)
