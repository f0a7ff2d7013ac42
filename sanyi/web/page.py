"""What every page carries: the menu, the language, the run it speaks of."""
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from sanyi.web.access import may_open
from sanyi.web.opened import plan, results
from sanyi.web.words import name_of, say
from sanyi.workflows.facts import ROLES

STATIC = Path(__file__).parent / "static"
FIRST = {"resident": "my", "system_admin": "accounts", "security_admin": "rights", "audit_admin": "trail", "expert": "cockpit", "reader": "cockpit", "supervisor": "cockpit",
         "hospital": "cockpit"}  # what a role sees first after signing in (a hospital's "/" leads to its own institution); all others what waits for them today
MENU = (  # groups: (Chinese, English, entries); an entry: (route, Chinese, English, routes beneath it)
    ("今日", "Today", (
        ("today", "今日", "Today", ()),)),
    ("总览", "Overview", (
        ("cockpit", "总览", "Overview", ()),
        ("indicators", "指标", "Indicators", ("indicator", "why_indicator")))),
    ("台账", "Ledger", (
        ("ledger", "台账", "Ledger", ("ledger_item", "ledger_dates", "readings", "reading", "problems", "problem", "orders", "order", "bulletin")),)),
    ("机构", "Providers", (
        ("consortia", "医联体", "Consortia", ("consortium", "why_consortium")),
        ("monitors", "医联体监测", "Monitors", ()),
        ("institutions", "医疗机构", "Institutions", ("institution", "why_institution")),
        ("appraisal", "考核", "Appraisal", ()))),
    ("病例", "Cases", (
        ("cases", "病例", "Cases", ("case",)),
        ("audit", "审核", "Audit", ("rule",)),
        ("audit_cases", "稽核案件", "Audit cases", ("audit_case",)),
        ("result_notices", "结果通知", "Notices of results", ("result_notice",)),
        ("publishing", "发布", "Publishing", ()),
        ("special_reviews", "特例单议", "Special reviews", ("special_review",)),
        ("schemes", "分组方案", "DRG schemes", ("scheme_of", "scheme_code")))),
    ("基金与待遇", "Fund", (
        ("budget", "总额预算", "Budget", ()),
        ("settlement", "结算账", "Clearing", ("settlement_batch", "settlement_period", "settlement_sheet", "settlement_entries", "settlement_balances",
                                           "settlement_vouchers", "settlement_voucher", "delegations")),
        ("books", "账簿", "Books", ()),
        ("benefit", "待遇", "Benefits", ("benefit_resident",)))),
    ("方案与试算", "Plan", (
        ("plan", "方案", "Plan", ("plans", "plan_of", "compare_chosen", "compare_plans", "draft", "draft_of", "draft_file")),
        ("coverage", "义务", "Obligations", ("obligation",)),
        ("what_ifs", "试算", "What-if", ("what_if", "what_if_patients")),
        ("closed_today", "如果今天关账", "If the year closed today", ()))),
    ("数据", "Data", (
        ("refused", "退回数据", "Refused rows", ()),
        ("run", "运行记录", "Run card", ()),
        ("scale", "规模", "Scale", ()),
        ("dictionary", "数据字典", "Dictionary", ("table", "about_table")))),
    ("人员与档案", "Persons", (
        ("persons", "查找人员", "Find a person", ("person", "person_new", "health_card")),
        ("person_matches", "人员比对", "Pairs", ("person_match",)),
        ("health", "健康档案", "Health records", ("health_record",)),
        ("messages", "短信", "Messages", ()),
        ("access_reviews", "紧急调阅复核", "Break-glass reviews", ("access_review",)))),
    ("我的", "Mine", (
        ("my", "我的", "Mine", ()),)),
    ("签约", "Contracts", (
        ("contracts", "家庭医生签约", "Family doctor", ("contract",)),
        ("contract_requests", "网上申请", "Requests", ("contract_request",)),
        ("doctor_teams", "团队", "Teams", ()),
        ("care_packages", "服务包", "Packages", ()),
        ("contract_work", "标化工作量", "Workload", ()),
        ("contract_successions", "机构合并转接", "Mergers", ()))),
    ("转诊", "Referrals", (
        ("referrals", "转诊", "Referrals", ("referrals_out", "referrals_chain", "referral", "referral_new")),
        ("referral_directory", "接收目录", "Directory", ()),
        ("referral_statistics", "转诊统计", "Referral statistics", ()))),
    ("预约", "Appointments", (
        ("appointments", "当日预约", "The day", ()),
        ("slots", "可约号源", "Slots on offer", ("slot",)),
        ("appointment_list", "预约列表", "Appointments", ("appointment",)),
        ("waiting_list", "候补", "Waiting list", ("waiting",)),
        ("rosters", "排班", "Rosters", ()))),
    ("检查检验", "Diagnosis", (
        ("exams", "检查检验", "Examinations", ("exam", "exam_order", "exam_images")),
        ("exam_work", "中心工作列表", "Work list", ()),
        ("critical_values", "危急值", "Critical values", ("critical_value",)),
        ("exam_duty", "值班表", "On duty", ()),
        ("devices", "设备", "Devices", ("device",)),
        ("exam_quality", "诊断质量", "Quality", ()),
        ("teaching", "教学病例", "Teaching", ("teaching_case", "teaching_write")),
        ("consultations", "远程会诊", "Consultations", ("consultation",)),
        ("recognition", "结果互认", "Recognition", ()))),
    ("处方", "Prescriptions", (
        ("prescriptions", "处方", "Prescriptions", ("prescription",)),
        ("prescription_write", "开具处方", "Write", ()),
        ("prescription_counter", "发药窗口", "Counter", ()),
        ("deliveries", "药品配送", "Deliveries", ("delivery",)),
        ("prescription_use", "用药监测", "Use of drugs", ()))),
    ("组织与账户", "Organisation", (
        ("organisation", "机构与人员", "Organisation", ("organisation_of", "organisation_row")),
        ("equipment_list", "闲置设备", "Idle equipment", ("equipment",)),
        ("accounts", "账户", "Accounts", ()),
        ("rights", "角色与权限", "Rights", ()),
        ("trail", "审计轨迹", "Audit trail", ("trail_event", "access_history")),
        ("jobs", "后台任务", "Background work", ()))),
)


