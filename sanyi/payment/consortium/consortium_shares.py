"""Each institution's part of its consortium's kept surplus or borne overrun."""
from collections import Counter, defaultdict
from datetime import date

from sanyi.payment.consortium.consortium_splits import by_levels, level_weights, tier_of
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import share_out
from sanyi.terms.source import Source
from sanyi.terms.step import step

ROLE = {"lead": ("牵头", "lead"), "member": ("成员", "member")}

CONSORTIUM_SHARES = Table(
    "consortium_shares", "医联体分配", "Consortium shares", key=("consortium_id", "insurance_code", "institution_id"),
    note="成员指本年在医联体存续期内任一月首日在册的基层医疗机构（HK-09）。成员部分：结余按签约人月 × 考核得分分配，超支按签约人月分担（得分高者不多担）。"
         "全部权重为零时改按签约人月，再按成员平均；没有成员时归牵头医院。各份之和与总额一分不差，余分按最大余数、编码小者先得。"
         " Members are the primary institutions that belong to it on some month's first day while it stands (HK-09). Members' part: a surplus by contracted person-months × score, an overrun by person-months alone (a better score "
         "bears no more). Where all weights are zero: by person-months, then equally; where there is no member the lead "
         "takes it. Parts sum exactly: largest remainder, ties by the smaller code.",
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        code("role_code", "角色", "role", ROLE),
        whole("person_months_count", "签约人月", "contracted person-months", "person-months", minimum=0),
        whole("score_e4", "考核得分", "appraisal score", "e4", nullable=True),
        whole("share_weight", "分配权重", "weight in the members' part of a surplus", minimum=0),
        fen("kept_share_fen", "结余所得", "part of the surplus kept"),
        fen("borne_share_fen", "超支分担", "part of the overrun borne"),
        fen("share_fen", "净额", "surplus less overrun", minimum=None),
    ),
)

_KEY = {"consortium_id": "A", "insurance_code": "resident"}
_MEMBERS = [{"consortium_id": "A", "institution_id": name} for name in ("M1", "M2", "M3")]
_CONTRACTED = [{**_KEY, "institution_id": "M1", "month": 202001, "person_count": 100},
               {**_KEY, "institution_id": "M2", "month": 202001, "person_count": 200}]
_TOWNSHIPS = [{"institution_id": name, "level_code": "township"} for name in ("M1", "M2", "M3")]
_GIVEN = {"institutions": [*_TOWNSHIPS, {"institution_id": "L", "level_code": "3A"}], "consortia": [{"consortium_id": "A", "lead_institution_id": "L"}], "consortium_members": _MEMBERS,
          "contracted_members": _CONTRACTED,
          "appraisals": [{"institution_id": "M1", "year": 2020, "score_e4": 900_000},
                         {"institution_id": "M2", "year": 2020, "score_e4": 900_000},
                         {"institution_id": "M3", "year": 2020, "score_e4": 990_000}]}


