"""Monthly finance by scope and period, with the same months of the year before where both are there."""
import ibis

from sanyi.indicators.groups import ALL
from sanyi.indicators.periods import by_period
from sanyi.indicators.scopes import members_on
from sanyi.indicators.values import REGION, SCOPE, SCOPE_KEY
from sanyi.tables import codes
from sanyi.tables.table import Table, code, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

OWN = {
    "medical_income_fen": ("医疗收入", "medical income (outpatient + inpatient)"), "drug_income_fen": ("药品收入", "drug income"),
    "herbal_income_fen": ("中药饮片收入", "income from herbal pieces"), "material_income_fen": ("卫生材料收入", "material income"),
    "examination_income_fen": ("检查收入", "examination income"), "laboratory_income_fen": ("化验收入", "laboratory income"),
    "fiscal_subsidy_fen": ("财政直接补助", "direct fiscal subsidy"), "expense_fen": ("总支出", "whole expense"),
    "staff_expense_fen": ("人员经费", "staff expense"), "material_expense_fen": ("卫生材料支出", "material expense"),
}
COMPARED = {
    "outpatient_income_fen": ("门诊收入", "outpatient income"), "inpatient_income_fen": ("住院收入", "inpatient income"),
    "visit_count": ("诊疗人次", "visits"), "discharge_count": ("出院人次", "discharges"),
}
ALIKE = {f"{when}_{name}": (f"{when_zh}{zh}", f"{en}, {when_en}") for name, (zh, en) in COMPARED.items()
         for when, when_zh, when_en in (("now", "同口径本期", "this period, months with a counterpart"),
                                        ("before", "同口径上年同期", "same months of the year before"))}
FINANCE_MEASURES = Table(
    "finance_measures", "财务指标基数", "Finance by scope", key=SCOPE_KEY,
    note="The region and the primary institutions count public institutions only. Growth compares an institution's months "
         "with its own months a year before, so one that has just opened does not count.",
    columns=(
        code("scope_code", "范围", "scope", SCOPE), text("scope_id", "范围编码", "scope"),
        text("period", "期间", "year (2020) or month (2020-03)"),
        *(whole(name, zh, en, "fen" if name.endswith("fen") else "") for name, (zh, en) in {**OWN, **ALIKE}.items()),
    ),
)
_PLACES = {"institutions": [{"institution_id": "H1", "level_code": "township", "ownership_code": "public", "is_in_area": True},
                            {"institution_id": "H2", "level_code": "3A", "ownership_code": "private", "is_in_area": True},
                            {"institution_id": "H3", "level_code": "3A", "ownership_code": "public", "is_in_area": False}]}


def _month(name: str, month: int, income: int) -> dict:
    return {"institution_id": name, "month": month, "outpatient_income_fen": income, "inpatient_income_fen": 5}


@step(makes=FINANCE_MEASURES, source=Source(obligation="B9"), examples=(
    Example("区域只计区内公立机构；二月去年没有，不参与增幅", "Public and in the area only; February has no counterpart",
            {**_PLACES, "monthly_finance": [_month("H1", 201901, 100), _month("H1", 202001, 120), _month("H1", 202002, 70),
                                            _month("H2", 202001, 1), _month("H3", 202001, 9)]},
            [{"scope_code": scope, "scope_id": name, "period": period, "medical_income_fen": income,
              "now_outpatient_income_fen": now, "before_outpatient_income_fen": before}
             for scope, name, period, income, now, before in (
                 ("institution", "H1", "2019", 105, 0, 0), ("institution", "H1", "2020", 200, 120, 100),
                 ("institution", "H2", "2020", 6, 0, 0),
                 *((scope, scope, period, income, now, before) for scope in ("primary", "region") for period, income, now, before in (
                     ("2019", 105, 0, 0), ("2020", 200, 120, 100), ("2020-01", 125, 120, 100), ("2020-02", 75, 0, 0))))]),))
def finance_measures(monthly_finance, institutions, consortium_members, scope_members, year):
    """Sums of the monthly reports for the region, its primary institutions, each group, consortium and institution."""
    in_area = institutions.filter(institutions.is_in_area)
    kinds = in_area.select("institution_id", is_public=in_area.ownership_code == "public",
                           is_primary=in_area.level_code.isin(codes.PRIMARY_LEVELS))
    rows = _compared(monthly_finance, year).inner_join(kinds, "institution_id")
    public, primary = rows.filter(rows.is_public), rows.filter(rows.is_public, rows.is_primary)
    of_members = rows.inner_join(members_on(consortium_members, year), "institution_id")
    of_groups = rows.inner_join(scope_members, "institution_id")
    parts = [_part(public, ibis.literal("region"), ibis.literal(REGION)), _part(primary, ibis.literal("primary"), ibis.literal("primary")),
             _part(of_groups, of_groups.scope_code, ibis.literal(ALL)), _part(of_members, ibis.literal("consortium"), of_members.consortium_id),
             _part(rows, ibis.literal("institution"), rows.institution_id)]
    return by_period(ibis.union(*parts), [*OWN, *ALIKE], year)


def _compared(finance: ibis.Table, year: int) -> ibis.Table:
    """Put to each month of the last two years the same institution's month a year before."""
    recent = finance.filter(finance.month.between((year - 1) * 100, year * 100 + 99))
    recent = recent.mutate(medical_income_fen=recent.outpatient_income_fen + recent.inpatient_income_fen,
                           counterpart_key=_key(recent, recent.month - 100))
    earlier = finance.select(counterpart_key=_key(finance, finance.month), **{f"earlier_{name}": finance[name] for name in COMPARED})
    both = recent.left_join(earlier, "counterpart_key")
    has_both = both.earlier_visit_count.notnull()
    return both.mutate(**{f"now_{name}": has_both.ifelse(both[name], 0) for name in COMPARED},
                       **{f"before_{name}": both[f"earlier_{name}"].fill_null(0) for name in COMPARED})


def _key(rows: ibis.Table, month) -> ibis.Value:
    return rows.institution_id + "|" + month.cast("string")


def _part(rows: ibis.Table, scope, scope_id) -> ibis.Table:
    return rows.select(scope_code=scope, scope_id=scope_id, month=rows.month,
                       **{name: rows[name].cast("int64") for name in (*OWN, *ALIKE)})
