"""The amount in scope of every bill, counted from its lines."""
import ibis

from sanyi.tables.money import take_rate, total
from sanyi.tables.table import Table, fen, text
from sanyi.terms.example import Example
from sanyi.terms.fen import PPM
from sanyi.terms.source import Source
from sanyi.terms.step import step

BENEFIT_IN_SCOPE = Table(
    "benefit_in_scope", "政策范围内费用", "Amounts in scope", key=("encounter_id",),
    note="总费用 = 丙类 + 乙类先行自付 + 超限价 + 政策范围内；目录中没有的项目按丙类计。"
         " total = class C + class B self-pay + over the price limit + in scope; an item the price list lacks counts as class C.",
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        fen("total_fen", "明细合计", "sum of the lines", minimum=None), fen("class_c_fen", "丙类", "class C", minimum=None),
        fen("class_b_self_fen", "乙类先行自付", "class B self-pay", minimum=None),
        fen("over_limit_fen", "超限价", "over the price limit", minimum=None),
        fen("in_scope_fen", "政策范围内", "in scope", minimum=None),
    ),
)


def _line(number, item, price, quantity=1):
    return {"encounter_id": "E1", "line_number": number, "item_code": item, "unit_price_fen": price,
            "quantity_e3": quantity * 1000, "amount_fen": price * quantity}


@step(BENEFIT_IN_SCOPE, locality="case", source=Source("三医参考规则", "B5", "BEN-1", "DEF"), examples=(
    Example("丙类、乙类自付、超限价逐行扣除", "Class C, class B self-pay and what is over the limit, line by line",
            given={"charge_items": [
                {"item_code": "A", "scope_share_ppm": 1_000_000, "price_limit_fen": 9_000},
                {"item_code": "B", "scope_share_ppm": 850_000}, {"item_code": "C", "scope_share_ppm": 0}],
                "charge_lines": [_line(1, "A", 10_000, 2), _line(2, "B", 333), _line(3, "C", 5_000), _line(4, "?", 70)]},
            values={"benefit.in_scope_from": "lines"},
            expect=[{"total_fen": 25_403, "class_c_fen": 5_070, "class_b_self_fen": 50, "over_limit_fen": 2_000,
                     "in_scope_fen": 18_283}]),
), chosen_by=("benefit.in_scope_from", "lines"))
def benefit_in_scope(charge_lines, charge_items):
    """Cut each line to its price limit, take its share in scope half up, and add up by encounter; fen. Source: BEN-1."""
    items = charge_items.select("item_code", "price_limit_fen", "scope_share_ppm")
    lines = charge_lines.left_join(items, "item_code").drop("item_code_right")
    is_over = (lines.unit_price_fen > lines.price_limit_fen).fill_null(False)
    limited = lines.amount_fen - take_rate(lines.quantity_e3, lines.price_limit_fen.fill_null(0), 1000)  # what is taken back has a negative quantity
    lines = lines.mutate(over=is_over.ifelse(limited, 0), share=lines.scope_share_ppm.fill_null(0))
    lines = lines.mutate(allowed=lines.amount_fen - lines.over)
    lines = lines.mutate(inside=take_rate(lines.allowed, lines.share, PPM))
    nothing = ibis.literal(0, "int64")
    lines = lines.mutate(in_c=(lines.share == 0).ifelse(lines.allowed, nothing),
                         in_b=(lines.share == 0).ifelse(nothing, lines.allowed - lines.inside))
    return lines.group_by("encounter_id").agg(
        total_fen=total(lines.amount_fen), class_c_fen=total(lines.in_c), class_b_self_fen=total(lines.in_b),
        over_limit_fen=total(lines.over), in_scope_fen=total(lines.inside))
