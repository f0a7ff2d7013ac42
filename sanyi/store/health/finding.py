"""Persons as staff look for them before there is any basis: few, masked, never a list to leaf through."""
from datetime import date

from sanyi.store.persons.finding import by_any_number, found
from sanyi.store.persons.tables import Person

SHORTEST = 2


def find_persons(text: str, today: date) -> list[Person]:
    """Persons in use by a number of any kind, or by how the name begins or is said (two signs at least)."""
    if len(text) < SHORTEST:
        return []
    rows = list(Person.objects.filter(is_active=True, resident_id=text)) or by_any_number(text, today)
    return rows or list(Person.objects.filter(pk__in=[row["id"] for row in found(text)[0]]).order_by("name_key", "id"))
