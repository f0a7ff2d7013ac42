"""The core groups as parts that a case must meet: built from the combinations that occurred often enough, or as imported."""
from collections import Counter, defaultdict

from sanyi.tables import codes
from sanyi.tables.table import Table, flag, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

KEYS = Table(
    "dip_catalogue_keys", "核心病种组合", "Keys of the core groups", key=("group_code", "part_number", "match_code"),
    note="一个病种的每一部分都须有一项手术命中，同一部分的各编码满足其一即可；第0部分为无手术的诊断。Each part of a group must be met by an operation; "
         "of one part any code will do. Part 0 is a diagnosis without an operation.",
    columns=(
        text("group_code", "病种编码", "group: diagnosis, main operation, related operations in code order"),
        whole("part_number", "部分", "part: 0 the diagnosis alone, 1 the main operation, then the related ones", "", minimum=0),
        text("match_code", "匹配编码", "diagnosis, with one operation that meets the part"),
        whole("part_count", "部分数", "parts to be met", "parts", minimum=0),
        flag("has_related_operations", "含相关手术", "has related operations"),
        whole("case_count", "三年例数", "cases in three years that made it a group", "cases", nullable=True, minimum=1),
    ),
)


def _count(full, cases):
    return {"full_key_code": full, "main_key_code": "+".join(full.split("+")[:2]), "case_count": cases}


FOLDED = Example(
    "完整组合例数不足的，先并入部分相关手术的组合，再并入主要组合看例数", "A key with too few cases counts with a part of it that is a group, else with its main key",
    values={"dip.core_case_minimum": 2},
    given={"dip_key_counts": [_count("K35.8+47.0901+54.5101", 2), _count("K35.8+47.0901+54.1101", 1), _count("K35.8+47.0901", 1),
                              _count("K35.8+47.0901+54.1101+54.5101", 1), _count("K35.8", 1)]},
    expect=({"group_code": "K35.8+47.0901", "part_number": 1, "match_code": "K35.8+47.0901", "part_count": 1, "case_count": 2},
            {"group_code": "K35.8+47.0901+54.5101", "part_number": 1, "match_code": "K35.8+47.0901", "part_count": 2, "case_count": 3},
            {"group_code": "K35.8+47.0901+54.5101", "part_number": 2, "match_code": "K35.8+54.5101", "part_count": 2, "case_count": 3}))


def _condition(kind, part, code):
    return {"catalogue_code": "city", "group_code": "K35.8+47.01/47.09", "kind_code": kind, "part_number": part, "code": code}


IMPORTED = Example(
    "导入目录：或者关系的手术各列一行", "An imported catalogue: one row for each operation of an alternative",
    values={"dip.catalogue": "city"},
    given={"dip_catalogue_groups": [{"catalogue_code": "city", "group_code": "K35.8+47.01/47.09"},
                                    {"catalogue_code": "other", "group_code": "K35.9"}],
           "dip_catalogue_conditions": [_condition("principal", 1, "K35.8"), _condition("operation", 1, "47.0100"),
                                        _condition("operation", 1, "47.0900")],
           "dip_key_counts": [_count("A09.9", 99)]},
    expect=({"group_code": "K35.8+47.01/47.09", "part_number": 1, "match_code": "K35.8+47.0100", "part_count": 1, "case_count": None},
            {"group_code": "K35.8+47.01/47.09", "part_number": 1, "match_code": "K35.8+47.0900", "part_count": 1, "case_count": None}))


@step(makes=KEYS, exact=True, chosen_by=codes.BY_DIP, source=Source("DIP 1.0 / 2.0", "病种组合", "DIP-1 DIP-2 DIP-3", "S2 S5"), examples=(FOLDED, IMPORTED))
def dip_catalogue_keys(dip_key_counts, dip_catalogue_groups, dip_catalogue_conditions, plan):
    """Core groups: those of the imported catalogue that the plan names, else full keys with enough cases, then main keys of the rest.

    A case whose full key has too few counts with the groups that hold its main operation and some of its related ones; the
    main key is counted over the cases that are left. A key needs the plan's fewest cases.
    """
    catalogue = plan.value("dip.catalogue")
    if catalogue == "built":
        return _built(dip_key_counts, plan.value("dip.core_case_minimum"))
    own = {row["group_code"] for row in dip_catalogue_groups if (row["catalogue_code"], row["layer_code"]) == (catalogue, "core")}
    return list(_imported(own, [row for row in dip_catalogue_conditions if row["catalogue_code"] == catalogue and row["group_code"] in own]))


def _built(counts, fewest):
    full = {row["full_key_code"]: row["case_count"] for row in counts
            if row["full_key_code"] != row["main_key_code"] and row["case_count"] >= fewest}
    of_main, main = defaultdict(list), Counter()
    for key in full:
        of_main[_main(key)].append((set(key.split("+")[2:]), key))
    for row in counts:
        if row["full_key_code"] not in full:
            related = set(row["full_key_code"].split("+")[2:])
            fitting = [(len(own), key) for own, key in of_main[row["main_key_code"]] if own <= related]
            if fitting:
                full[min(fitting, key=lambda one: (-one[0], one[1]))[1]] += row["case_count"]
            else:
                main[row["main_key_code"]] += row["case_count"]
    often = {**full, **{key: count for key, count in main.items() if count >= fewest}}
    return [part for key, count in often.items() for part in _parts(key, count)]


def _main(key):
    return "+".join(key.split("+")[:2])


def _parts(key, count):
    diagnosis, *operations = key.split("+")
    shared = {"group_code": key, "part_count": len(operations), "has_related_operations": len(operations) > 1, "case_count": count}
    if not operations:
        yield {**shared, "part_number": 0, "match_code": diagnosis}
    for number, operation in enumerate(operations, 1):
        yield {**shared, "part_number": number, "match_code": f"{diagnosis}+{operation}"}


def _imported(groups, conditions):
    found = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    for row in conditions:
        found[row["group_code"]][row["kind_code"]][row["part_number"]].add(row["code"])
    for group in sorted(groups):
        operations = found[group]["operation"]
        shared = {"group_code": group, "part_count": len(operations), "has_related_operations": len(operations) > 1, "case_count": None}
        for diagnosis in sorted(code for codes in found[group]["principal"].values() for code in codes):
            if not operations:
                yield {**shared, "part_number": 0, "match_code": diagnosis}
            for number, alternatives in operations.items():
                yield from ({**shared, "part_number": number, "match_code": f"{diagnosis}+{one}"} for one in sorted(alternatives))
