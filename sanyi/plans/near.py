"""Names like one that does not exist."""
from difflib import get_close_matches


def near(name: str, names) -> str:
    """List the names most like one that does not exist."""
    return ", ".join(get_close_matches(name, sorted(names), n=5, cutoff=0.5)) or "—"
