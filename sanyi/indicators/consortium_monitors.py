"""Each consortium's monitored figures against the region's warning and alarm lines."""
from collections import Counter, defaultdict

from sanyi.indicators.registered_measures import MEASURE
from sanyi.indicators.status import ALERT, E6_OF, alert_of
from sanyi.plans import UnknownValue
from sanyi.tables import codes
from sanyi.tables.table import Table, code, text, whole
from sanyi.terms.example import Example
from sanyi.terms.fen import ratio
from sanyi.terms.source import Source
from sanyi.terms.step import step

MONITOR = {  # in the order of CON-11
    "in_county_admission": ("县域内住院率（%）", "in-county admissions, %"), "in_county_fund": ("县域内基金支出占比（%）", "in-county fund share, %"),
    "primary_visits": ("基层诊疗占比（%）", "primary share of visits, %"), "up_referral": ("上转率（%）", "up-referral rate, %"),
    "down_referral": ("下转率（%）", "down-referral rate, %"), "balance": ("基金结余率（%）", "fund-balance rate, %"),
    "mean_inpatient_cost": ("次均住院费用（元）", "mean inpatient cost, yuan"), "mean_difference": ("例均差额：费用减标准（元）", "mean of cost less standard, yuan"),
    "chronic_management": ("慢病规范管理率（%）", "chronic-disease management, %"), "out_of_county": ("县域外就医占比（%）", "out-of-county share, %"),
    "contract_fee_in_place": ("签约服务费到位率（%）", "contract fee in place, %"), "joint_purchase": ("集中采购率（%）", "joint purchase, %"),
    "list_quality": ("结算清单质控率（%）", "settlement-list quality, %"), "satisfaction": ("满意度（分）", "satisfaction, points")}
BY_INDICATOR = {"in_county_admission": "IND-41", "in_county_fund": "IND-47", "primary_visits": "IND-43"}
SOURCE = {"indicator": ("指标", "an indicator"), "settlement": ("清算和转诊记录", "settlements and referrals"), "register": ("登记、采购和调查记录", "registers, orders and surveys"),
          "reported": ("尚无记录", "no record yet")}
DIRECTION = {"high": ("越高越好", "higher is better"), "low": ("越低越好", "lower is better")}
PERCENT_E6 = 100_000_000
FEN_E6 = 10_000  # a fen in millionths of a yuan
POINT_E6 = 100  # a ten-thousandth of a point in millionths

CONSORTIUM_MONITORS = Table(
    "consortium_monitors", "医联体监测", "Monitors of the consortia", key=("consortium_id", "monitor_code"),
    note="单位：比率为百分点，费用为元，满意度为分，均以百万分之一计。方向为高：不低于提示线正常，低于警戒线警戒；方向为低相反（CMN-4）。没有数值的不判定。"
         " In millionths of percent, yuan or points. Where high is better: fine from the warning line up, alarm below the alarm line; where low is better the "
         "other way round. What has no figure is not judged.",
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("monitor_code", "监测指标", "monitor", MONITOR),
        code("source_code", "数据来源", "where the figure comes from", SOURCE),
        whole("value_e6", "数值", "value", "e6", nullable=True),
        code("direction_code", "方向", "which way is better", DIRECTION, nullable=True),
        whole("warn_e6", "提示线", "warning line", "e6", nullable=True),
        whole("alarm_e6", "警戒线", "alarm line", "e6", nullable=True),
        code("alert_code", "状态", "state", ALERT, nullable=True),
    ),
)
_GIVEN = {
    "consortia": [{"consortium_id": "A", "lead_institution_id": "H1"}], "institutions": [{"institution_id": "H1", "level_code": "2A"}, {"institution_id": "T1", "level_code": "township"}],
    "consortium_members": [{"consortium_id": "A", "institution_id": "T1"}],
    "consortium_settlements": [{"consortium_id": "A", "insurance_code": "resident", "budget_fen": 1_000, "liability_fen": 985}],
    "consortium_liabilities": [{"consortium_id": "A", "place_code": place, "case_count": count} for place, count in (("lead", 90), ("off_site", 16))],
    "inpatient_clearings": [{"institution_id": "H1", "case_count": 60, "pending_count": 3, "cost_fen": 60_000_000, "standard_fen": 58_500_000},
                            {"institution_id": "T1", "case_count": 40, "cost_fen": 20_000_000, "standard_fen": 20_000_000}],
    "institution_referrals": [{"institution_id": "T1", "direction_code": "up", "referral_count": 2}, {"institution_id": "H1", "direction_code": "down", "referral_count": 1}],
    "registered_measures": [{"institution_id": house, "measure_code": name, "numerator": part, "denominator": whole} for house, name, part, whole in (
        ("H1", "chronic_management", 6, 10), ("T1", "chronic_management", 9, 10), ("T1", "contract_fee_in_place", 95, 100), ("H1", "joint_purchase", 899, 1_000),
        ("H1", "satisfaction", 90_000_000, 100), ("T1", "satisfaction", 9_000_000, 10), ("X9", "joint_purchase", 1, 1))],
    "indicator_values": [{"indicator_code": "IND-43", "scope_code": "consortium", "scope_id": "A", "period": "2020", "value_e6": 60_000_000}]}
