"""How programs are answered: JSON, problems as the standard has them (RFC 9457), in both languages; FHIR gets its OperationOutcome."""
import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from sanyi.workflows.errors import Refused

JSON, PROBLEM, FHIR = "application/json", "application/problem+json", "application/fhir+json"
WORDS = {
    400: ("请求无法理解", "the request cannot be understood"), 401: ("须登录或出示有效令牌", "sign in, or show a token that is valid"),
    403: ("您的角色或令牌不能这样做", "your role or token may not do this"), 404: ("没有这一项", "there is no such thing"), 405: ("此地址不接受该方法", "this address does not take that method"),
    409: ("与现状冲突", "at odds with how things stand"), 413: ("请求过大", "the request is too large"), 415: ("内容须为 JSON", "the content must be JSON"),
    422: ("内容不合要求", "the content is not what was asked for"), 500: ("服务器出错，已记入日志", "a fault of ours; it stands in the log")}
ISSUES = {400: "structure", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported", 409: "conflict", 413: "too-long", 415: "not-supported", 422: "invalid"}


def speaks(request: HttpRequest) -> str:
    """What the caller is answered in: json, fhir, or nothing of either (a page)."""
    path = request.path_info
    return "fhir" if path.startswith("/fhir/") else "json" if path.startswith("/api/") and path != "/api/" else ""


def dumped(body: Any) -> bytes:
    """JSON as short as it gets; a text that no encoding can hold is written as escapes."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(body, separators=(",", ":")).encode()


def answer(body: Any, status: int = 200, content_type: str = JSON, headers: Mapping[str, str] = {}) -> HttpResponse:
    """An answer in JSON."""
    return HttpResponse(dumped(body), status=status, content_type=content_type, headers=dict(headers))


def refusal(request: HttpRequest, status: int, refused: Refused | None = None, said: tuple[str, str] | None = None) -> HttpResponse:
    """Say no, why, and about which field, in what the caller speaks."""
    zh, en = (refused.zh, refused.en) if refused else said or WORDS.get(status, ("", ""))
    headers = {"WWW-Authenticate": 'Bearer realm="sanyi"'} if status == 401 else {}
    field = getattr(refused, "field", "")
    if speaks(request) == "fhir":
        return answer(outcome(status, zh, en, field), status, FHIR, headers)
    body = {"type": "about:blank", "title": WORDS.get(status, ("", ""))[1], "status": status, "code": refused.code if refused else f"http_{status}", "zh": zh, "en": en}
    return answer({**body, **({"field": field} if field else {})}, status, PROBLEM, headers)


def outcome(status: int, zh: str, en: str, field: str = "") -> dict[str, Any]:
    """FHIR's OperationOutcome: the sentence in Chinese, its English beside it as a translation."""
    translation = {"url": "http://hl7.org/fhir/StructureDefinition/translation", "extension": [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": en or "error"}]}
    issue = {"severity": "error", "code": ISSUES.get(status, "exception"), "details": {"text": zh or "错误", "_text": {"extension": [translation]}}, "diagnostics": f"{zh} / {en}"}
    return {"resourceType": "OperationOutcome", "issue": [{**issue, **({"expression": [field]} if field else {})}]}
