"""The year's books: a chart of accounts, posting rules as data, a double-entry journal, balances and proofs."""
