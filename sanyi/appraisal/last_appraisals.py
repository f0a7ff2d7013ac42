"""What last year's appraisals came to: by them a year begins, its own are known only at its end."""
from sanyi.appraisal.appraisals import APPRAISALS, appraised
from sanyi.appraisal.examples import EX_45
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

LAST = APPRAISALS.called("last_appraisals", "上年绩效考核", "Last year's appraisals")
BEFORE = Example(
    "上年的考核得分按本年方案的办法计算；本年的不计", "Last year's scores by this year's scheme; this year's are not counted",
    given={"appraisal_scores": [{**row, "year": 2019} for row in EX_45] + [{**row, "institution_id": "other"} for row in EX_45]},
    expect=({"year": 2019, "missing_stages": None},))


@step(makes=LAST, exact=True, examples=(BEFORE,), source=Source("三医参考规则", "B1", "DIP-25 DIP-26", "DEF"))
def last_appraisals(appraisal_scores, appraisal_events, plan, year):
    """Score, band and factor of last year, by the scheme of the plan in force now; an institution's credit and coefficient go by it."""
    return appraised(appraisal_scores, appraisal_events, plan, year - 1)
