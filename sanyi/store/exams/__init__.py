"""Shared diagnosis: examinations and their reports, critical values, recognition of results, remote consultations."""
