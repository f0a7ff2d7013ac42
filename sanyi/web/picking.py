"""Choosing a person in a form: by name, pinyin, own number, or a whole identity or phone number; each look is a read in the trail. Source: R48."""
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from sanyi.matching.masking import mask_name
from sanyi.store.persons.finding import SHOWN, active, by_any_number, found
from sanyi.store.persons.numbers import DIGITS, number_of
from sanyi.store.trail.reading import reads_person
from sanyi.tables.codes import SEX
from sanyi.web import clock
from sanyi.web.words import say
from sanyi.workflows.errors import BadField

LEAST, MOST, LONGEST = 2, 10, 80
FINDERS = ("registrar", "doctor", "family_doctor", "nurse", "technician", "pharmacist", "office", "director")


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be meant: the row, the own number, the name masked, and what tells two of one name apart."""

    id: int
    number: str
    name: str
    more: str


def look(request: HttpRequest, text: str, most: int = MOST) -> list[Candidate]:
    """Who may be meant by what was typed, at most so many; fewer than two signs find nobody. It is recorded whose rows were shown."""
    asked = text.strip()[:LONGEST]
    rows = _rows(asked, most) if len(asked) >= LEAST or asked.isdecimal() else []
    if rows:
        reads_person("person_pick", residents=[row["id"] for row in rows], institutions=sorted({row["institution"] for row in rows if row["institution"]}))
    return [Candidate(row["id"], number_of(row["id"]), mask_name(row["name"]) or "–", _more(request, row)) for row in rows]


def picked(request: HttpRequest, field: str = "person", text: str | None = None) -> int:
    """The one person that the form's field means.

    Errors: BadField where nobody or several are meant; those several are kept in `request.candidates`, for the form to offer them.
    """
    asked = (request.POST.get(field, "") if text is None else text).strip()
    there = look(request, asked)
    if len(there) == 1:
        return there[0].id
    request.candidates = there  # type: ignore[attr-defined]
    if there:
        raise BadField(f"“{asked[:20]}”有多人相符，请在“患者”一栏下选择", f"several persons fit {asked[:20]!r}: choose one beneath the field", field)
    raise BadField(f"没有找到“{asked[:20]}”：请填姓名、拼音、人员编号或完整证件号" if asked else "请选择患者",
                   f"nobody fits {asked[:20]!r}: give a name, pinyin, a person number, or a whole identity number" if asked else "choose a person", field)


def shown_person(request: HttpRequest, text: str) -> dict[str, Any]:
    """What the field shows of what stands in it: a row's own number with who it is, or the text as it was typed."""
    if not text.strip().isdecimal():
        return {"value": text, "who": ""}
    there = look(request, text)
    return {"value": there[0].number, "who": f"{there[0].name} · {there[0].more}"} if len(there) == 1 else {"value": text, "who": ""}


def _rows(asked: str, most: int) -> list[dict[str, Any]]:
    if asked.isdecimal() and asked.isascii() and len(asked) < DIGITS + 2:  # a row, as the pages name it; an own number is longer
        return list(active().filter(pk=int(asked)).values(*SHOWN))
    rows = found(asked, size=most)[0]
    return list(rows) if rows else [{name: getattr(row, name) for name in SHOWN} for row in by_any_number(asked, clock.today())[:most]]


def _more(request: HttpRequest, row: dict[str, Any]) -> str:
    sex = say(request, *SEX[row["sex"]]) if row["sex"] in SEX else ""
    born = say(request, f"{row['born_on'].year} 年生", f"born {row['born_on'].year}") if row["born_on"] else ""
    return " · ".join(part for part in (sex, born, row["identity_masked"]) if part)
