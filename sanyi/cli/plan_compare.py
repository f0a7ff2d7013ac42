"""`sanyi plan compare`: two plans side by side."""
from datetime import date

from sanyi.plans import Plan
from sanyi.plans.compare import SUBJECTS, VERDICTS, Pair, compare, differences, said
from sanyi.runs.packs import DEMO_REGION, open_plan


def add(parts) -> None:
    """Add the command to the parser."""
    parser = parts.add_parser("compare", help="两份方案逐条对照 / two plans side by side")
    parser.add_argument("left")
    parser.add_argument("right")
    parser.add_argument("--region", default=DEMO_REGION)
    parser.add_argument("--on", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD", help="取值日期；默认各取其文件所及之末 / the day both are taken on")
    parser.add_argument("--subject", choices=tuple(SUBJECTS), default=None)
    parser.add_argument("--all", action="store_true", help="也列出相同的与只有一方的 / also what is the same, and what only one says")
    parser.add_argument("--language", choices=("zh", "en"), default="zh")
    parser.set_defaults(act=act)


def act(chosen) -> None:
    """Print pairs with their clauses; a plan and one that extends it show exactly what the upper one changes."""
    left, right, zh = open_plan(chosen.left, chosen.region), open_plan(chosen.right, chosen.region), chosen.language == "zh"
    is_family = left.name in right.family or right.name in left.family
    pairs = differences(left, right, chosen.on or max(left.last_day, right.last_day)) if is_family else \
        compare(left, right, chosen.on or left.last_day, chosen.on or right.last_day)
    pairs = [pair for pair in pairs if chosen.subject in (None, pair.subject)]
    for subject, words in SUBJECTS.items():
        of_subject = [pair for pair in pairs if pair.subject == subject]
        counts = ", ".join(f"{VERDICTS[verdict][not zh]} {sum(pair.verdict == verdict for pair in of_subject)}" for verdict in VERDICTS)
        print(f"\n{words[not zh]}: {counts}" if of_subject else "", end="\n" if of_subject else "")
        for pair in of_subject:
            if chosen.all or is_family or pair.verdict == "different":
                print(_line(pair, left, right, chosen.language))


def _line(pair: Pair, left: Plan, right: Plan, language: str) -> str:
    sides = [f"      {plan.name}: {said(entry, language) or '—'}" + (f" [{entry.source.clause} {entry.source.obligation}]" if entry else "")
             for plan, entry in ((left, pair.left), (right, pair.right))]
    return "\n".join([f"  {VERDICTS[pair.verdict][language == 'en']}  {pair.key}", *sides])
