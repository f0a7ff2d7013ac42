"""Rows that may be one person: registered a second time at another desk, one pair with a first opinion; and a death recorded by hand."""
from sanyi.store.demonstration.cast import Cast
from sanyi.store.log import today_of
from sanyi.store.persons.recording_deaths import record_death
from sanyi.store.persons.registering import register
from sanyi.store.persons.tables import Person, PersonMatch

TWICE = 6
SAID = {"learned": "home", "evidence": "certificate", "number": "示例-2026-0031"}


def match_persons(cast: Cast) -> None:
    """Everything."""
    for nth, id in enumerate(cast.some(TWICE)):
        row = Person.objects.get(pk=id)
        register({"name": row.name, "sex": row.sex, "born_on": row.born_on}, cast.by[("clinic-desk", "registrar")[nth % 2]], cast.ago(1 + nth))
    first = PersonMatch.objects.filter(state="proposed").order_by("pk").first()
    if first is not None:
        cast.step("person_match", first, "call_same", "clinic-desk", cast.ago(1), why="document_seen")
    gone = Person.objects.get(pk=cast.some(1)[0])
    at = cast.ago(2)
    record_death(gone.pk, gone.version, {**SAID, "died_on": today_of(at)}, cast.by["clinic-desk"], at)
