"""A DRG scheme made ready for the engine: every code with all it decides, every rule with its place in the order."""
