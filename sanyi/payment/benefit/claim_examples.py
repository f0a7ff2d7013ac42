"""Worked examples of the benefit steps: few levels, round numbers, each one rule."""
from datetime import date

from sanyi.terms.example import Example

_SINCE = "2019-01-01"
_HOUSES = [{"institution_id": "V", "level_code": "village", "is_in_area": True}, {"institution_id": "C", "level_code": "2A", "is_in_area": True},
           {"institution_id": "T", "level_code": "3A", "is_in_area": True}, {"institution_id": "X", "level_code": "3A", "is_in_area": False}]
_CELL = {"insurance_code": "resident", "care_code": "stay", "repeat_part_ppm": 1_000_000, "care_cap_fen": 10**15, "cap_fen": 10**15,
         "catastrophic_deductible_fen": 10**15, "catastrophic_cap_fen": 10**15}


def _key(level, person="ordinary", way="local", care="stay"):
    return f"{_SINCE}|resident|{care}|{level}|{person}|{way}"


def _bill(name, day, inside):
    return {"settlement_id": name, "resident_id": "P1", "insurance_code": "resident", "settled_on": day, "total_fen": inside, "in_scope_fen": inside}


def _recorded(name, house, day):
    return {**_bill(name, day, 100), "encounter_id": name, "institution_id": house, "settled_month": day.year * 100 + day.month}


def _went(name, house, admitted, discharged, referral=None):
    return {"encounter_id": name, "resident_id": "P1", "institution_id": house, "type_code": "inpatient", "admitted_on": admitted,
            "discharged_on": discharged, "referral_id": referral}


def _referral(name, start, end, direction):
    return {"referral_id": name, "resident_id": "P1", "direction_code": direction, "from_institution_id": start, "to_institution_id": end,
            "status_code": "arrived"}


_MARCH, _MAY = date(2020, 3, 10), date(2020, 5, 10)
CLAIMED = (
    Example("人员类别取结算月份；转诊在同一医联体内才可连续；冲销与无政策的写明原因",
            "The class is that of the month of settlement; a referral runs on inside one consortium; what is not computed says why",
            given={"institutions": _HOUSES, "benefit_policies": [
                {"policy_number": number, "policy_name": name} for number, name in enumerate((_key("2A", "poor"), _key("2A"), _key("3A", way="referred")), 1)],
                "insured_months": [{"resident_id": "P1", "insurance_code": "resident", "year": 2020, "from_month": 1, "to_month": 3, "person_class_code": "poor"}],
                "consortia": [{"consortium_id": "A", "kind_code": "tight"}],
                "consortium_members": [{"consortium_id": "A", "institution_id": name, "from_on": date(2019, 1, 1)} for name in ("V", "C")],
                "encounters": [_went("1", "C", date(2020, 3, 1), _MARCH, "R1"), _went("2", "C", date(2020, 5, 1), _MAY),
                               _went("3", "X", date(2020, 5, 1), _MAY, "R3"), _went("4", "T", date(2020, 5, 1), _MAY), _went("5", "C", _MAY, _MAY)],
                "referrals": [_referral("R1", "V", "C", "up"), _referral("R3", "C", "X", "off_site")],
                "settlements": [_recorded("1", "C", _MARCH), _recorded("2", "C", _MAY), _recorded("3", "X", _MAY), _recorded("4", "T", _MAY),
                                _recorded("5", "C", _MAY)],
                "settlement_reversals": [{"settlement_id": "5"}]},
            expect=[{"settlement_id": "1", "policy_number": 1, "referral_from_id": "V", "refusal_code": None},
                    {"settlement_id": "2", "policy_number": 2, "referral_from_id": None, "refusal_code": None},
                    {"settlement_id": "3", "policy_number": 3, "referral_from_id": None, "refusal_code": None},
                    {"settlement_id": "4", "policy_number": None, "referral_from_id": None, "refusal_code": "no_policy"},
                    {"settlement_id": "5", "policy_number": 2, "referral_from_id": None, "refusal_code": "reversed"}]),
    Example("结算与就诊的居民不符：不取该就诊的任何事实", "A bill that names another resident's visit takes no fact of it",
            given={"institutions": _HOUSES, "benefit_policies": [{"policy_number": 1, "policy_name": _key("2A", care="visit")}],
                   "encounters": [{**_went("1", "C", date(2020, 5, 1), _MAY), "resident_id": "P2"}], "settlements": [_recorded("1", "C", _MAY)]},
            expect=[{"care_code": "visit", "policy_number": 1, "admitted_on": _MAY}]),
    Example("索引已合并的两个编码按同一人计：转诊、参保、累计都归保留的编码", "Two codes that the index has merged are one person: referral, insurance and accumulators under the code that stays",
            given={"institutions": _HOUSES, "benefit_policies": [{"policy_number": 1, "policy_name": _key("2A", "poor")}, {"policy_number": 2, "policy_name": _key("2A")}],
                   "same_residents": [{"resident_id": "P2", "same_as_id": "P1"}],
                   "insured_months": [{"resident_id": "P1", "insurance_code": "resident", "year": 2020, "from_month": 1, "to_month": 3, "person_class_code": "poor"}],
                   "consortia": [{"consortium_id": "A", "kind_code": "tight"}],
                   "consortium_members": [{"consortium_id": "A", "institution_id": name, "from_on": date(2019, 1, 1)} for name in ("V", "C")],
                   "encounters": [{**_went("1", "C", date(2020, 3, 1), _MARCH, "R1"), "resident_id": "P2"}, _went("2", "C", date(2020, 5, 1), _MAY)],
                   "referrals": [_referral("R1", "V", "C", "up")],
                   "settlements": [{**_recorded("1", "C", _MARCH), "resident_id": "P2"}, _recorded("2", "C", _MAY)]},
            expect=[{"settlement_id": "1", "resident_id": "P1", "policy_number": 1, "referral_from_id": "V"},
                    {"settlement_id": "2", "resident_id": "P1", "policy_number": 2, "referral_from_id": None}]),
)

