"""How many cases were reviewed specially, by institution, against its quota: what is published."""
from collections import Counter

from sanyi.tables import codes
from sanyi.tables.table import Table, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step

COUNTS = Table(
    "special_review_counts", "特例单议公布表", "Special reviews, as published", key=("institution_id",),
    note="只列有核定结果或有名额的机构。Institutions with a decision or a quota.",
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        whole("discharge_count", "出院例数", "discharges", "cases", minimum=0),
        whole("quota_count", "可申请例数", "cases it may apply for", "cases", minimum=0),
        *(whole(f"{outcome}_count", words[0], words[1], "cases", minimum=0) for outcome, words in codes.REVIEW_OUTCOME.items()),
        flag("is_over_quota", "超出名额", "more decisions than the quota"),
    ),
)


def _decided(name, outcome, **more):
    return {"encounter_id": name, "institution_id": "h", "outcome_code": outcome, "method_code": "dip", "year": 2020, **more}


PUBLISHED = Example(
    "1000例出院的5‰为5例；其他年度、其他付费方式的不计", "5 per mille of 1,000 discharges are 5 cases", numbers=("EX-23",),
    given={"inpatient_totals": [{"institution_id": "h", "insurance_code": "resident", "case_count": 700},
                                {"institution_id": "h", "insurance_code": "employee", "case_count": 300},
                                {"institution_id": "i", "insurance_code": "resident", "case_count": 199}],
           "special_reviews": [_decided("1", "as_spent"), _decided("2", "refused"), _decided("3", "as_spent"), _decided("4", "regroup", year=2019),
                               _decided("5", "regroup", method_code="drg"), _decided("6", "adjusted_standard", institution_id="i")]},
    expect=({"institution_id": "h", "discharge_count": 1000, "quota_count": 5, "refused_count": 1, "as_spent_count": 2, "adjusted_standard_count": 0,
             "regroup_count": 0, "is_over_quota": False},
            {"institution_id": "i", "discharge_count": 199, "quota_count": 0, "refused_count": 0, "as_spent_count": 0, "adjusted_standard_count": 1,
             "regroup_count": 0, "is_over_quota": True}))


@step(makes=COUNTS, exact=True, source=Source("医保办发〔2024〕9号", "特例单议", "DIP-24", "S5 S6"), examples=(PUBLISHED,))
def special_review_counts(inpatient_totals, special_reviews, plan, year):
    """Count the year's decisions by outcome against the quota: whole cases of the plan's share of discharges, cut.

    Only decisions under the method that the year is paid by count.
    """
    method = plan.value("payment.inpatient_method")[:3]
    discharges, decided = Counter(), Counter()
    for row in inpatient_totals:
        discharges[row["institution_id"]] += row["case_count"]
    for row in special_reviews:
        if (row["method_code"], row["year"]) == (method, year):
            decided[row["institution_id"], row["outcome_code"]] += 1
    limit = plan.value("special_review.limit_ppm.dip" if method == "dip" else "special_review.limit_ppm.drg")
    names = sorted({*discharges, *(institution for institution, _ in decided)})
    return [_row(name, discharges[name], limit, {outcome: decided[name, outcome] for outcome in codes.REVIEW_OUTCOME}) for name in names]


def _row(institution, discharges, limit_ppm, outcomes):
    quota, _ = divmod(discharges * limit_ppm, PPM)
    return {"institution_id": institution, "discharge_count": discharges, "quota_count": quota,
            **{f"{outcome}_count": count for outcome, count in outcomes.items()}, "is_over_quota": sum(outcomes.values()) > quota}
