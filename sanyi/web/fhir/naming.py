"""Ids, references and codes as FHIR writes them."""
import re
from datetime import date, datetime
from typing import Any

from sanyi.workflows.errors import BadField
from sanyi.workflows.take import REGION

FITS, ESCAPE = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII), "x-"
SYSTEM = "urn:sanyi:"
TEXT = {"status": "empty", "div": '<div xmlns="http://www.w3.org/1999/xhtml"></div>'}
CURRENCY = "CNY"


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


def referred(body: Any, path: str, type: str) -> str:
    """The id that a reference in a body names, such as Patient/12. Errors: BadField."""
    for name in path.split("."):
        body = body[int(name)] if isinstance(body, list) and name.isdigit() and int(name) < len(body) else body.get(name) if isinstance(body, dict) else None
    if not isinstance(body, str) or not body.startswith(f"{type}/") or not FITS.fullmatch(id := body.removeprefix(f"{type}/")):
        raise BadField(f"{path} 应为 {type}/编号", f"{path} must be {type}/id", path)
    return plain_id(id)


def coded(body: Any, path: str, needed: bool = True) -> str:
    """The first code at a place in a body. Errors: BadField."""
    for name in path.split("."):
        body = body[int(name)] if isinstance(body, list) and name.isdigit() and int(name) < len(body) else body.get(name) if isinstance(body, dict) else None
    if body is None and not needed:
        return ""
    if not isinstance(body, str) or not body:
        raise BadField(f"缺少 {path}", f"{path} is missing", path)
    return body
