"""Which uses of a kept surplus and of pooled money are allowed: purpose, source, approval and what is left, in their order."""
from collections import Counter
from datetime import date as date_of

from sanyi.tables import codes
from sanyi.tables.table import Table, code, date, fen, text
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

JUDGEMENT = {
    "allowed": ("准予使用", "allowed"), "cross_approved": ("经批准跨来源使用", "allowed across sources, approved"),
    "purpose": ("拒绝：用途不在允许范围", "refused: no permitted purpose"), "cross": ("拒绝：跨来源使用未经批准", "refused: another source's purpose, not approved"),
    "early": ("拒绝：当年结余尚未清算", "refused: that year's surplus is not settled yet"), "over": ("拒绝：超出可用余额", "refused: more than is left"), "not_pooled": ("拒绝：方案未将此来源打包", "refused: the plan does not pool this source")}
ALLOWED = ("allowed", "cross_approved")

JUDGED_FUND_USES = Table(
    "judged_fund_uses", "资金使用审核", "Judged uses of funds", key=("use_id",),
    note="按使用日期、编码先后逐笔审核；被拒的不占余额。留用结余年度清算之后才可用（HK-08），只限方案允许的用途，严禁挪用（HB-24、LI-33）；各来源只用于自己的用途，跨来源须经批准（CON-9）。"
         " One by one by date and code; what is refused takes nothing of the balance. A kept surplus is released after its year and serves the purposes of the plan and must not be "
         "diverted; each source serves its own purposes, another's only when approved.",
    columns=(
        text("use_id", "使用编码", "code of the use", references="fund_uses.use_id"),
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        text("institution_id", "使用机构", "institution that spends it", references="institutions.institution_id"),
        code("source_code", "资金来源", "source", codes.USE_SOURCE),
        code("insurance_code", "险种（留用结余）", "insurance, of a surplus", codes.INSURANCE, nullable=True),
        code("purpose_code", "用途", "purpose", codes.USE_PURPOSE),
        fen("amount_fen", "金额", "amount"),
        date("used_on", "使用日期", "used on"),
        code("judgement_code", "审核结果", "judgement", JUDGEMENT),
        fen("left_before_fen", "审核前余额", "left before it"),
        fen("left_after_fen", "审核后余额", "left after it"),
    ),
)


def _use(number, amount, purpose, source="kept_surplus", **more):
    insurance = {"insurance_code": "resident"} if source == "kept_surplus" else {}
    return {"use_id": f"U{number}", "consortium_id": "A", "institution_id": "H1", "year": 2020, "source_code": source, "purpose_code": purpose,
            "amount_fen": amount, "used_on": date_of(2021, 3, number), **insurance, **more}


_KEPT = [{"consortium_id": "A", "insurance_code": "resident", "institution_id": "H1", "kept_share_fen": 100}]
_GRANTS = [{"grant_id": "G1", "consortium_id": "A", "year": 2020, "source_code": "basic_public_health", "amount_fen": 500}]


