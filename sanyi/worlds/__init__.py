"""Synthetic regions of any size from one seed: people, illness, care, money, and what was planted in them."""
