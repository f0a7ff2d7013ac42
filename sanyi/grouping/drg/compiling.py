"""From a scheme's published tables to tables the engine looks codes up in: done once, so that a case costs a few look-ups."""
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from sanyi.grouping.drg.conditions import BOUNDS, EVERY, FREE, Conditions
from sanyi.grouping.drg.rule_words import asked_words
from sanyi.grouping.drg.rules import OPERATION, Lists, Requirement, Rule, gathered, rules_in_order
from sanyi.grouping.drg.scheme import Scheme

SPAN = 2**20         # more than there are operations or diagnoses
UNRANKED = 2**31     # after every rule
DEGREE_BITS = 30     # the code words of complications; those of major ones lie above them
WORD_BITS, WORD_WEIGHT = 16, 8
MOST_EXCLUSIONS = 12_870
Tables = dict[str, list[dict[str, Any]]]


def compiled(scheme: Scheme) -> Tables:
    """The compiled tables of a scheme by name (`sanyi.tables.compiled_scheme`)."""
    lists = gathered(scheme)
    rules = rules_in_order(scheme, lists)
    diagnoses, operations = _numbers(_known_diagnoses(scheme)), _numbers(_known_operations(scheme))
    groups, members = _groups(rules, lists, diagnoses)
    valid = {operations[row["proc"]] for row in scheme["proc_valid"]}
    keys, candidates, ranks = _decided(rules, lists, members, operations, valid)
    return {
        "scheme_diagnoses": _diagnoses(scheme, diagnoses, groups, ranks), "scheme_operations": _operations(scheme, operations),
        "scheme_keys": keys, "scheme_candidates": candidates, "scheme_conditions": [_condition(rank, rule) for rank, rule in enumerate(rules)],
        **_requirements(rules, diagnoses, operations), "scheme_rules": [_rule(rank, rule) for rank, rule in enumerate(rules)],
        "scheme_settings": [{"scheme_code": scheme.name, "is_weight_needed": scheme.switches["newborn_weight"],
                             "is_operation_refused": scheme.switches["refuse_unknown_operation"]}]}


def _numbers(codes: Iterable[str]) -> dict[str, int]:
    return {code: number for number, code in enumerate(sorted(set(codes)), start=1)}


def _known_diagnoses(scheme: Scheme) -> list[str]:
    """The edition's codes, and those that any list names."""
    return [row["code"] for row in scheme["dx_name"]] + [row["dx"] for table in ("mdc_dx", "adrg_dx", "mcc", "cc", "cce") for row in scheme[table]]


def _known_operations(scheme: Scheme) -> list[str]:
    return [row["code"] for row in scheme["proc_name"]] + [row["proc"] for table in ("adrg_proc", "proc_valid") for row in scheme[table]]


def mapped(numbers: Mapping[str, int], crosswalk: Iterable[Mapping[str, str]], is_on: bool) -> dict[str, str]:
    """Every code a case may carry to the edition's: by the crosswalk first, else the edition's code as it stands."""
    turned = {row["code"]: row["value"] for row in crosswalk if is_on and row["value"] in numbers}
    return {code: code for code in numbers} | turned


def _groups(rules: list[Rule], lists: Lists, diagnoses: Mapping[str, int]) -> tuple[dict[str, int], dict[int, frozenset]]:
    """Principal diagnoses that stand in the same lists are alike to every rule: one group number for them."""
    asked = {one for rule in rules for one in rule.principal}
    standing: dict[str, set] = defaultdict(set)
    for kind, name in asked:
        for code in lists.mdc[name] if kind == "mdc" else lists.dx[name, "0"]:
            standing[code].add((kind, name))
    alike = {code: frozenset(standing.get(code, ())) for code in diagnoses}
    number = {lists_: place for place, lists_ in enumerate(sorted(set(alike.values()), key=sorted))}
    return {code: number[one] for code, one in alike.items()}, {place: one for one, place in number.items()}