_COMPUTED = {  # value in percent or yuan, and its state by the demonstration region's lines
    "chronic_management": (75_000_000, "ok"), "contract_fee_in_place": (95_000_000, "ok"), "joint_purchase": (89_900_000, "alarm"), "satisfaction": (90_000_000, "ok"),
    "balance": (1_500_000, "warn"), "down_referral": (1_666_667, "warn"), "list_quality": (97_000_000, "ok"), "mean_difference": (150_000_000, "ok"),
    "mean_inpatient_cost": (8_000_000_000, "ok"), "out_of_county": (15_094_340, "alarm"), "primary_visits": (60_000_000, "ok"), "up_referral": (5_000_000, "ok")}


@step(CONSORTIUM_MONITORS, exact=True, source=Source("三医参考规则", "B4 B8", "CON-11 CMN-3 CMN-4", "S16 LOC"), examples=(
    Example("结余率 1.5% 提示，县域外 15.1%、集中采购 89.9% 警戒，基层诊疗恰 60%、满意度恰 90 分正常；没有数值的不判定",
            "A balance of 1.5 % warns, 15.1 % out of the county and 89.9 % bought jointly alarm, exactly 60 % of visits and 90 points are fine; what has no figure is not judged",
            given=_GIVEN, expect=[{"monitor_code": name, "value_e6": _COMPUTED.get(name, (None, None))[0], "alert_code": _COMPUTED.get(name, (None, None))[1]}
                                  for name in sorted(MONITOR)]),
))
def consortium_monitors(consortia, consortium_members, institutions, consortium_settlements, consortium_liabilities, inpatient_clearings,
                        institution_referrals, registered_measures, indicator_values, plan, year):
    """Set what is known of each consortium against the region's two lines. Source: CON-11, CMN-3, CMN-4."""
    values = _settled(consortium_settlements, consortium_liabilities)
    homes = _homes(consortia, consortium_members)
    values |= _treated(homes, _primary(institutions), inpatient_clearings, institution_referrals) | _registered(homes, registered_measures)
    wanted = {indicator: name for name, indicator in BY_INDICATOR.items()}
    values |= {(row["scope_id"], wanted[row["indicator_code"]]): row["value_e6"] for row in indicator_values
               if row["scope_code"] == "consortium" and row["period"] == str(year) and row["indicator_code"] in wanted}
    lines = {name: _line(plan, name) for name in MONITOR}
    return [_row(consortium, name, values, lines[name]) for consortium in sorted({row["consortium_id"] for row in consortium_settlements})
            for name in MONITOR]


