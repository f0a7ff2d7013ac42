"""What every page carries: the menu, the language, the run it speaks of."""
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.http import HttpRequest

from sanyi.web.opened import plan, results

STATIC = Path(__file__).parent / "static"
MENU = (  # (route, Chinese, English, routes beneath it)
    ("cockpit", "总览", "Overview", ("indicator", "indicators", "why_indicator")),
    ("ledger", "台账", "Ledger", ("ledger_item", "ledger_dates", "readings", "reading", "problems", "problem", "orders", "order", "bulletin")),
    ("consortia", "医联体", "Consortia", ("consortium", "why_consortium", "monitors")),
    ("institutions", "医疗机构", "Institutions", ("institution", "why_institution")),
    ("cases", "病例", "Cases", ("case",)),
    ("special_reviews", "特例单议", "Special reviews", ("special_review",)),
    ("benefit", "待遇", "Benefits", ("benefit_resident",)),
    ("audit", "审核", "Audit", ("rule",)),
    ("appraisal", "考核", "Appraisal", ()),
    ("budget", "总额预算", "Budget", ()),
    ("books", "账簿", "Books", ()),
    ("settlement", "结算账", "Clearing", ("settlement_batch", "settlement_period", "settlement_sheet", "settlement_entries", "settlement_balances",
                                       "settlement_vouchers", "settlement_voucher")),
    ("refused", "退回数据", "Refused rows", ()),
    ("plan", "方案", "Plan", ("plans", "plan_of", "compare_chosen", "compare_plans", "draft", "draft_of", "draft_file", "schemes", "scheme_of", "scheme_code")),
    ("what_ifs", "试算", "What-if", ("what_if", "what_if_patients", "closed_today")),
    ("coverage", "义务", "Obligations", ("obligation",)),
    ("run", "运行记录", "Run card", ("scale",)),
    ("dictionary", "数据字典", "Dictionary", ("table", "about_table")),
    ("accounts", "账户", "Accounts", ()),
)
OFFICE_ONLY = ("accounts",)


@dataclass(frozen=True)
class MenuItem:
    """One entry of the menu."""

    route: str
    zh: str
    en: str
    is_here: bool


@cache
def version(file: str) -> str:
    """A digest of a static file, put into its address so that browsers may keep it."""
    return sha256(Path(f"{STATIC}/{file}").read_bytes()).hexdigest()[:12]  # a template's safe string is no path by itself


def every_page(request: HttpRequest) -> dict[str, Any]:
    """The context of every template; to those not signed in, nothing of the run."""
    context: dict[str, Any] = {"language": request.language, "html_language": "zh-CN" if request.language == "zh" else "en"}
    if not request.user.is_authenticated:
        return context
    here = request.resolver_match.url_name if request.resolver_match else ""
    menu = [MenuItem(route, zh, en, here == route or here in under) for route, zh, en, under in MENU
            if route not in OFFICE_ONLY or request.user.role == "office"]
    return context | {"menu": menu, "year": results().year, "plan_title": _plan_title(request.language)}


def _plan_title(language: str) -> str:
    opened = plan()
    if opened is None:
        return str(results().card["plan"])
    place = opened.identity
    return place.title_zh if language == "zh" else place.title_en
