"""Rules of a synthetic region that come before its core disease groups: transplant, long ventilation, low birth weight and the like.

Demonstration rules in the form of the layers of payment by disease score, not those of any place. A line reads: layer | group |
name | limits | conditions; conditions are kind=code/code, a further part of the same kind after a plus sign; `>` names the group
whose points it takes.
"""

NAME = "demo"
RULES = """
early|移植|器官移植||operation=37.51/50.59/55.69/33.5
early|有创通气96小时以上|有创呼吸机治疗96小时及以上|hours=96|measure=*
early|低出生体重0-999|低出生体重儿，不足1000克|days=28 grams=0-999|measure=*
early|低出生体重1000-1499|低出生体重儿，1000至1499克|days=28 grams=1000-1499|measure=*
early|低出生体重1500-1999|低出生体重儿，1500至1999克|days=28 grams=1500-1999|measure=*
early|低出生体重2000-2499|低出生体重儿，2000至2499克|days=28 grams=2000-2499|measure=*
merged|胃肠镜下息肉治疗|内镜下胃肠息肉治疗||principal=K31/K63 operation=43.4100/45.4200/45.4300
merged|M47.9+中医推拿|脊椎关节强硬：中医推拿>M47.9+93.3900||principal=M47.9 operation=17.95
diagnosis|C34.9-化疗|肺恶性肿瘤伴继发性恶性肿瘤||principal=C34 other_diagnosis=C78/C79
diagnosis|A15.0-脏器衰竭|肺结核伴脏器衰竭||principal=A15 other_diagnosis=J96/R57
"""
TCM_MARK = "中医"


def rule_groups() -> list[dict]:
    """The rules as rows of dip_catalogue_groups."""
    return [_group(number, *line.split("|")) for number, line in enumerate(RULES.split("\n")[1:-1], 1)]


def rule_conditions() -> list[dict]:
    """Their conditions as rows of dip_catalogue_conditions."""
    made = []
    for line in RULES.split("\n")[1:-1]:
        _, group, _, _, conditions = line.split("|")
        for word in conditions.split():
            kind, parts = word.split("=")
            made += [{"catalogue_code": NAME, "group_code": group, "kind_code": kind, "part_number": number, "code": code}
                     for number, part in enumerate(parts.split("+"), 1) for code in part.split("/")]
    return made


def _group(number: int, layer: str, group: str, name: str, limits: str, conditions: str) -> dict:
    said = dict(word.split("=") for word in limits.split())
    least, _, greatest = said.get("grams", "").partition("-")
    title, _, paid_as = name.partition(">")
    return {
        "catalogue_code": NAME, "group_code": group, "layer_code": layer, "order_number": number, "name": title, "points_e4": None,
        "weight_e4": None, "mean_fen": None, "paid_as_code": paid_as or None, "is_primary_care": False, "is_tcm_advantage": TCM_MARK in group,
        "is_bed_day": False, "greatest_age_days": _number(said.get("days")), "least_birth_weight_grams": _number(least),
        "greatest_birth_weight_grams": _number(greatest), "least_ventilation_hours": _number(said.get("hours"))}


def _number(text: str | None) -> int | None:
    return int(text) if text else None
