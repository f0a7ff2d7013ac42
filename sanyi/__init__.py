"""Sanyi 三医 runs a health-reform plan: its numbers and rules, kept as data, executed on the region's records."""

__version__ = "0.1.0"
