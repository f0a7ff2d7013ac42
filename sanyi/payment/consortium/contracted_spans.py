"""Which months of the year each resident counts for which consortium."""
from datetime import date

import ibis

from sanyi.tables import codes
from sanyi.tables.table import Table, code, text, whole
from sanyi.terms.example import Example
from sanyi.terms.source import Source
from sanyi.terms.step import step

CONTRACTED_SPANS = Table(
    "contracted_spans", "签约月份", "Contracted months", key=("resident_id", "from_month"),
    note="同一人同一月只计一次：同时参加两种医保的计职工医保；签约重叠的计签约日期较晚者，再按签约编码、紧密型优先、"
         "医联体编码排序。"
         " One person, one month, once: employee insurance before resident insurance; of overlapping contracts the one "
         "signed later, then the smaller contract code, the tight consortium, the smaller consortium code.",
    columns=(
        text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        text("institution_id", "签约机构", "institution of the contract's team", references="institutions.institution_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("from_month", "起始月", "first month", "yyyymm", minimum=190001),
        whole("to_month", "终止月", "last month", "yyyymm", minimum=190001),
    ),
)

RUN = ("resident_id", "consortium_id", "institution_id", "insurance_code")
MONTH_RULES = ("first_day", "any_day")


def _insured(resident, insurance="resident", from_month=1, to_month=12):
    return {"resident_id": resident, "insurance_code": insurance, "year": 2020, "from_month": from_month,
            "to_month": to_month}


def _person(resident, born_on=date(1980, 1, 1), **more):
    return {"resident_id": resident, "born_on": born_on, **more}


_TEAMS = [{"team_id": "T1", "institution_id": "H1"}, {"team_id": "T2", "institution_id": "H2"}]
_CONSORTIA = [{"consortium_id": "A", "kind_code": "tight"}, {"consortium_id": "B", "kind_code": "tight"}]
_MEMBERS = [{"consortium_id": "A", "institution_id": "H1"}, {"consortium_id": "B", "institution_id": "H2"}]


@step(CONTRACTED_SPANS, locality="person", source=Source("海府办〔2018〕251号", "二(二)", "HK-06 CON-1", "SEED DEF"), examples=(
    Example("月首日在约才计；死亡次月起不计", "A month counts when its first day is under contract; none after death",
            given={"teams": _TEAMS, "consortia": _CONSORTIA, "consortium_members": _MEMBERS,
                   "residents": [_person("P1"), _person("P2", died_on=date(2020, 5, 1))],
                   "insured_months": [_insured("P1"), _insured("P2", to_month=8)],
                   "contracts": [
                       {"contract_id": "C1", "resident_id": "P1", "team_id": "T1", "start_on": date(2020, 3, 2),
                        "end_on": date(2020, 10, 1)},
                       {"contract_id": "C2", "resident_id": "P2", "team_id": "T2", "start_on": date(2019, 6, 1),
                        "end_on": date(2021, 5, 31)}]},
            expect=[{"resident_id": "P1", "consortium_id": "A", "institution_id": "H1", "insurance_code": "resident",
                     "from_month": 202004, "to_month": 202010},
                    {"resident_id": "P2", "consortium_id": "B", "institution_id": "H2", "insurance_code": "resident",
                     "from_month": 202001, "to_month": 202005}]),
    Example("中途换签、双重参保：每月只归一处", "A change of team and two insurances: each month counts once",
            given={"teams": _TEAMS, "consortia": _CONSORTIA, "consortium_members": _MEMBERS,
                   "residents": [_person("P1")],
                   "insured_months": [_insured("P1"), _insured("P1", "employee", 10, 12)],
                   "contracts": [
                       {"contract_id": "C1", "resident_id": "P1", "team_id": "T1", "signed_on": date(2019, 12, 1),
                        "start_on": date(2020, 1, 1), "end_on": date(2020, 12, 31)},
                       {"contract_id": "C2", "resident_id": "P1", "team_id": "T2", "signed_on": date(2020, 4, 10),
                        "start_on": date(2020, 5, 1), "end_on": date(2020, 8, 31)}]},
            expect=[{"consortium_id": "A", "insurance_code": "resident", "from_month": 202001, "to_month": 202004},
                    {"consortium_id": "B", "insurance_code": "resident", "from_month": 202005, "to_month": 202008},
                    {"consortium_id": "A", "insurance_code": "resident", "from_month": 202009, "to_month": 202009},
                    {"consortium_id": "A", "insurance_code": "employee", "from_month": 202010, "to_month": 202012}]),
    Example("新生儿补参保：出生 90 天内签约的，自出生起计；第 91 天签约的自签约起计",
            "Newborns insured afterwards: signed within 90 days of birth they count from birth, on day 91 from the contract",
            given={"teams": _TEAMS, "consortia": _CONSORTIA, "consortium_members": _MEMBERS,
                   "residents": [_person("P1", date(2020, 1, 31)), _person("P2", date(2020, 1, 30))],
                   "insured_months": [_insured("P1"), _insured("P2")],
                   "contracts": [{"contract_id": f"C{resident}", "resident_id": resident, "team_id": "T1", "start_on": date(2020, 4, 30),
                                  "end_on": date(2020, 12, 31)} for resident in ("P1", "P2")]},
            values={"consortium.newborn_days": 90},
            expect=[{"resident_id": "P1", "from_month": 202002, "to_month": 202012}, {"resident_id": "P2", "from_month": 202005, "to_month": 202012}]),
))
def contracted_spans(contracts, teams, consortium_members, consortia, residents, insured_months, plan, year):
    """Cut each resident's year into unbroken runs of months under one consortium and one insurance.

    A month counts when on its first day the contract and the membership are in force and the resident lives, and
    when the month is insured. A newborn who signs soon enough counts from birth. Source: HK-06, CON-1.
    """
    rule = plan.value("consortium.contract_month_rule")
    members = package_members(consortium_members, consortia, plan.value("consortium.package_kinds"), rule, year)
    signed = _from_birth(contracts, residents, plan.value("consortium.newborn_days"), year)
    candidates = _candidates(signed, teams, members, residents, insured_months, rule, year)
    counted = candidates.mutate(run_count=candidates.count().over(ibis.window(group_by=candidates.resident_id)))
    alone = counted.filter(counted.run_count == 1).select(*RUN, "from_number", "to_number")
    runs = alone.union(_settled(counted.filter(counted.run_count > 1)))
    return runs.mutate(from_month=runs.from_number + year * 100, to_month=runs.to_number + year * 100)


def first_month(day, rule: str, year: int):
    """The first month number (1 to 13) of a year in which something that starts on a day counts."""
    if rule not in MONTH_RULES:
        raise ValueError(f"consortium.contract_month_rule: {rule!r} was seen, one of {', '.join(MONTH_RULES)} was expected")
    later = day.month() + (day.day() > 1).cast("int64") if rule == "first_day" else day.month()
    return ibis.cases((day < _day(year, 1, 1), 1), (day > _day(year, 12, 31), 13), else_=later).cast("int64")


def last_month(day, year: int):
    """The last month number (0 to 12) of a year in which something that ends on a day counts; no day means no end."""
    return ibis.cases((day.isnull(), 12), (day < _day(year, 1, 1), 0), (day > _day(year, 12, 31), 12),
                      else_=day.month()).cast("int64")


def package_members(consortium_members, consortia, kinds, rule: str, year: int):
    """The memberships of consortia that hold a package: from_number to to_number are months of the year.

    A lead hospital is a member with the role lead, whether or not the list of members says so.
    """
    holding = consortia.filter(consortia.kind_code.isin(kinds))
    holding = holding.select("consortium_id", "kind_code", "lead_institution_id",
                             opened=first_month(holding.start_on, rule, year), closed=last_month(holding.end_on, year))
    listed = consortium_members.select(
        "consortium_id", "institution_id", joined=first_month(consortium_members.from_on, rule, year),
        left=last_month(consortium_members.to_on, year), pair=consortium_members.consortium_id + "|"
        + consortium_members.institution_id)
    leads = holding.select("consortium_id", institution_id="lead_institution_id", joined="opened", left="closed",
                           pair=holding.consortium_id + "|" + holding.lead_institution_id)
    members = listed.union(leads.anti_join(listed, "pair")).drop("pair").join(holding, "consortium_id")
    members = members.mutate(from_number=ibis.greatest(members.joined, members.opened),
                             to_number=ibis.least(members.left, members.closed),
                             role_code=(members.institution_id == members.lead_institution_id).ifelse("lead", "member"))
    return members.filter(members.from_number <= members.to_number).select(
        "consortium_id", "institution_id", "role_code", "kind_code", "from_number", "to_number")


def _day(year: int, month: int, day: int):
    return ibis.literal(date(year, month, day))


def _from_birth(contracts, residents, newborn_days, year):
    """The contracts near the year, each from the birth of a newborn who signed within some days of it."""
    near = contracts.filter((contracts.start_on <= _day(year, 12, 31)) & (contracts.end_on >= _day(year, 1, 1)))
    babies = residents.filter(residents.born_on >= _day(year - 1, 1, 1)).select("resident_id", "born_on")
    signed = near.left_join(babies, "resident_id").drop("resident_id_right")
    age_days = signed.start_on.delta(signed.born_on, unit="day")
    is_newborn = signed.born_on.notnull() & (age_days >= 0) & (age_days <= newborn_days)
    return signed.mutate(start_on=is_newborn.ifelse(signed.born_on, signed.start_on)).drop("born_on")


def _candidates(contracts, teams, members, residents, insured_months, rule, year):
    """Every way a resident's months may count: contract × membership × insured run, cut to the months of all."""
    signed = contracts.select("contract_id", "resident_id", "team_id", "signed_on", signed_from=first_month(contracts.start_on, rule, year),
                              signed_to=last_month(contracts.end_on, year))
    signed = signed.join(teams.select("team_id", "institution_id"), "team_id").join(
        members.drop("role_code"), "institution_id")
    died = residents.filter(residents.died_on.notnull())
    died = died.select("resident_id", lived_to=last_month(died.died_on, year))
    insured = insured_months.filter(insured_months.year == year).select(
        "resident_id", "insurance_code", insured_from="from_month", insured_to="to_month")
    joined = signed.join(insured, "resident_id").left_join(died, "resident_id").drop("resident_id_right")
    cut = joined.mutate(
        from_number=ibis.greatest(joined.signed_from, joined.from_number, joined.insured_from),
        to_number=ibis.least(joined.signed_to, joined.to_number, joined.insured_to, joined.lived_to.fill_null(12)))
    return cut.filter(cut.from_number <= cut.to_number)


def _settled(several):
    """Give each month of a resident with several candidates to the first of them, and join the months into runs."""
    order = [several.insurance_code.cases(("employee", 0), else_=1), several.signed_on.desc(), several.contract_id,
             several.kind_code.cases(("tight", 0), else_=1), several.consortium_id, several.insurance_code,
             several.insured_from, several.insured_to, several.from_number, several.to_number]
    ranked = several.mutate(place_number=ibis.row_number().over(ibis.window(order_by=order)))
    months = ranked.select("resident_id", "place_number",
                           month_number=ibis.range(ranked.from_number, ranked.to_number + 1).unnest())
    first = months.group_by("resident_id", "month_number").agg(place_number=months.place_number.min())
    kept = first.join(ranked.select("place_number", *RUN[1:]), "place_number").select(*RUN, "month_number")
    within = ibis.window(group_by=[kept[name] for name in RUN], order_by=kept.month_number)
    numbered = kept.mutate(island=kept.month_number - ibis.row_number().over(within))
    return numbered.group_by(*RUN, "island").agg(
        from_number=numbered.month_number.min(), to_number=numbered.month_number.max()).select(
        *RUN, "from_number", "to_number")
