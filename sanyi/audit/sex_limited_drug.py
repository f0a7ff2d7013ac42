"""AUD-01: a drug charged to a patient of the sex it is not for."""
from sanyi.audit.hits import hits_of
from sanyi.audit.rule import Rule
from sanyi.audit.sex_limits import EVIDENCE, sex_hits
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("医疗保障基金智能监管规则库", "GZ10000301004", "AUD-01", "S17")
CASE = {"residents": [{"resident_id": "P1", "sex_code": "male"}],
        "charge_items": [{"item_code": "D1", "class_code": "drug", "sex_code": "female"},
                         {"item_code": "D2", "class_code": "drug", "sex_code": None},
                         {"item_code": "S1", "class_code": "treatment", "sex_code": "female"}]}


def _line(number: int, item: str, quantity_e3: int, amount: int) -> dict:
    return {"encounter_id": "E1", "line_number": number, "item_code": item, "quantity_e3": quantity_e3,
            "in_scope_fen": amount, "resident_id": "P1"}


@step(makes=hits_of("AUD-01"), source=SOURCE, examples=(
    Example("男性患者收取女性用药", "A woman's drug charged to a man",
            {**CASE, "watched_lines": [_line(1, "D1", 1000, 1800), _line(2, "D2", 1000, 500), _line(3, "S1", 1000, 900)]},
            [{"line_number": 1, "item_code": "D1", "seen_value": "male", "allowed_value": "female", "amount_fen": 1800}]),
    Example("已全部退费：不命中", "Wholly refunded: no hit",
            {**CASE, "watched_lines": [_line(1, "D1", 1000, 1800), _line(2, "D1", -1000, -1800)]}, []),
    Example("退了一半：命中另一半", "Half refunded: the other half is hit",
            {**CASE, "watched_lines": [_line(1, "D1", 2000, 3600), _line(2, "D1", -1000, -1800)]},
            [{"line_number": 1, "amount_fen": 1800}])))
def audit_hits_aud_01(watched_lines, charge_items, residents):
    """Lines of drugs whose sex limit is not the patient's sex; lines not wholly refunded."""
    return sex_hits("AUD-01", watched_lines, charge_items, residents, for_drugs=True)


RULE = Rule(
    "AUD-01", "药品区分性别使用", "Drug limited to one sex", "药品有性别限制，与患者性别不符",
    "A drug limited to one sex is charged to a patient of the other", "medical", "refuse", EVIDENCE, "sex", SOURCE,
    audit_hits_aud_01, "GZ10000301004")
