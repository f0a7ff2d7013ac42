"""How many residents are contracted to each member institution, month by month."""
import ibis

from sanyi.tables import codes
from sanyi.tables.money import total
from sanyi.tables.table import Table, code, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

CONTRACTED_MEMBERS = Table(
    "contracted_members", "成员机构签约人数", "Residents contracted to each member",
    key=("consortium_id", "insurance_code", "institution_id", "month"),
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        text("institution_id", "签约机构", "institution of the contract's team", references="institutions.institution_id"),
        whole("month", "月份", "month", "yyyymm", minimum=190001),
        whole("person_count", "签约参保人数", "contracted insured residents", "persons", minimum=0),
    ),
)


def _span(resident, institution, from_month, to_month):
    return {"resident_id": resident, "consortium_id": "A", "institution_id": institution, "insurance_code": "resident",
            "from_month": from_month, "to_month": to_month}


@step(CONTRACTED_MEMBERS, source=Source("海府办〔2018〕251号", "二(二)", "HK-06 CON-1", "SEED"), examples=(
    Example("两人交叠的月份各计一人", "Two residents, counted in each month they are contracted",
            given={"contracted_spans": [_span("P1", "H1", 202001, 202002), _span("P2", "H1", 202002, 202002),
                                        _span("P3", "H2", 202002, 202002)]},
            expect=[{"institution_id": "H1", "month": 202001, "person_count": 1},
                    {"institution_id": "H1", "month": 202002, "person_count": 2},
                    {"institution_id": "H2", "month": 202002, "person_count": 1}]),
))
def contracted_members(contracted_spans):
    """Count contracted persons by consortium, insurance, institution and month. Source: HK-06, CON-1."""
    runs = contracted_spans.group_by("consortium_id", "insurance_code", "institution_id", "from_month", "to_month").agg(
        person_count=contracted_spans.count())
    months = runs.mutate(month=ibis.range(runs.from_month, runs.to_month + 1).unnest())
    return months.group_by("consortium_id", "insurance_code", "institution_id", "month").agg(
        person_count=total(months.person_count))
