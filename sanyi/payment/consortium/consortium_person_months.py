"""How many contracted insured residents each consortium has in each month."""
from collections import Counter

from sanyi.tables import codes
from sanyi.tables.table import Table, code, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

CONSORTIUM_PERSON_MONTHS = Table(
    "consortium_person_months", "医联体签约人月", "Person-months of each consortium",
    key=("consortium_id", "insurance_code", "month"),
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("month", "月份", "month", "yyyymm", minimum=190001),
        whole("person_count", "签约参保人数", "contracted insured residents", "persons", minimum=0),
    ),
)


@step(CONSORTIUM_PERSON_MONTHS, exact=True, source=Source("海府办〔2018〕251号", "二(二)", "HK-06 CON-1", "SEED"), examples=(
    Example("成员机构人数合计为医联体人数", "The members' residents add up to the consortium's",
            given={"contracted_members": [
                {"consortium_id": "A", "insurance_code": "resident", "institution_id": "H1", "month": 202001,
                 "person_count": 120},
                {"consortium_id": "A", "insurance_code": "resident", "institution_id": "H2", "month": 202001,
                 "person_count": 80}]},
            expect=[{"consortium_id": "A", "insurance_code": "resident", "month": 202001, "person_count": 200}]),
))
def consortium_person_months(contracted_members):
    """Add up each consortium's contracted residents, month by month. Source: HK-06, CON-1."""
    persons: Counter = Counter()
    for row in contracted_members:
        persons[row["consortium_id"], row["insurance_code"], row["month"]] += row["person_count"]
    return [{"consortium_id": consortium, "insurance_code": insurance, "month": month, "person_count": count}
            for (consortium, insurance, month), count in persons.items()]
