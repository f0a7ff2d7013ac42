"""AUD-02: a service charged to a patient of the sex it is not for."""
from sanyi.audit.hits import hits_of
from sanyi.audit.rule import Rule
from sanyi.audit.sex_limits import EVIDENCE, sex_hits
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

SOURCE = Source("医疗保障基金智能监管规则库", "GZ10000302004", "AUD-02", "S17")
GIVEN = {"residents": [{"resident_id": "P1", "sex_code": "female"}, {"resident_id": "P2", "sex_code": "male"}],
         "charge_items": [{"item_code": "S1", "class_code": "examination", "sex_code": "male"},
                          {"item_code": "D1", "class_code": "drug", "sex_code": "male"}]}


def _line(case: str, number: int, item: str) -> dict:
    return {"encounter_id": case, "line_number": number, "item_code": item, "quantity_e3": 1000,
            "in_scope_fen": 12000, "resident_id": case.replace("E", "P")}


@step(makes=hits_of("AUD-02"), source=SOURCE, examples=(
    Example("女性患者收取前列腺检查费", "A man's examination charged to a woman",
            {**GIVEN, "watched_lines": [_line("E1", 1, "S1"), _line("E1", 2, "D1"), _line("E2", 1, "S1")]},
            [{"encounter_id": "E1", "line_number": 1, "item_code": "S1", "seen_value": "female", "allowed_value": "male",
              "amount_fen": 12000, "action_code": "refuse"}]),
    Example("性别相符：不命中", "The sex agrees: no hit", {**GIVEN, "watched_lines": [_line("E2", 1, "S1")]}, [])))
def audit_hits_aud_02(watched_lines, charge_items, residents):
    """Lines of services and material whose sex limit is not the patient's sex; lines not wholly refunded."""
    return sex_hits("AUD-02", watched_lines, charge_items, residents, for_drugs=False)


RULE = Rule(
    "AUD-02", "医疗服务项目区分性别使用", "Service limited to one sex", "医疗服务项目有性别限制，与患者性别不符",
    "A service limited to one sex is charged to a patient of the other", "medical", "refuse", EVIDENCE, "sex", SOURCE,
    audit_hits_aud_02, "GZ10000302004")
