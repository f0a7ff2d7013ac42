"""`sanyi plan coverage`: which obligations of the plans work, by which part of the system, shown by which test."""
from rich.console import Console
from rich.table import Table

from sanyi.plans.coverage import KIND_WORDS, STATE_WORDS, counted, part_words
from sanyi.plans.entries import OBLIGATION_KINDS, STATES, Obligation
from sanyi.runs.packs import open_plan, plan_names


def add(parts) -> None:
    """Add the command to the parser."""
    parser = parts.add_parser("coverage", help="各项义务的实现情况 / where every obligation is realised")
    parser.add_argument("plan", nargs="?", help="不写则列出各方案合计 / the totals of every plan when none is given")
    parser.add_argument("--state", choices=STATES)
    parser.add_argument("--kind", choices=OBLIGATION_KINDS)
    parser.add_argument("--language", choices=("zh", "en"), default="zh")
    parser.set_defaults(act=act)


def act(chosen) -> None:
    """Print the totals of all plans, or every obligation of one."""
    if chosen.plan is None:
        _totals({name: _wanted(chosen, name) for name in plan_names()}, chosen.language)
        return
    wanted = _wanted(chosen, chosen.plan)
    for obligation in wanted:
        print(_lines(obligation, chosen.language))
    _totals({chosen.plan: wanted}, chosen.language)


def _wanted(chosen, plan: str) -> list[Obligation]:
    return [each for each in open_plan(plan).register if chosen.state in (None, each.state) and chosen.kind in (None, each.kind)]


def _totals(registers: dict, language: str) -> None:
    table, word = Table(), 0 if language == "zh" else 1
    for heading in (("方案", "plan"), ("类别", "kind"), *(STATE_WORDS[state] for state in STATES), ("合计", "all")):
        table.add_column(heading[word], justify="left" if heading[1] in ("plan", "kind") else "right")
    for name, register in registers.items():
        _rows(table, name, counted(register), word, len(registers) == 1)
    if len(registers) > 1:
        _rows(table, ("全部", "all")[word], counted([each for register in registers.values() for each in register]), word, True)
    Console().print(table)


def _rows(table: Table, name: str, counts: dict, word: int, is_by_kind: bool) -> None:
    for kind, states in counts.items():
        if is_by_kind or kind == "all":
            kind_words = ("合计", "all")[word] if kind == "all" else f"{kind} {KIND_WORDS[kind][word]}"
            table.add_row(name, kind_words, *(str(states[state]) for state in STATES), str(sum(states.values())))


def _lines(obligation: Obligation, language: str) -> str:
    zh = language == "zh"
    missing = obligation.missing_zh if zh else obligation.missing_en
    lines = [f"{obligation.id} [{STATE_WORDS[obligation.state][not zh]}] {obligation.zh if zh else obligation.en} ({obligation.source.clause})",
             *(f"    {'由' if zh else 'by'} {part_words(part, language)}" for part in obligation.realised),
             *(f"    {'测试' if zh else 'test'} {test}" for test in obligation.tests)]
    return "\n".join([*lines, f"    {'尚缺' if zh else 'lacking'}: {missing}"] if missing else lines)
