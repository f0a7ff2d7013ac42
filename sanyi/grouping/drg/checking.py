"""What a scheme's tables owe each other: every name that one uses, another holds."""
import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from sanyi.grouping.drg.compiling import MOST_EXCLUSIONS
from sanyi.grouping.drg.reading import Fault, Read
from sanyi.grouping.drg.rules import asks_nothing, parts_of
from sanyi.grouping.drg.scheme import SWITCHES, Row

WAYS = re.compile(r"[1-9](\|[1-9])*")
LISTS = re.compile(r"[^+\s]+(\+[^+\s]+)*")
TAGS = re.compile(r"[^+;\s]+(\+[^+;\s]+)*(;[^+;\s]+(\+[^+;\s]+)*)*")
MOST_TAGS_APART = 6


def check(read: Read) -> list[Fault]:
    """Every fault of a scheme as read, those of single cells first."""
    return [*read.faults, *(fault for part in (_names, _forms, _lists, _switches, _exclusions) for fault in part(read))]


def notices(read: Read) -> list[Fault]:
    """What a scheme may have but its loader should know: codes outside its own code list, groups that nothing can reach."""
    return [*read.notices, *_outside(read, "dx_name", ("mdc_dx", "adrg_dx", "mcc", "cc", "cce"), "dx"), *_outside(read, "proc_name", ("adrg_proc", "proc_valid"), "proc"), *_empty_rules(read)]


def _rows(read: Read, table: str) -> Iterator[tuple[int, Row]]:
    return zip(read.lines.get(table, ()), read.rows.get(table, ()), strict=True)


def _missing(read: Read, table: str, columns: tuple[str, ...], held: set, other: str) -> Iterator[Fault]:
    for line, row in _rows(read, table):
        seen = tuple(row[name] for name in columns)
        if seen not in held:
            yield Fault(read.files[table], line, ", ".join(columns), ", ".join(map(str, seen)), f"在 {other} 表中有", f"one that {other} has")


def _pairs(read: Read, table: str, *columns: str) -> set:
    return {tuple(row[name] for name in columns) for row in read.rows.get(table, ())}


def _names(read: Read) -> Iterator[Fault]:
    """Categories and groups: each that is named is ruled, ordered and split."""
    gates, groups = _pairs(read, "mdc_rule", "mdc"), _pairs(read, "adrg_rule", "mdc", "adrg")
    yield from _missing(read, "mdc_dx", ("mdc",), gates, "mdc_rule")
    yield from _missing(read, "mdc_adrg", ("mdc", "adrg"), groups, "adrg_rule")
    yield from _missing(read, "adrg_rule", ("mdc",), gates, "mdc_rule")
    yield from _missing(read, "adrg_rule", ("mdc", "adrg"), _pairs(read, "mdc_adrg", "mdc", "adrg"), "mdc_adrg")
    yield from _missing(read, "adrg_rule", ("adrg",), _pairs(read, "drg", "adrg"), "drg")
    for table in ("adrg_dx", "adrg_proc", "drg"):
        yield from _missing(read, table, ("adrg",), _pairs(read, "adrg_rule", "adrg"), "adrg_rule")


def _forms(read: Read) -> Iterator[Fault]:
    """Ways of leaving, list numbers and tags are written so that they can be read; bounds do not cross."""
    for table in ("mdc_rule", "adrg_rule", "drg"):
        for line, row in _rows(read, table):
            forms = (("leaving_types", WAYS, "1|5"), ("dx_lists", LISTS, "1+2"), ("sdx_lists", LISTS, "1+2"), ("proc_lists", LISTS, "1+2"), ("tag_dnf", TAGS, "1+2;1+3"))
            for column, form, like in forms:
                if row.get(column) and not form.fullmatch(row[column]):
                    yield Fault(read.files[table], line, column, row[column], f"如 {like}", f"such as {like}")
            for what in ("age_years", "age_day", "weight", "stay_days", "icu_hours"):
                low, high = row.get(f"min_{what}"), row.get(f"max_{what}")
                if low is not None and high is not None and (low > high or what == "weight" and low == high):
                    yield Fault(read.files[table], line, f"min_{what}", str(low), f"小于 max_{what}（{high}）", f"less than max_{what} ({high})")