@dataclass(frozen=True)
class MenuItem:
    """One entry of the menu."""

    route: str
    zh: str
    en: str
    is_here: bool


@dataclass(frozen=True)
class _Words:
    """A pair of words as the page's filter takes it."""

    zh: str
    en: str


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
    return context | {"menu": _menu(here, request.actor.role, request.language), "is_inside": True, "home": home(request.actor.role), "house": _house(request), "actor": request.actor, "role": say(request, *ROLES[request.actor.role]), "postings": [{**row, "words": _Words(*ROLES[row["role"]])} for row in request.postings],
                      "posting": request.by.posting, "year": results().year, "plan_title": _plan_title(request.language)}


@lru_cache(maxsize=4096)
def _menu(here: str, role: str, language: str) -> SafeString:
    """The groups, each leading to its first page, and the entries of the group that the page is in; nothing where there is no choice."""
    groups, entries = [], []
    for *words, under in MENU:
        items = [MenuItem(route, *named, here == route or here in beneath or route == "my" and here.startswith("my_")) for route, *named, beneath in under if may_open(route, role)]
        is_here = any(item.is_here for item in items)
        groups += [MenuItem(items[0].route, *words, is_here)] if items else []
        entries = items if is_here and len(items) > 1 else entries
    if len(groups) < 2 and not entries:
        return mark_safe("")
    is_zh = language == "zh"
    return mark_safe(_nav("menu", "主菜单" if is_zh else "Main menu", groups, language) + (_nav("menu submenu", "本组页面" if is_zh else "Pages of this group", entries, language) if entries else ""))


def _nav(style: str, label: str, items: list[MenuItem], language: str) -> str:
    here = ' class="here" aria-current="page"'
    return (f'<nav class="{style}" aria-label="{label}">\n    ' + "".join(f'<a href="{reverse(item.route)}"{here if item.is_here else ""}>{escape(name_of(item, language))}</a>' for item in items)
            + "\n  </nav>")


def home(role: str) -> str:
    """What a role sees first: the one place that decides it."""
    return reverse(FIRST.get(role, "today"))


def _house(request: HttpRequest) -> str:
    """The institution that staff act for; for everybody else the pages speak of the run's plan."""
    return next((row["institution_name"] for row in request.postings if row["id"] == request.by.posting), "")


def _plan_title(language: str) -> str:
    opened = plan()
    if opened is None:
        return str(results().card["plan"])
    place = opened.identity
    return place.title_zh if language == "zh" else place.title_en