def _is_plain(rule: Rule, valid: tuple[int, ...], main_valid: tuple[int, ...] = (0, 1)) -> bool:
    """Whether a rule asks nothing more than its lists, knowing whether operations are valid (0, 1 or either)."""
    held = rule.conditions
    known = {"valid_count": valid, "main_valid_count": main_valid}
    bounds = ((getattr(held, name), known.get(name)) for name in BOUNDS)
    return not rule.needs and (held.sex, held.leaving) == (FREE.sex, FREE.leaving) and \
        all(bound == EVERY if seen is None else all(bound[0] <= one <= bound[1] for one in seen) for bound, seen in bounds)


def _decided(rules: list[Rule], lists: Lists, members: Mapping[int, frozenset], operations: Mapping[str, int], valid: set[int]) -> tuple[list, list, dict]:
    """What each group of principal diagnoses decides alone and with each main operation; what remains are candidates."""
    keys, candidates, ranks = [], [], {}
    main = {rule.main: sorted({operations[code] for code in lists.proc[rule.main, "0"]}) for rule in rules if rule.main}
    for group, standing in members.items():
        open_rules = [(rank, rule) for rank, rule in enumerate(rules) if standing.issuperset(rule.principal)]
        alone = [(rank, rule) for rank, rule in open_rules if not rule.main]
        first = [next((rank for rank, rule in alone if _is_plain(rule, (number,))), UNRANKED) for number in (0, 1)]
        own = [(rank, rule) for rank, rule in alone if rank < max(first) and not (_is_plain(rule, (0,)) or _is_plain(rule, (1,)))]
        ranks[group] = {"plain_rank_number": first[0], "valid_rank_number": first[1], "has_candidates": any(not rule.needs for _, rule in own)}
        candidates += [_candidate(group * SPAN, rank, rule) for rank, rule in own]
        found = _by_operation([(rank, rule) for rank, rule in open_rules if rule.main and rank < max(first)], main, valid)
        for operation, (best, waiting) in sorted(found.items()):
            key = group * SPAN + operation
            keys.append({"key_number": key, "key_rank_number": best, "has_key_candidates": any(not rule.needs for _, rule in waiting)})
            candidates += [_candidate(key, rank, rule) for rank, rule in waiting]
    return keys, candidates, ranks


def _candidate(key: int, rank: int, rule: Rule) -> dict[str, int]:
    return {"key_number": key, "rank_number": rank, "need_count": len(rule.needs)}


def _by_operation(open_rules: list[tuple[int, Rule]], main: Mapping[str, list[int]], valid: set[int]) -> dict[int, tuple[int, list[tuple[int, Rule]]]]:
    """For each main operation: the first rule that asks nothing more, and those before it that do."""
    found: dict[int, tuple[int, list[tuple[int, Rule]]]] = {}
    for rank, rule in open_rules:
        plain = {is_valid: _is_plain(rule, (1,) if is_valid else (0, 1), (int(is_valid),)) for is_valid in (False, True)}
        barred = {False: rule.conditions.main_valid_count[0] > 0, True: rule.conditions.valid_count[1] < 1 or rule.conditions.main_valid_count[1] < 1}
        for operation in main[rule.main]:
            best, waiting = found.get(operation, (UNRANKED, []))
            is_valid = operation in valid
            if best < UNRANKED or barred[is_valid]:
                continue
            found[operation] = (rank, waiting) if plain[is_valid] else (best, [*waiting, (rank, rule)])
    return found


def code_words(numbers: Mapping[str, int]) -> dict[str, int]:
    """A code word of eight bits set among sixteen for each exclusion table.

    Laid over each other, two different words have more than eight bits: so "all a case's complications stand in this table"
    is one comparison after one bitwise sum, in any order of the rows.
    """
    words = (sum(1 << place for place in places) for places in combinations(range(WORD_BITS), WORD_WEIGHT))
    return dict(zip(sorted(numbers, key=numbers.__getitem__), words, strict=False))


