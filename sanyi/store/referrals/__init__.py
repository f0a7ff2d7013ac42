"""Referrals: the directory of who takes what, the packet, both sides' steps, and what follows them."""
