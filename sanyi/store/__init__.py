"""Effects: the one database of accounts and sessions, in its own folder, in its safe mode."""
from sanyi.store.accounts import make_account
from sanyi.store.place import configure
from sanyi.store.prepare import prepare

__all__ = ["configure", "make_account", "prepare"]
