"""DRG: which group of a scheme a stay falls in, and why; a scheme is tables, compiled once for the engine."""