def _lists(read: Read) -> Iterator[Fault]:
    """The lists and tags that a predicate asks for exist; tags that must come from different operations are few."""
    dx, proc, tags = _pairs(read, "adrg_dx", "adrg", "list"), _pairs(read, "adrg_proc", "adrg", "list"), _pairs(read, "adrg_proc", "adrg", "tag")
    for line, row in _rows(read, "adrg_rule"):
        fault: Callable[..., Fault] = lambda column, seen, zh, en: Fault(read.files["adrg_rule"], line, column, seen, zh, en)  # noqa: B023
        asked = [(name, "0", dx) for name in ("pdx_in", "any_dx_in") if row[name]] + [(name, number, proc) for name, number in
                                                                                         (("main_proc_in", "0"), ("any_proc_in0", "0"), ("any_proc_in1", "1")) if row[name]]
        asked += [(name, number, held) for name, held in (("dx_lists", dx), ("sdx_lists", dx), ("proc_lists", proc)) for number in parts_of(row.get(name))]
        for column, number, held in asked:
            if (row["adrg"], number) not in held:
                yield fault(column, f"{row['adrg']} {number}", "表中有该组的这张表", "a list that the group has")
        for combination in (row.get("tag_dnf") or "").split(";"):
            for tag in parts_of(combination):
                if (row["adrg"], tag) not in tags:
                    yield fault("tag_dnf", tag, f"{row['adrg']} 的操作带有的标签", f"a tag that operations of {row['adrg']} carry")
            if row.get("tags_apart") and len(set(parts_of(combination))) > MOST_TAGS_APART:
                yield fault("tag_dnf", combination, f"须来自不同操作的标签不超过 {MOST_TAGS_APART} 个", f"at most {MOST_TAGS_APART} tags from different operations")


def _switches(read: Read) -> Iterator[Fault]:
    for line, row in _rows(read, "switches"):
        if row["name"] not in SWITCHES:
            yield Fault(read.files["switches"], line, "name", row["name"], "、".join(SWITCHES), ", ".join(SWITCHES))


def _exclusions(read: Read) -> Iterator[Fault]:
    tables = {row["excl"] for table in ("mcc", "cc", "cce") for row in read.rows.get(table, ())}
    if len(tables) > MOST_EXCLUSIONS:
        yield Fault(read.files["cce"], 0, "excl", str(len(tables)), f"不超过 {MOST_EXCLUSIONS} 个排除表", f"at most {MOST_EXCLUSIONS} exclusion tables")


def _outside(read: Read, names: str, tables: tuple[str, ...], column: str) -> Iterator[Fault]:
    known = {row["code"] for row in read.rows.get(names, ())}
    found = defaultdict(list)
    for table in tables if known else ():
        for line, row in _rows(read, table):
            if row[column] not in known:
                found[table].append((line, row[column]))
    for table, rows in found.items():
        codes = sorted({code for _, code in rows})
        yield Fault(read.files[table], rows[0][0], column, f"{', '.join(codes[:5])}{' …' if len(codes) > 5 else ''} ({len(codes)})", f"在 {names} 表中有的编码", f"codes that {names} has")


def _empty_rules(read: Read) -> Iterator[Fault]:
    lists = _pairs(read, "adrg_dx", "adrg")
    for line, row in _rows(read, "adrg_rule"):
        if asks_nothing(row) and (row["adrg"],) not in lists:
            yield Fault(read.files["adrg_rule"], line, "adrg", row["adrg"], "有条件或有诊断表；否则须开 pv1_any_principal 才能入组",
                        "a predicate or a diagnosis list; without either only the switch pv1_any_principal lets a case in")
