"""What is set aside of each consortium's funds before its package."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text
from sanyi.terms.example import Example
from sanyi.terms.fen import PPM, share_out
from sanyi.terms.source import Source
from sanyi.terms.step import step

CONSORTIUM_SET_ASIDES = Table(
    "consortium_set_asides", "打包前提留", "Set aside before the packages", key=("consortium_id", "insurance_code", "set_aside_code"),
    note="各项之和等于先行提留，一分不差（最大余数法）。 The parts sum to what is set aside to the fen (largest remainder).",
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        code("set_aside_code", "提留项目", "set aside for", codes.SET_ASIDE),
        fen("amount_fen", "金额", "amount"),
    ),
)


@step(CONSORTIUM_SET_ASIDES, exact=True, source=Source("三医参考规则", "B4", "CON-2", "DEF"), examples=(
    Example("提留 100 分，按风险金 2% 和人均 60 元（人均筹资 1 000 元的 6%）分", "100 fen parted by 2 % and 60 yuan of the 1,000 raised per head",
            given={"consortium_budgets": [{"consortium_id": "A", "insurance_code": "resident", "raised_per_head_fen": 100_000, "set_aside_fen": 101}]},
            values={"consortium.set_asides": [{"set_aside": "risk_reserve", "share_ppm": 20_000}, {"set_aside": "catastrophic_premium", "per_head_fen": 6_000}]},
            expect=[{"set_aside_code": "catastrophic_premium", "amount_fen": 76}, {"set_aside_code": "risk_reserve", "amount_fen": 25}]),
    Example("没有提留：没有行", "Nothing is set aside: no rows",
            given={"consortium_budgets": [{"consortium_id": "A", "insurance_code": "resident"}]}, expect=[]),
))
def consortium_set_asides(consortium_budgets, plan):
    """Part what is set aside of each consortium's funds by purpose; fen. Source: CON-2."""
    made = []
    for row in consortium_budgets:
        weights = {}
        for aside in plan.value("consortium.set_asides"):
            weight = row["raised_per_head_fen"] * aside.get("share_ppm", 0) + aside.get("per_head_fen", 0) * PPM
            weights[aside["set_aside"]] = weights.get(aside["set_aside"], 0) + weight
        parts = share_out(row["set_aside_fen"], weights) if any(weights.values()) else {}
        made += [{"consortium_id": row["consortium_id"], "insurance_code": row["insurance_code"], "set_aside_code": name, "amount_fen": part}
                 for name, part in parts.items() if weights[name]]
    return made
