"""Idle equipment that institutions lend or pass on to each other. Source: HK-29."""
