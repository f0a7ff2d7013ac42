"""Devices of institutions: what they are, until when they are calibrated, who may send for them, and their quality controls."""
