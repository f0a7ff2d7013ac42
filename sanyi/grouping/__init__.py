"""Grouping: which group a stay falls in, and why; the catalogue of groups built from the region's own history."""
