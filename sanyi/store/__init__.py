"""Effects: the one database of accounts and of the ledger, changed through `act` alone, in its own folder, in its safe mode.

What touches the ledger is imported from its own file once `configure` has been called: `act`, `opening`, `dating`, `posting`,
`evidence`, `readings` write; `items`, `one`, `bulletin` read.
"""
from sanyi.store.accounts import make_account
from sanyi.store.place import configure
from sanyi.store.prepare import prepare, prepare_database

__all__ = ["configure", "make_account", "prepare", "prepare_database"]
