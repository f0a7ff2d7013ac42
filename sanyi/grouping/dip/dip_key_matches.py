"""Every core group that a case could fall in: all whose parts its operations meet."""
import ibis

from sanyi.grouping.dip.dip_case_facts import BASE_CODE_LENGTH, SUBCATEGORY_LENGTH
from sanyi.tables import codes
from sanyi.tables.table import Table, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

PRINCIPAL, MAIN = 0, 1  # parts of a key: the diagnosis alone (no operation), and the main operation

CANDIDATES = Table(
    "dip_key_matches", "可入核心病种", "Core groups a case could fall in", key=("encounter_id", "core_group_code"),
    note="一例可命中多个核心病种，由 dip.tie_breaks 定其一。A case may meet several; dip.tie_breaks picks one.",
    columns=(
        text("encounter_id", "就诊编码", "encounter code"),
        text("core_group_code", "核心病种", "core group"),
        whole("part_count", "组合项数", "parts of the group", "parts", minimum=0),
        whole("used_count", "命中手术数", "operations of the case that meet a part", "operations", minimum=0),
        whole("exact_count", "按扩展码精确命中的手术数", "of them matched with their extension", "operations", minimum=0),
    ),
)


def _case(name, main, related=""):
    return {"encounter_id": name, "main_key_code": main, "main_operation_code": main.partition("+")[2] or None,
            "related_operation_codes": related}


def _part(group, number, match, count):
    return {"group_code": group, "part_number": number, "match_code": match, "part_count": count}


SUBSETS = Example(
    "各部分全部命中才算；或者关系命中其一；扩展码可退到基本码；无手术的只命中无手术病种", "All parts, any code of a part, an extended code also by its base",
    given={"dip_current_cases": [_case("a", "K35.8+47.09", "54.11+54.51"), _case("b", "K35.8+47.0900x001"), _case("c", "K35.8"),
                                 _case("d", "K35.8+54.51", "47.09"), {"encounter_id": "e", "fault_code": "no_bill", "main_key_code": None}],
           "dip_catalogue_keys": [
               _part("AB", 1, "K35.8+47.09", 2), _part("AB", 2, "K35.8+54.51", 2), _part("AB", 2, "K35.8+54.11", 2),
               _part("AX", 1, "K35.8+47.09", 2), _part("AX", 2, "K35.8+99.99", 2), _part("A", 1, "K35.8+47.0900", 1),
               _part("none", 0, "K35.8", 0)]},
    expect=({"encounter_id": "a", "core_group_code": "AB", "part_count": 2, "used_count": 3, "exact_count": 3},
            {"encounter_id": "b", "core_group_code": "A", "part_count": 1, "used_count": 1, "exact_count": 0},
            {"encounter_id": "c", "core_group_code": "none", "part_count": 0, "used_count": 0, "exact_count": 0}))
ANY_ORDER = Example(
    "方案不要求主要手术在首位：手术次序颠倒也命中", "Where the main operation need not lead, the order of operations does not matter",
    values={"dip.main_operation_leads": False},
    given={"dip_history_cases": [_case("d", "K35.8+54.51", "47.09")],
           "dip_catalogue_keys": [_part("AB", 1, "K35.8+47.09", 2), _part("AB", 2, "K35.8+54.51", 2)]},
    expect=({"encounter_id": "d", "core_group_code": "AB", "used_count": 2},))


@step(makes=CANDIDATES, chosen_by=codes.BY_DIP, source=Source("DIP 2.0", "分组规则", "DIP-1 DIP-3 DIP-4", "S3 S5"), examples=(SUBSETS, ANY_ORDER))
def dip_key_matches(dip_current_cases, dip_history_cases, dip_catalogue_keys, plan):
    """Find every core group that a case of the year or of history meets: parts joined by AND, alternatives by OR.

    An operation with an extension is tried as it is and by its base code. A group of a diagnosis alone takes no case with a
    main operation. Cases of the same diagnosis and operations meet the same groups: each combination is tried once.
    """
    wanted = ("encounter_id", "main_key_code", "main_operation_code", "related_operation_codes")
    every = dip_current_cases.select(*wanted).union(dip_history_cases.select(*wanted))
    every = every.filter(every.main_key_code.notnull())
    every = every.mutate(combination=every.main_key_code + "|" + every.related_operation_codes)
    cases = every.select("combination", *wanted[1:]).distinct().rename(encounter_id="combination")
    parts = dip_catalogue_keys.select("match_code", "part_number", "part_count", core_group_code="group_code")
    done = _operation_rows(cases)
    met = done.join(parts, done.code_key == parts.match_code)
    if plan.value("dip.main_operation_leads"):
        met = met.filter((met.part_number != MAIN) | met.is_main)
    met = met.group_by(["encounter_id", "core_group_code"]).agg(
        met_count=met.part_number.nunique(), part_count=met.part_count.max(), used_count=met.operation_code.nunique(),
        exact_count=met.operation_code.nunique(where=met.is_exact))
    operated = met.filter(met.met_count == met.part_count).drop("met_count")
    bare, alone = cases.filter(cases.main_operation_code.isnull()), parts.filter(parts.part_number == PRINCIPAL)
    plain = bare.join(alone, bare.main_key_code == alone.match_code)
    nothing = ibis.literal(0, "int64")
    found = operated.union(plain.select("encounter_id", "core_group_code", part_count=nothing, used_count=nothing, exact_count=nothing))
    found = found.rename(met_combination="encounter_id")
    return every.select("encounter_id", "combination").join(found, every.combination == found.met_combination)


def _operation_rows(cases):
    """The operations that count, one row each with the key of diagnosis and code, and again by the base of a longer code."""
    one = cases.select("encounter_id", "main_key_code", operation_code="main_operation_code", is_main=ibis.literal(True))
    more = cases.filter(cases.related_operation_codes != "")
    more = more.select("encounter_id", "main_key_code", operation_code=more.related_operation_codes.replace("+", ",").split(",").unnest(),
                       is_main=ibis.literal(False))
    rows = one.filter(one.operation_code.notnull()).union(more)
    exact = rows.mutate(code=rows.operation_code, is_exact=ibis.literal(True))
    longer = rows.filter(rows.operation_code.length() > BASE_CODE_LENGTH)
    both = exact.union(longer.mutate(code=longer.operation_code.substr(0, BASE_CODE_LENGTH), is_exact=ibis.literal(False)))
    return both.mutate(code_key=both.main_key_code.substr(0, SUBCATEGORY_LENGTH) + "+" + both.code)
