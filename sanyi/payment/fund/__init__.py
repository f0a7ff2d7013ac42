"""The fund's total budget: its pools, how far each is spent, its reserve, and the subsidies beside it."""