def _row(consortium, name, values, line):
    value = values.get((consortium, name))
    source = "reported" if value is None else "indicator" if name in BY_INDICATOR else "register" if name in MEASURE else "settlement"
    return {"consortium_id": consortium, "monitor_code": name, "source_code": source, "value_e6": value,
            **(line or dict.fromkeys(("direction_code", "warn_e6", "alarm_e6"))),
            "alert_code": line and alert_of(value, line["direction_code"], line["warn_e6"], line["alarm_e6"])}


def _line(plan, name):
    """The region's two lines in millionths of the unit, where it draws them."""
    try:
        line = plan.value(f"indicator.line.{name}")
    except UnknownValue:
        return None
    unit = next(key.removeprefix("warn_") for key in line if key.startswith("warn_"))
    return {"direction_code": line["direction"], "warn_e6": line[f"warn_{unit}"] * E6_OF[unit], "alarm_e6": line[f"alarm_{unit}"] * E6_OF[unit]}


def _settled(settlements, liabilities):
    """What the year's settlement and the places of care say."""
    budget, spent, cases, away = Counter(), Counter(), Counter(), Counter()
    for row in settlements:
        budget[row["consortium_id"]] += row["budget_fen"]
        spent[row["consortium_id"]] += row["liability_fen"]
    for row in liabilities:
        cases[row["consortium_id"]] += row["case_count"]
        away[row["consortium_id"]] += row["case_count"] if row["place_code"] == "off_site" else 0
    shares = {"balance": {name: ratio(budget[name] - spent[name], budget[name], PERCENT_E6) for name in budget},
              "out_of_county": {name: ratio(away[name], cases[name], PERCENT_E6) for name in budget}}
    return {(consortium, name): value for name, found in shares.items() for consortium, value in found.items()}


def _homes(consortia, members):
    """Each consortium's institutions, its lead first."""
    homes = defaultdict(set)
    for row in members:
        homes[row["consortium_id"]].add(row["institution_id"])
    return {row["consortium_id"]: (row["lead_institution_id"], homes[row["consortium_id"]] | {row["lead_institution_id"]}) for row in consortia}


def _primary(institutions):
    return {row["institution_id"] for row in institutions if row["level_code"] in codes.PRIMARY_LEVELS}


def _treated(homes, primary, clearings, referrals):
    """What the members' stays and referrals say."""
    stays = defaultdict(Counter)
    for row in clearings:
        stays[row["institution_id"]].update({name: row[name] for name in ("case_count", "pending_count", "cost_fen", "standard_fen")})
    sent = {(row["institution_id"], row["direction_code"]): row["referral_count"] for row in referrals}
    found = {}
    for consortium, (lead, own) in homes.items():
        whole = sum((stays[name] for name in own), Counter())
        up, down = sum(sent.get((name, "up"), 0) for name in own & primary), sent.get((lead, "down"), 0)
        figures = {"mean_inpatient_cost": ratio(whole["cost_fen"] * FEN_E6, whole["case_count"], 1),
                   "mean_difference": ratio((whole["cost_fen"] - whole["standard_fen"]) * FEN_E6, whole["case_count"], 1),
                   "list_quality": ratio(whole["case_count"] - whole["pending_count"], whole["case_count"], PERCENT_E6),
                   "up_referral": ratio(up, sum(stays[name]["case_count"] for name in own & primary), PERCENT_E6),
                   "down_referral": ratio(down, stays[lead]["case_count"], PERCENT_E6)}
        found |= {(consortium, name): value for name, value in figures.items()}
    return found


def _registered(homes, measures):
    """What registers, orders and surveys of the members say: parts added up before they are divided."""
    parts, wholes, found = Counter(), Counter(), {}
    for row in measures:
        parts[row["institution_id"], row["measure_code"]] += row["numerator"]
        wholes[row["institution_id"], row["measure_code"]] += row["denominator"]
    for consortium, (_, own) in homes.items():
        for name in MEASURE:
            part, whole = (sum(sums[house, name] for house in own) for sums in (parts, wholes))
            found[consortium, name] = ratio(part, whole, POINT_E6 if name == "satisfaction" else PERCENT_E6)
    return found