_JANUARY, _DECEMBER = date(2020, 1, 4), date(2019, 12, 29)
REMEMBERED = (
    Example("一月初转来的，取其上年住院；未转诊的不取", "Who was referred early in January is looked up in last year; who was not is not",
            given={"institutions": _HOUSES, "benefit_policies": [{"policy_number": 1, "policy_name": _key("2A")}],
                   "benefit_claims": [{"settlement_id": name, "resident_id": name, "insurance_code": "resident", "care_code": "stay", "refusal_code": None,
                                       "admitted_on": day, "referral_from_id": start}
                                      for name, day, start in (("P1", _JANUARY, "C"), ("P2", _JANUARY, None), ("P3", _MARCH, "C"))],
                   "history_encounters": [{**_went(f"{person}-{place}", "C", _DECEMBER, _DECEMBER), "resident_id": person}
                                          for person in ("P1", "P2", "P3") for place in range(2)],
                   "history_settlements": [{**_recorded(f"{person}-{place}", "C", _DECEMBER.replace(year=2019 - place)), "resident_id": person}
                                           for person in ("P1", "P2", "P3") for place in range(2)]},
            expect=[{"settlement_id": "P1-0", "policy_number": 1, "level_code": "2A", "refusal_code": None}]),
    Example("上年住院记在已合并的编码下：一并取", "A stay of last year under a code that was merged is looked up too",
            given={"institutions": _HOUSES, "benefit_policies": [{"policy_number": 1, "policy_name": _key("2A")}], "same_residents": [{"resident_id": "P9", "same_as_id": "P1"}],
                   "benefit_claims": [{"settlement_id": "1", "resident_id": "P1", "insurance_code": "resident", "care_code": "stay", "refusal_code": None, "admitted_on": _JANUARY,
                                       "referral_from_id": "C"}],
                   "history_encounters": [{**_went("0", "C", _DECEMBER, _DECEMBER), "resident_id": "P9"}],
                   "history_settlements": [{**_recorded("0", "C", _DECEMBER), "resident_id": "P9"}]},
            expect=[{"settlement_id": "0", "resident_id": "P1", "policy_number": 1, "refusal_code": None}]),
)
CARRIED = (
    Example("上年县级住院付 500 元；第二次 400 元", "500 yuan borne in the county last year, 400 the second time",
            given={"benefit_last_stays": [{**_bill(name, _DECEMBER.replace(day=day), 1_000_000), "encounter_id": name, "institution_id": "C", "care_code": "stay", "level_code": "2A",
                                           "person_code": "ordinary", "way_code": "local", "admitted_on": _DECEMBER.replace(day=day),
                                           "discharged_on": _DECEMBER.replace(day=day), "referral_from_id": None, "direction_code": None, "refusal_code": None}
                                          for name, day in (("1", 3), ("2", 29))]},
            expect=[{"settlement_id": "1", "deductible_fen": 50_000}, {"settlement_id": "2", "deductible_fen": 40_000}]),
)

