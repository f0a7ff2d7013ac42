"""Each package reconciled quarter by quarter: what was earned, what its residents' care took, and what that moves."""
from collections import defaultdict

from sanyi.payment.consortium.consortium_months import CONSORTIUM_MONTHS
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

MONTHS = 3
STATE = {"within_advance": ("在预付控制线内", "within the advances"), "above_advance": ("超过预付控制线，未超过应得预算", "above the advances, within what was earned"),
         "above_earned": ("超过应得预算", "above what was earned")}
PARTS = ("inpatient_fen", "outpatient_fen", "off_site_fen")

CONSORTIUM_QUARTERS = Table(
    "consortium_quarters", "医联体季度对账", "Packages reconciled by the quarter", key=("consortium_id", "insurance_code", "month"),
    note="每季一行，月份为季末月（CON-10）。随季末月的月度结算批次记入备查科目：应得记额度，支出冲额度；不动用存款，不重复付款。"
         "医联体累计数跨季连续，四季之和等于全年。 One row a quarter, under its last month. It is posted with that month's settlement to memorandum "
         "accounts: what was earned opens the quota, what was paid draws on it. No deposit moves and nothing is paid twice. The four quarters make the year.",
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("month", "季末月", "last month of the quarter", "yyyymm", minimum=190001),
        whole("person_months_count", "本季签约人月", "contracted person-months of the quarter", "person-months", minimum=0),
        fen("earned_fen", "本季应得预算", "budget earned in the quarter", minimum=None),
        fen("advance_fen", "本季预付控制线", "line of the quarter's advances"),
        *(CONSORTIUM_MONTHS[name] for name in PARTS),
        fen("paid_fen", "本季支出", "paid for its residents in the quarter", minimum=None),
        fen("difference_fen", "本季结余（超支为负）", "earned less paid in the quarter", minimum=None),
        fen("earned_to_date_fen", "累计应得预算", "budget earned so far"),
        fen("paid_to_date_fen", "累计支出", "paid so far", minimum=None),
        fen("balance_to_date_fen", "累计结余（超支为负）", "earned less paid so far", minimum=None),
        code("state_code", "对账结果", "what the reconciliation finds", STATE),
        flag("is_final", "年终结转", "the year's last, which the settlement starts from"),
    ),
)
_KEY = {"consortium_id": "A", "insurance_code": "resident"}


def _month(number, earned, paid, persons=5, **more):
    return {**_KEY, "month": 202000 + number, "person_count": persons, "budget_to_date_fen": earned, "prepaid_to_date_fen": 75 * number,
            "outpatient_fen": paid, "paid_fen": paid, **more}


@step(CONSORTIUM_QUARTERS, exact=True, source=Source("三医参考规则", "B4", "CON-10", "DEF"), examples=(
    Example("一季度花 210，低于预付线 225；二季度累计 460，高于 450 的预付线、未过应得 600；三季度冲减后为 440；四季度累计 1 201，超过应得 1 200",
            "210 in the first quarter are below the advances of 225; 460 so far in the second are above 450 and within the 600 earned; the third takes some back; "
            "1,201 in the fourth are above the 1,200 earned",
            given={"consortium_months": [_month(number, 100 * number, {1: 210, 6: 250, 8: -20, 12: 761}.get(number, 0)) for number in range(1, 13)]},
            expect=[{"month": month, "person_months_count": 15, "earned_fen": 300, "advance_fen": 225, "outpatient_fen": paid, "paid_fen": paid,
                     "difference_fen": 300 - paid, "earned_to_date_fen": 100 * (month - 202000), "paid_to_date_fen": to_date,
                     "balance_to_date_fen": 100 * (month - 202000) - to_date, "state_code": state, "is_final": month == 202012}
                    for month, paid, to_date, state in ((202003, 210, 210, "within_advance"), (202006, 250, 460, "above_advance"),
                                                        (202009, -20, 440, "within_advance"), (202012, 761, 1_201, "above_earned"))]),
))
def consortium_quarters(consortium_months):
    """Add each package's months up to quarters and say how far it is from its advances and from what it earned; fen. Source: CON-10."""
    of: defaultdict = defaultdict(list)
    for row in sorted(consortium_months, key=lambda row: row["month"]):
        of[row["consortium_id"], row["insurance_code"]].append(row)
    return [quarter for months in of.values() for quarter in _quarters(months)]


def _quarters(months):
    """A package's quarters, each from what stood at the end of the one before."""
    made, earned, advance, to_date = [], 0, 0, 0
    for start in range(0, len(months), MONTHS):
        own, last = months[start:start + MONTHS], months[start:start + MONTHS][-1]
        paid = sum(row["paid_fen"] for row in own)
        quarter = last["budget_to_date_fen"] - earned
        to_date += paid
        made.append({"consortium_id": last["consortium_id"], "insurance_code": last["insurance_code"], "month": last["month"],
                     "person_months_count": sum(row["person_count"] for row in own), "earned_fen": quarter,
                     "advance_fen": last["prepaid_to_date_fen"] - advance, **{name: sum(row[name] for row in own) for name in PARTS},
                     "paid_fen": paid, "difference_fen": quarter - paid, "earned_to_date_fen": last["budget_to_date_fen"], "paid_to_date_fen": to_date,
                     "balance_to_date_fen": last["budget_to_date_fen"] - to_date, "state_code": _state(to_date, last), "is_final": last["month"] % 100 == 12})
        earned, advance = last["budget_to_date_fen"], last["prepaid_to_date_fen"]
    return made


def _state(paid_to_date, month):
    if paid_to_date > month["budget_to_date_fen"]:
        return "above_earned"
    return "above_advance" if paid_to_date > month["prepaid_to_date_fen"] else "within_advance"
