"""The few charge lines that any line rule has an eye on, found in one pass over all of them."""
from sanyi.audit.hits import CASE, with_case
from sanyi.tables.record.charge_lines import CHARGE_LINES
from sanyi.tables.record.encounters import ENCOUNTERS
from sanyi.tables.table import Table
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

LINE = ("encounter_id", "line_number", "item_code", "quantity_e3", "unit_price_fen", "in_scope_fen", "charged_on")
WATCHED_LINES = Table(
    "watched_lines", "受关注明细", "Watched charge lines", key=("encounter_id", "line_number"), partition="month",
    note="限性别项目、重复收费组合中的项目、单价高于最高限价的明细。Lines of items limited to one sex, of items of a pair "
         "that must not be charged together, and lines dearer than the approved price.",
    columns=(*(CHARGE_LINES[name] for name in LINE), *(ENCOUNTERS[name] for name in CASE)),
)


def _line(number: int, item: str, price: int) -> dict:
    return {"encounter_id": "E1", "line_number": number, "item_code": item, "unit_price_fen": price}


@step(makes=WATCHED_LINES, locality="case", source=Source("医疗保障基金智能监管规则库", "", "AUD-01 AUD-02 AUD-12 AUD-26", "S17"),
      examples=(
    Example("限性别、重复收费组合、超限价的明细留下", "Limited to a sex, of a pair, or too dear: kept",
            given={"encounters": [{"encounter_id": "E1", "institution_id": "H1"}],
                   "charge_items": [{"item_code": "S", "sex_code": "male"}, {"item_code": "A"}, {"item_code": "B"},
                                    {"item_code": "P", "price_limit_fen": 100}, {"item_code": "Q"}],
                   "knowledge_points": [{"point_id": "K", "rule_code": "AUD-12", "item_code": "A", "other_item_code": "B"},
                                        {"point_id": "L", "rule_code": "AUD-13", "item_code": "Q"}],
                   "charge_lines": [_line(1, "S", 1), _line(2, "A", 1), _line(3, "B", 1), _line(4, "P", 101),
                                    _line(5, "P", 100), _line(6, "Q", 999), _line(7, "unlisted", 1)]},
            expect=[{"line_number": number, "institution_id": "H1"} for number in (1, 2, 3, 4)]),))
def watched_lines(charge_lines, encounters, charge_items, knowledge_points):
    """Keep lines of sex-limited items, of items in a pair, and lines above the approved price; refunds of them too.

    Each with its case's columns. Four rules read these lines, a few in a hundred, so that the sixty million lines of a
    city-year are read once for all.
    """
    pairs = knowledge_points.filter(knowledge_points.rule_code == "AUD-12")
    in_pairs = pairs.select("item_code").union(pairs.select(item_code=pairs.other_item_code)).distinct()
    paired = charge_items.left_join(in_pairs.mutate(is_paired=True), "item_code")
    watched = paired.select("item_code", "price_limit_fen",
                            is_watched=paired.sex_code.notnull() | paired.is_paired.fill_null(False))
    lines = charge_lines.inner_join(watched, "item_code")
    too_dear = (lines.unit_price_fen > lines.price_limit_fen).fill_null(False)
    # The planner cannot know how few lines these are and would join every line to its case first; distinct() holds it up.
    kept = lines.filter(lines.is_watched | too_dear).select(*LINE).distinct()
    return with_case(kept.mutate(settled_month=0), encounters)
