"""Reasons: why an institution's clearing is what it is, or differs from another, in parts that sum to the fen."""
