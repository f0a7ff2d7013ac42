"""The work of a plan's ledger: tasks, the problem list, supervision orders."""
