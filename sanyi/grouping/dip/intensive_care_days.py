"""Days in intensive care as the bed fees of a bill tell them, for regions whose settlement lists do not."""
import ibis

from sanyi.tables.money import total, whole_quotient
from sanyi.tables.table import Table, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

ONE_E3 = 1000  # quantities are in thousandths
DAYS = Table(
    "intensive_care_days", "床位费所示重症监护天数", "Days in intensive care by bed fees", key=("encounter_id",),
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        whole("bed_days", "重症监护床位费天数", "days of bed fees for intensive care", "days", minimum=0),
    ),
)


def _line(name, number, item, quantity_e3):
    return {"encounter_id": name, "line_number": number, "item_code": item, "class_code": "bed", "quantity_e3": quantity_e3}


FEES = Example(
    "重症监护床位费的数量合计为天数，不足一天不计；冲销的减去；历史病例同样", "The quantity of intensive-care bed fees is days, a part of a day is none, reversed ones are taken off; history cases too",
    values={"dip.intensive_care_rule": "bed_fees", "dip.intensive_care_items": ["ICU"]},
    given={"charge_lines": [_line("a", 1, "ICU", 5_000), _line("a", 2, "ICU", 2_500), _line("a", 3, "ward", 9_000), _line("b", 1, "ward", 9_000),
                            _line("c", 1, "ICU", 3_000), {**_line("c", 2, "ICU", 3_000), "amount_fen": -1}],
           "history_charge_lines": [_line("old", 1, "ICU", 8_000)]},
    expect=({"encounter_id": "a", "bed_days": 7}, {"encounter_id": "c", "bed_days": 0}, {"encounter_id": "old", "bed_days": 8}))


@step(makes=DAYS, chosen_by=("dip.intensive_care_rule", "bed_fees"), source=Source("DIP 3.0（征求意见稿）", "辅助目录", "DIP-15", "S2 DEF"), examples=(FEES,))
def intensive_care_days(charge_lines, history_charge_lines, plan):
    """Add up the quantities of the plan's bed items, a line with a negative amount taken off; whole days, never below none."""
    names = ("encounter_id", "item_code", "quantity_e3", "amount_fen")
    lines = charge_lines.select(*names).union(history_charge_lines.select(*names))
    lines = lines.filter(lines.item_code.isin(plan.value("dip.intensive_care_items")))
    signed = (lines.amount_fen < 0).ifelse(-lines.quantity_e3, lines.quantity_e3)
    days = lines.mutate(signed_e3=signed).group_by("encounter_id").agg(days_e3=total(ibis._.signed_e3))
    return days.select("encounter_id", bed_days=whole_quotient(ibis.greatest(days.days_e3, 0), ONE_E3))