def _diagnoses(scheme: Scheme, diagnoses: Mapping[str, int], groups: Mapping[str, int], ranks: Mapping[int, dict]) -> list[dict[str, Any]]:
    exclusions = _numbers(row["excl"] for table in ("mcc", "cc", "cce") for row in scheme[table])
    of = {table: {row["dx"]: row["excl"] for row in scheme[table]} for table in ("mcc", "cc", "cce")}
    words = code_words(exclusions)
    of_both = {excl: word | word << DEGREE_BITS for excl, word in words.items()}
    complication = {code: words[of["cc"][code]] if code in of["cc"] else 0 for code in {*of["mcc"], *of["cc"]}}
    complication |= {code: complication[code] | words[excl] << DEGREE_BITS for code, excl in of["mcc"].items()}
    numbered = {table: {code: exclusions[number] for code, number in held.items()} for table, held in of.items()}
    return [{"code": code, "mapped_code": target, "diagnosis_number": diagnoses[target], "group_number": groups[target], **ranks[groups[target]],
             "principal_exclusion_number": numbered["cce"].get(target, 0), "own_number": of_both.get(of["cce"].get(target), 0),
             "complication_number": complication.get(target, 0), "mcc_exclusion_number": numbered["mcc"].get(target),
             "cc_exclusion_number": numbered["cc"].get(target), "principal_exclusion_code": of["cce"].get(target),
             "complication_exclusion_code": of["mcc"].get(target) or of["cc"].get(target)}
            for code, target in mapped(diagnoses, scheme["dx_crosswalk"], scheme.switches["crosswalk"]).items()]


def _operations(scheme: Scheme, operations: Mapping[str, int]) -> list[dict[str, Any]]:
    valid = {row["proc"] for row in scheme["proc_valid"]}
    return [{"code": code, "mapped_code": target, "operation_number": operations[target], "is_valid": target in valid}
            for code, target in mapped(operations, scheme["proc_crosswalk"], scheme.switches["crosswalk"]).items()]


def _requirements(rules: list[Rule], diagnoses: Mapping[str, int], operations: Mapping[str, int]) -> Tables:
    """Requirements numbered once each, the codes that count towards them, and the rules that need them."""
    numbers: dict[Requirement, int] = {}
    needs = [{"requirement_number": numbers.setdefault(one, len(numbers) + 1), "rank_number": rank, "least_count": one.least, "need_count": len(rule.needs)}
             for rank, rule in enumerate(rules) for one in sorted(rule.needs, key=lambda one: (one.kind, one.least, one.counted))]
    items = []
    for one, number in numbers.items():
        codes, things = operations if one.kind == OPERATION else diagnoses, _numbers(thing for _, thing in one.counted)
        items += [{"item_number": one.kind * SPAN + codes[code], "requirement_number": number, "counted_number": things[thing]} for code, thing in one.counted]
    return {"scheme_requirements": items, "scheme_needs": needs}


def _condition(rank: int, rule: Rule) -> dict[str, int]:
    held: Conditions = rule.conditions
    bounds = {f"{end}_{name}": getattr(held, name)[place] for name in BOUNDS for place, end in enumerate(("least", "most"))}
    return {"condition_rank_number": rank, "taken_sex_number": held.sex, "taken_leaving_number": held.leaving, **bounds}


def _rule(rank: int, rule: Rule) -> dict[str, Any]:
    return {"rank_number": rank, "mdc_code": rule.mdc, "adrg_code": rule.adrg, "rule_status_code": rule.status, "has_main_list": bool(rule.main),
            **{f"drg_{level}_code": drg for level, drg in zip(("none", "cc", "mcc"), rule.drgs, strict=True)},
            **dict(zip(("asked_zh", "asked_en"), asked_words(rule), strict=True))}
