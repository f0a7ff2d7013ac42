"""Write tables of a pack file as TOML text: only what packs need (texts, numbers, flags, days, lists of texts)."""

from datetime import date
import json


def written(value) -> str:
    """Write one value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(written(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def table(kind: str, entry: dict) -> str:
    """Write one [[table]]; empty values are left out."""
    lines = [
        f"{key} = {written(value)}"
        for key, value in entry.items()
        if value is not None and value != "" and value != () and value != []
    ]
    return "\n".join([f"[[{kind}]]", *lines]) + "\n"


def comment(text: str) -> str:
    """Write a comment line; line ends inside become blanks."""
    return "# " + " ".join(text.split()) + "\n"