@step(JUDGED_FUND_USES, exact=True, source=Source("丽江高质量发展实施方案", "四(五)", "LI-33 HB-24 HK-08 CON-8 CON-9 ZW-24", "SEED DEF"), examples=(
    Example("留用结余：绩效准予，还债拒绝，超出余额拒绝，恰用完准予", "A kept surplus: pay is allowed, debts are refused, so is more than is left; the last fen is allowed",
            given={"consortium_shares": _KEPT, "fund_uses": [_use(1, 60, "performance_pay"), _use(2, 10, "debt"), _use(3, 41, "specialties"),
                                                             _use(4, 40, "staff_training"), _use(5, 1, "staff_training", year=2019),
                                                             _use(6, 1, "staff_training", used_on=date_of(2020, 12, 31))]},
            values={"consortium.surplus_uses": ["performance_pay", "staff_training", "specialties"]},
            expect=[{"use_id": "U1", "judgement_code": "allowed", "left_before_fen": 100, "left_after_fen": 40},
                    {"use_id": "U2", "judgement_code": "purpose", "left_before_fen": 40, "left_after_fen": 40},
                    {"use_id": "U3", "judgement_code": "over", "left_before_fen": 40, "left_after_fen": 40},
                    {"use_id": "U4", "judgement_code": "allowed", "left_before_fen": 40, "left_after_fen": 0},
                    {"use_id": "U6", "judgement_code": "early", "left_before_fen": 100, "left_after_fen": 100}]),
    Example("公卫经费：公卫服务准予；用于医疗须批准；未打包的来源拒绝", "Public-health money: its own services; medical care needs an approval; a source that is not pooled is refused",
            given={"consortium_grants": _GRANTS, "fund_uses": [
                _use(1, 300, "public_health_service", "basic_public_health"), _use(2, 50, "medical_care", "basic_public_health"),
                _use(3, 50, "medical_care", "basic_public_health", approval_number="批1"), _use(4, 1, "drug_zero_markup", "essential_drug_subsidy"),
                _use(5, 1, "debt", "basic_public_health", approval_number="批2")]},
            values={"consortium.pooled_funds": ["basic_public_health"]},
            expect=[{"use_id": "U1", "judgement_code": "allowed", "left_after_fen": 200}, {"use_id": "U2", "judgement_code": "cross", "left_after_fen": 200},
                    {"use_id": "U3", "judgement_code": "cross_approved", "left_after_fen": 150},
                    {"use_id": "U4", "judgement_code": "not_pooled", "left_after_fen": 0}, {"use_id": "U5", "judgement_code": "purpose", "left_after_fen": 150}]),
))
def judged_fund_uses(fund_uses, consortium_shares, consortium_grants, plan, year):
    """Judge each use of the year's money in the order of date and code, and carry what is left; fen. Source: CON-8, CON-9."""
    left = received(consortium_shares, consortium_grants, year)
    rules = plan.value("consortium.surplus_uses"), plan.value("consortium.pooled_funds"), plan.value("consortium.source_purposes")
    made = []
    for row in sorted((row for row in fund_uses if row["year"] == year), key=lambda row: (row["used_on"], row["use_id"])):
        key = purse_of(row)
        before = left[key]
        judgement = _judgement(row, before, *rules)
        left[key] -= row["amount_fen"] if judgement in ALLOWED else 0
        made.append({**{name: row[name] for name in JUDGED_FUND_USES.names if name in row}, "judgement_code": judgement,
                     "left_before_fen": before, "left_after_fen": left[key]})
    return made


def received(consortium_shares, consortium_grants, year) -> Counter:
    """What each purse holds at first: an institution's share of a surplus, a consortium's grant of one source; fen."""
    purses: Counter = Counter()
    for row in consortium_shares:
        purses[row["consortium_id"], "kept_surplus", row["institution_id"], row["insurance_code"]] += row["kept_share_fen"]
    for row in consortium_grants:
        if row["year"] == year:
            purses[row["consortium_id"], row["source_code"], "-", "-"] += row["amount_fen"]
    return purses


def purse_of(row) -> tuple[str, str, str, str]:
    """The purse a use is paid from."""
    own = (row["institution_id"], row["insurance_code"] or "-") if row["source_code"] == "kept_surplus" else ("-", "-")
    return row["consortium_id"], row["source_code"], *own


def _judgement(row, left, surplus_uses, pooled, source_purposes):
    purposes = {each["source"]: set(each["purposes"]) for each in source_purposes}
    purposes["kept_surplus"] = set(surplus_uses)
    source, purpose = row["source_code"], row["purpose_code"]
    if source not in ("kept_surplus", *pooled):
        return "not_pooled"
    is_own = purpose in purposes.get(source, ())
    is_others = source != "kept_surplus" and any(purpose in purposes.get(other, ()) for other in ("insurance_fund", *pooled))
    if not is_own and not is_others:
        return "purpose"
    if source == "kept_surplus" and row["used_on"].year <= row["year"]:
        return "early"
    if not is_own and not (row["approval_number"] or "").strip():
        return "cross"
    return "over" if row["amount_fen"] > left else "allowed" if is_own else "cross_approved"
