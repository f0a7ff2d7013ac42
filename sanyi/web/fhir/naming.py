"""Ids, references and codes as FHIR writes them."""
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sanyi.workflows.errors import BadField
from sanyi.workflows.take import LONGEST_TEXT, REGION

FITS, ESCAPE = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII), "x-"
SYSTEM = "urn:sanyi:"
CURRENCY = "CNY"
MASKED = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "MASKED"}]}


def fhir_id(text: object) -> str:
    """A code as an id: itself where FHIR allows it, else its bytes in hexadecimal after `x-`."""
    plain = str(text)
    return plain if FITS.fullmatch(plain) and not plain.startswith(ESCAPE) else ESCAPE + plain.encode().hex()


def plain_id(id: str) -> str:
    """The code that an id stands for."""
    if not id.startswith(ESCAPE):
        return id
    try:
        return bytes.fromhex(id[len(ESCAPE):]).decode()
    except ValueError:
        return id


def whole_id(id: str) -> int:
    """A row's number, or one that no row has."""
    return int(id) if re.fullmatch(r"\d{1,18}", id, re.ASCII) else -1


def reference(type: str, code: object, display: str = "") -> dict[str, Any]:
    """A reference to another resource."""
    return {"reference": f"{type}/{fhir_id(code)}", **({"display": display} if display else {})}


def identifier(kind: str, value: object) -> list[dict[str, Any]]:
    """An identifier in a system of ours."""
    return [{"system": f"{SYSTEM}{kind}", "value": str(value)}]


def concept(kind: str, code: object, words: tuple[str, str] | None = None) -> dict[str, Any]:
    """A code of ours with its Chinese word."""
    coding = {"system": f"{SYSTEM}{kind}", "code": str(code), **({"display": words[0]} if words else {})}
    return {"coding": [coding], **({"text": words[0]} if words else {})}


def standard(system: str, code: str) -> dict[str, Any]:
    """A code of FHIR's own."""
    return {"coding": [{"system": system, "code": code}]}


def hidden() -> dict[str, Any]:
    """In place of what must stand there and is not shown."""
    return {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}


def quantity(text: str, unit: str = "") -> dict[str, Any]:
    """A measured number as it was written, up to the digits that JSON's numbers hold."""
    number = Decimal(text)
    return {"value": int(number) if number == number.to_integral_value() else float(number), **({"unit": unit} if unit else {})}


def number_in(body: Any, path: str, needed: bool = True) -> Decimal | None:
    """The number at a place in a body. Errors: BadField."""
    value = _at(body, path)
    if value is None and not needed:
        return None
    if type(value) not in (int, float) or abs(value) >= 10**12:
        raise BadField(f"{path} 应为数值", f"{path} must be a number", path)
    return Decimal(str(value))


def yuan(fen: int) -> dict[str, Any]:
    """An amount as JSON's number: of fen below 10^15 the shortest text of the nearest float is the amount itself, to the last fen."""
    assert abs(fen) < 10**15, fen
    whole, part = divmod(abs(fen), 100)
    amount = float(f"{whole}.{part:02d}") if part else whole
    return {"value": -amount if fen < 0 else amount, "currency": CURRENCY}


def day(value: date | None) -> str | None:
    """A date, or nothing."""
    return value.isoformat() if value else None


def moment(value: datetime | None) -> str | None:
    """A moment by the region's clock, or nothing."""
    return value.astimezone(REGION).isoformat(timespec="milliseconds") if value else None


def trimmed(body: Any) -> Any:
    """Without what is empty: FHIR knows no null and no empty text or list."""
    if isinstance(body, dict):
        return {name: kept for name, value in body.items() if (kept := trimmed(value)) not in (None, "", [], {})}
    return [kept for each in body if (kept := trimmed(each)) not in (None, "", [], {})] if isinstance(body, (list, tuple)) else body


def _at(body: Any, path: str) -> Any:
    for name in path.split("."):
        body = body[int(name)] if isinstance(body, list) and name.isdigit() and int(name) < len(body) else body.get(name) if isinstance(body, dict) else None
    return body


def listed(body: Any, path: str) -> list[Any]:
    """The objects of a list in a body; none where there is no such list."""
    found = _at(body, path)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def referred(body: Any, path: str, type: str) -> str:
    """The id that a reference in a body names, such as Patient/12. Errors: BadField."""
    text = _at(body, path)
    if not isinstance(text, str) or not text.startswith(f"{type}/") or not FITS.fullmatch(id := text.removeprefix(f"{type}/")):
        raise BadField(f"{path} 应为 {type}/编号", f"{path} must be {type}/id", path)
    return plain_id(id)


def identified(body: Any, path: str, kind: str) -> str:
    """The value of an identifier of ours among a body's. Errors: BadField."""
    found = next((each.get("value") for each in listed(body, path) if each.get("system") == f"{SYSTEM}{kind}"), None)
    if not isinstance(found, str) or not found:
        raise BadField(f"{path} 缺少 {SYSTEM}{kind}", f"{path} lacks {SYSTEM}{kind}", path)
    return found


def coded(body: Any, path: str, needed: bool = True) -> str:
    """The text at a place in a body. Errors: BadField."""
    text = _at(body, path)
    if text is None and not needed:
        return ""
    if not isinstance(text, str) or not text or len(text) > LONGEST_TEXT:
        raise BadField(f"缺少 {path}，或不是文字", f"{path} is missing, or no text", path)
    return text