_LEVELS = [{**_CELL, "policy_number": 2, "level_code": "2A", "deductible_fen": 30_000},
           {**_CELL, "policy_number": 3, "level_code": "3A", "deductible_fen": 80_000}]


def _stay(name, house, level, admitted, discharged, start=None, direction=None):
    return {**_bill(name, discharged, 1_000_000), "encounter_id": name, "institution_id": house, "care_code": "stay", "policy_number": {"2A": 2, "3A": 3}[level], "admitted_on": admitted,
            "discharged_on": discharged, "referral_from_id": start, "direction_code": direction}


_TRIP = (("1", "C", "2A", date(2020, 3, 1), date(2020, 3, 5)), ("2", "T", "3A", date(2020, 3, 5), date(2020, 3, 20)),
         ("3", "C", "2A", date(2020, 3, 21), date(2020, 4, 1)))
_LAST = {"settlement_id": "0", "encounter_id": "0", "resident_id": "P1", "insurance_code": "resident", "institution_id": "C", "settled_on": _DECEMBER,
         "admitted_on": date(2019, 12, 20), "discharged_on": _DECEMBER, "deductible_fen": 30_000}
DEDUCTED = (
    Example("跨年的转诊链：十二月县级付 300，一月上转补 500，下转不付；链外的按新年第二次", "A chain over New Year: 300 in the county in December, 500 more on going up in January, nothing on coming back",
            given={"benefit_policies": _LEVELS, "benefit_carried": [_LAST],
                   "benefit_claims": [_stay("1", "T", "3A", _JANUARY, date(2020, 1, 9), "C", "up"), _stay("2", "C", "2A", date(2020, 1, 10), date(2020, 1, 20), "T", "down"),
                                      _stay("3", "C", "2A", date(2020, 3, 1), date(2020, 3, 5))]},
            expect=[{"settlement_id": "1", "chain_id": "0", "stay_number": 1, "is_down": False, "carried_fen": 30_000, "deductible_fen": 50_000},
                    {"settlement_id": "2", "chain_id": "0", "stay_number": 1, "is_down": True, "carried_fen": 30_000, "deductible_fen": 0},
                    {"settlement_id": "3", "chain_id": "3", "stay_number": 2, "is_down": False, "carried_fen": 0, "deductible_fen": 30_000}]),
    Example("县级付 300，上转市级补 500，下转不付", "300 in the county, 500 more on going up to the city, nothing on coming back", numbers=("EX-55",),
            given={"benefit_policies": _LEVELS, "benefit_claims": [_stay(*_TRIP[0]), _stay(*_TRIP[1], "C", "up"), _stay(*_TRIP[2], "T", "down")]},
            expect=[{"settlement_id": "1", "chain_id": "1", "is_down": False, "deductible_fen": 30_000},
                    {"settlement_id": "2", "chain_id": "1", "is_down": False, "deductible_fen": 50_000},
                    {"settlement_id": "3", "chain_id": "1", "is_down": True, "deductible_fen": 0}]),
    Example("没有转诊单：各付各的", "Without the referral each stay pays its own", numbers=("EX-55",),
            given={"benefit_policies": _LEVELS, "benefit_claims": [_stay(*stay) for stay in _TRIP]},
            expect=[{"settlement_id": "1", "deductible_fen": 30_000}, {"settlement_id": "2", "deductible_fen": 80_000},
                    {"settlement_id": "3", "deductible_fen": 30_000}]),
    Example("间隔超过时限：链断开", "A gap beyond the window breaks the chain",
            given={"benefit_policies": _LEVELS, "benefit_claims": [
                _stay(*_TRIP[0]), _stay("2", "T", "3A", date(2020, 3, 13), date(2020, 3, 20), "C", "up")]},
            expect=[{"settlement_id": "1", "chain_count": 1, "deductible_fen": 30_000}, {"settlement_id": "2", "chain_count": 1, "deductible_fen": 80_000}]),
    Example("年内再次住院每次少 100 元，不低于 200 元", "Each later stay of the year 100 yuan less, not below 200",
            given={"benefit_policies": [{**_LEVELS[0], "deductible_fen": 35_000, "repeat_step_fen": 10_000, "repeat_floor_fen": 20_000}],
                   "benefit_claims": [_stay(str(number), "C", "2A", date(2020, number, 1), date(2020, number, 9)) for number in (1, 3, 5)]},
            expect=[{"stay_number": 1, "deductible_fen": 35_000}, {"stay_number": 2, "deductible_fen": 25_000}, {"stay_number": 3, "deductible_fen": 20_000}]),
)


