"""Backups: one moment of the database with all that belongs to it, and the way back into an empty place."""
