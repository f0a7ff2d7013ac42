"""What every priced stay has in common, whichever method priced it: payment, prepayment, clearing."""