def _band(key, over, to, ratio, layer="base"):
    return {"policy_number": key, "layer_code": layer, "over_fen": over, "to_fen": to, "ratio_ppm": ratio}


_TOP = 10**15
_ONE = 1


def _claim(name, inside, key=_ONE, care="stay", day=_MARCH, **more):
    return {**_bill(name, day, inside), "care_code": care, "policy_number": key, **more}


def _borne(name, fen):
    return {"settlement_id": name, "deductible_fen": fen}


FUNDED = (
    Example("一级医院：200 元以上 80%，1 万元以上 85%", "Level one: 80 % above 200 yuan, 85 % above 10,000", numbers=("EX-31",),
            given={"benefit_policies": [{**_CELL, "policy_number": _ONE}], "benefit_bands": [_band(_ONE, 0, 1_000_000, 800_000), _band(_ONE, 1_000_000, _TOP, 850_000)],
                   "benefit_claims": [_claim("1", 1_500_000)], "benefit_deductibles": [_borne("1", 20_000)]},
            expect=[{"deductible_fen": 20_000, "base_fen": 1_209_000, "fund_fen": 1_209_000}]),
    Example("封顶线在一张账单内越过", "The cap is crossed inside one bill",
            given={"benefit_policies": [{**_CELL, "policy_number": _ONE, "cap_fen": 100_000}], "benefit_bands": [_band(_ONE, 0, _TOP, 800_000)],
                   "benefit_claims": [_claim("1", 100_000), _claim("2", 100_000, day=_MAY)], "benefit_deductibles": [_borne("1", 0), _borne("2", 0)]},
            expect=[{"settlement_id": "1", "base_fen": 80_000, "fund_fen": 80_000}, {"settlement_id": "2", "base_fen": 80_000, "fund_fen": 20_000}]),
    Example("门诊有自己的封顶", "Visits have a cap of their own",
            given={"benefit_policies": [{**_CELL, "policy_number": _ONE, "care_cap_fen": 6_000}], "benefit_bands": [_band(_ONE, 0, _TOP, 500_000)],
                   "benefit_claims": [_claim("1", 10_001, care="visit"), _claim("2", 10_000, care="visit", day=_MAY)]},
            expect=[{"settlement_id": "1", "base_fen": 5_001, "fund_fen": 5_001}, {"settlement_id": "2", "base_fen": 5_000, "fund_fen": 999}]),
)


def _funded(name, inside, fund, day=_MARCH):
    return {**_bill(name, day, inside), "care_code": "stay", "policy_number": _ONE, "fund_fen": fund}


SETTLED = (
    Example("大病保险四段：超过起付标准 6 万元", "Four catastrophic bands: 60,000 yuan above the deductible", numbers=("EX-33",),
            given={"benefit_policies": [{**_CELL, "policy_number": _ONE, "catastrophic_deductible_fen": 1_000_000}],
                   "benefit_bands": [_band(_ONE, over, to, ratio, "catastrophic") for over, to, ratio in (
                       (0, 500_000, 500_000), (500_000, 2_000_000, 600_000), (2_000_000, 5_000_000, 760_000), (5_000_000, _TOP, 910_000))],
                   "benefit_fund_payments": [_funded("1", 7_000_000, 0)]},
            expect=[{"catastrophic_fen": 4_340_000, "patient_fen": 2_660_000}]),
    Example("自付按年累计过起付标准；救助只付剩余，有年度限额", "Self-pay passes the deductible over the year; aid pays of what remains, up to its yearly cap",
            given={"benefit_policies": [{**_CELL, "policy_number": _ONE, "catastrophic_deductible_fen": 50_000, "aid_ratio_ppm": 500_000, "aid_cap_fen": 30_000}],
                   "benefit_bands": [_band(_ONE, 0, _TOP, 600_000, "catastrophic")],
                   "benefit_fund_payments": [_funded("1", 100_000, 80_000), _funded("2", 100_000, 20_000, _MAY)]},
            expect=[{"settlement_id": "1", "catastrophic_fen": 0, "aid_fen": 10_000, "patient_fen": 10_000},
                    {"settlement_id": "2", "catastrophic_fen": 30_000, "aid_fen": 20_000, "patient_fen": 30_000}]),
)
