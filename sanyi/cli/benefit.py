"""`sanyi benefit`: what one patient gets, line by line, with the clauses."""
import json
from datetime import date
from pathlib import Path

from sanyi.payment.benefit.asked import UnreadableClaim, claims_of
from sanyi.payment.benefit.policy import CARE, PERSON, WAY, Policies
from sanyi.payment.benefit.reading import read_policies
from sanyi.payment.benefit.settle import terms_of
from sanyi.payment.benefit.why import lines, said_of
from sanyi.payment.benefit.year import SettledYear, settle_year
from sanyi.runs.packs import DEMO_REGION, open_plan
from sanyi.tables.codes import INSURANCE, LEVEL
from sanyi.terms.fen import yuan


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("benefit", help="一笔待遇怎么算 / what one patient gets, line by line")
    parser.add_argument("--plan", default="haikou-2018")
    parser.add_argument("--region", default=DEMO_REGION)
    parser.add_argument("--claims", type=Path, metavar="FILE.json", help="一笔或一人一年的多笔结算 / one claim, or one person's claims of a year")
    parser.add_argument("--insurance", choices=INSURANCE, default="resident")
    parser.add_argument("--care", choices=CARE, default="stay")
    parser.add_argument("--level", choices=LEVEL, default="2A")
    parser.add_argument("--person", choices=PERSON, default="ordinary")
    parser.add_argument("--way", choices=WAY, default="local")
    parser.add_argument("--total-fen", type=int, default=None)
    parser.add_argument("--in-scope-fen", type=int, default=None)
    parser.add_argument("--on", type=date.fromisoformat, default=date(2020, 6, 30), metavar="YYYY-MM-DD", help="结算日期 / settled on")
    parser.add_argument("--language", choices=("zh", "en", "both"), default="both")
    parser.add_argument("--json", action="store_true", help="只印数字 / figures only")
    parser.set_defaults(act=act, parser=parser)


def act(chosen) -> int:
    """Settle and print; 1 where a claim was refused."""
    claims = claims_of(_given(chosen), str(chosen.claims or "--total-fen"))
    plan = open_plan(chosen.plan, chosen.region)
    refused, last_year = False, None
    for year in sorted({claim.year for claim in claims}):
        on_day = plan.on(date(year, 12, 31))
        policies = read_policies(on_day, year)
        before = last_year.settled if last_year and last_year.settled and last_year.settled[0].claim.year == year - 1 else ()
        settled = last_year = settle_year([claim for claim in claims if claim.year == year], policies, last_year=before)
        print(json.dumps(_figures(settled), ensure_ascii=False, indent=1) if chosen.json else _said(settled, policies, on_day, chosen.language))
        refused = refused or bool(settled.refused)
    return 1 if refused else 0


def _given(chosen):
    if chosen.claims is None:
        if chosen.total_fen is None:
            chosen.parser.error("--total-fen or --claims")
        return {"insurance": chosen.insurance, "care": chosen.care, "level": chosen.level, "person": chosen.person, "way": chosen.way,
                "total_fen": chosen.total_fen, "in_scope_fen": chosen.total_fen if chosen.in_scope_fen is None else chosen.in_scope_fen,
                "settled_on": str(chosen.on)}
    try:
        return json.loads(chosen.claims.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableClaim(f"{chosen.claims}：读不出 JSON（{error}）", f"{chosen.claims}: no JSON could be read ({error})") from None


def _figures(year: SettledYear) -> dict:
    counted = {name: value for name, value in vars(year.counted).items() if name != "chains_fen"}
    return {"settled": {one.claim.settlement_id: one.amounts for one in year.settled},
            "refused": {claim.settlement_id: reason.code for claim, reason in year.refused}, "counted": counted}


def _said(year: SettledYear, policies: Policies, plan, language: str) -> str:
    """Each claim's lines; the plan values each rests on with their clauses, once at the end."""
    said, names = [], []
    for one, place in zip(year.settled, year.places, strict=True):
        zh, en = said_of(one.claim)
        said.append(f"\n{one.claim.settlement_id}  {one.claim.settled_on}  {_pair(zh, en, language)}")
        for line in lines(one, terms_of(policies, one.claim), place):
            said.append(f"  {yuan(line.fen):>16}  {'=' if line.is_sum else ' '} {_pair(line.zh, line.en, language)}")
            names += line.names
    said += [f"\n{claim.settlement_id}  {_pair(reason.zh, reason.en, language)}" for claim, reason in year.refused]
    whys = [f"  {_pair(plan.why(name, 'zh'), plan.why(name, 'en'), language)}" for name in dict.fromkeys(names)]
    return "\n".join([*said, "", _pair("依据", "by", language), *whys])


def _pair(zh: str, en: str, language: str) -> str:
    return f"{zh} / {en}" if language == "both" else zh if language == "zh" else en
