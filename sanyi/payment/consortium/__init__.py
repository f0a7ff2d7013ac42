"""A consortium's package: who counts, what it answers for, and how surplus and overrun are shared."""
