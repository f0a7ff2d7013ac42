"""Background work: what jobs there are, who may start them, how far they are, and what becomes of those whose worker died."""
