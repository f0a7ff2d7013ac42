"""Prescriptions: written, checked by rules, reviewed, signed, circulated by a token, given out in parts, delivered."""