@step(CONSORTIUM_SHARES, exact=True, examples=(
    Example("牵头 700 万；成员 300 万按签约人月 × 得分分配，余分先给余数大者",
            "Lead 7 million; the members' 3 million by person-months × score, the odd fen to the largest remainder",
            given={**_GIVEN, "consortium_settlements": [{**_KEY, "lead_fen": 700_000_000, "members_fen": 300_000_001}]},
            expect=[{"institution_id": "L", "role_code": "lead", "share_fen": 700_000_000},
                    {"institution_id": "M1", "role_code": "member", "share_fen": 100_000_000},
                    {"institution_id": "M2", "role_code": "member", "share_fen": 200_000_001},
                    {"institution_id": "M3", "role_code": "member", "share_fen": 0}], numbers=("EX-42",)),
    Example("超支按签约人月分担", "An overrun is borne by person-months",
            given={**_GIVEN, "consortium_settlements": [{**_KEY, "lead_borne_fen": 70, "members_borne_fen": 30}]},
            expect=[{"institution_id": "L", "share_fen": -70}, {"institution_id": "M1", "share_fen": -10},
                    {"institution_id": "M2", "share_fen": -20}, {"institution_id": "M3", "share_fen": 0}]),
    Example("成员部分只分给存续期内的基层机构：二级医院、医联体成立前已退出的机构不分",
            "The members' part goes to primary institutions of its term: not to a second hospital, nor to one that left before it began",
            given={**_GIVEN, "institutions": [*_TOWNSHIPS[1:], {"institution_id": "M1", "level_code": "2A"}],
                   "consortia": [{"consortium_id": "A", "lead_institution_id": "L", "start_on": date(2020, 5, 2)}],
                   "consortium_members": [*_MEMBERS[:2], {**_MEMBERS[2], "from_on": date(2019, 1, 1), "to_on": date(2020, 5, 31)}],
                   "consortium_settlements": [{**_KEY, "lead_fen": 70, "members_fen": 30}]},
            expect=[{"institution_id": "L", "share_fen": 70}, {"institution_id": "M2", "share_fen": 30}]),
    Example("县、乡、村 6∶3∶1：牵头得六成，乡镇三成、村一成，各层之内按人月 × 得分",
            "County, town, village 6 : 3 : 1: within each tier by person-months × score",
            given={**_GIVEN, "institutions": [*_TOWNSHIPS[:2], {"institution_id": "M3", "level_code": "village"}],
                   "consortium_settlements": [{**_KEY, "lead_fen": 600, "members_fen": 400}]},
            values={"consortium.split_rule": "levels"},
            expect=[{"institution_id": "L", "share_fen": 600}, {"institution_id": "M1", "share_fen": 100},
                    {"institution_id": "M2", "share_fen": 200}, {"institution_id": "M3", "share_fen": 100}]),
), source=Source("海府办〔2018〕251号", "附件三(三)2(3)", "HK-09 HK-10 CON-6", "SEED DEF"))
def consortium_shares(consortium_settlements, consortia, consortium_members, contracted_members, appraisals, institutions, plan, year):
    """Share the members' part out by contracted person-months × score, beside the lead's own part; fen.

    Where the plan splits by levels, towns and villages first get their parts by its weights. Source: HK-09, CON-6, EX-42.
    """
    months: Counter = Counter()
    for row in contracted_members:
        months[row["consortium_id"], row["insurance_code"], row["institution_id"]] += row["person_count"]
    scores = {row["institution_id"]: row["score_e4"] for row in appraisals if row["year"] == year}
    leads = {row["consortium_id"]: row["lead_institution_id"] for row in consortia}
    primary = {row["institution_id"] for row in institutions if row["level_code"] in codes.PRIMARY_LEVELS}
    members = _members(consortium_members, consortia, primary, year)
    tiers = {row["institution_id"]: tier_of(row["level_code"]) for row in institutions} if by_levels(plan) else {}
    return [share for row in consortium_settlements
            for share in _shares(row, leads[row["consortium_id"]], members[row["consortium_id"]], months, scores, tiers, plan)]


def _members(consortium_members, consortia, primary, year):
    """Each consortium's primary institutions besides the lead that belong to it on some month's first day of its term."""
    standing = {row["consortium_id"]: row for row in consortia}
    found = defaultdict(set)
    for row in consortium_members:
        own = standing.get(row["consortium_id"])
        if own and row["institution_id"] in primary - {own["lead_institution_id"]} and any(
                _holds(row["from_on"], row["to_on"], day) and _holds(own["start_on"], own["end_on"], day)
                for day in (date(year, month, 1) for month in range(1, 13))):
            found[row["consortium_id"]].add(row["institution_id"])
    return found


def _holds(first, last, day):
    return first <= day <= (last or date.max)


def _shares(row, lead, members, months, scores, tiers, plan):
    key = (row["consortium_id"], row["insurance_code"])
    persons = {name: months[(*key, name)] for name in members}
    weights = {name: persons[name] * max(scores.get(name) or 0, 0) for name in members}
    kept = _by_tiers(row, lead, weights, persons, tiers, level_weights(plan)) if tiers else _split(
        row["lead_fen"], row["members_fen"], lead, weights, persons)
    borne = _split(row["lead_borne_fen"], row["members_borne_fen"], lead, persons)
    return [{"consortium_id": key[0], "insurance_code": key[1], "institution_id": name,
             "role_code": "lead" if name == lead else "member", "person_months_count": months[(*key, name)],
             "score_e4": scores.get(name), "share_weight": weights.get(name, 0), "kept_share_fen": kept[name],
             "borne_share_fen": borne[name], "share_fen": kept[name] - borne[name]} for name in sorted({lead, *members})]


def _by_tiers(row, lead, weights, persons, tiers, tier_weights):
    """The lead's part, and the members' split first between the tiers that there are, then within each."""
    groups = {tier: [name for name in weights if tiers[name] == tier] for tier in ("town", "village")}
    there = {tier: tier_weights[tier] for tier, names in groups.items() if names}
    if not any(there.values()):
        return _split(row["lead_fen"], row["members_fen"], lead, weights, persons)
    given = {}
    for tier, part in share_out(row["members_fen"], there).items():
        within = ({name: each[name] for name in groups[tier]} for each in (weights, persons))
        given |= _split(row["lead_fen"], part, lead, *within)
    return given


def _split(lead_part, members_part, lead, *weightings):
    """The lead's part and the members' shares by the first weighting that is not all zero, else equally."""
    members = list(weightings[0])
    if not members:
        return {lead: lead_part + members_part}
    chosen = next((weights for weights in weightings if any(weights.values())), dict.fromkeys(members, 1))
    return {lead: lead_part, **share_out(members_part, chosen)}
