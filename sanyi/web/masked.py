"""A person as pages show them: masked, or in clear where that was asked for. Source: R48."""
from typing import Any

from sanyi.matching.masking import mask_name
from sanyi.store.persons.describing import open_values
from sanyi.store.persons.tables import Person
from sanyi.tables.codes import SEX


def masked(name: str) -> str:
    """A name as lists show it."""
    return mask_name(name) or "—"


def person_row(row: Person, is_clear: bool = False, language: str = "zh") -> dict[str, Any]:
    """Name, sex, birth day, identity number and phone; masked unless the unmasking is live. Errors: BadCipher."""
    clear = open_values(row) if is_clear else {}
    return {"id": row.pk, "name": row.name if is_clear else mask_name(row.name), "sex": SEX[row.sex][language != "zh"] if row.sex in SEX else "", "is_clear": is_clear, "resident_id": row.resident_id if is_clear else "",
            "born": row.born_on.isoformat() if row.born_on and is_clear else f"{row.born_on.year}" if row.born_on else "",
            "identity": clear.get("identity") or row.identity_masked, "phone": clear.get("phone") or row.phone_masked}
