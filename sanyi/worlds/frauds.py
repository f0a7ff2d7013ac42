"""Planted frauds on the lines of the reform year: what an audit should find, told apart in the truth."""
from dataclasses import dataclass

import numpy as np

from sanyi.worlds import pools
from sanyi.worlds.cases import Cases
from sanyi.worlds.lines import Lines
from sanyi.worlds.people import People

RATES = {"AUD-01": 40, "AUD-02": 30, "AUD-12": 120, "AUD-13": 120, "AUD-26": 100, "AUD-37": 15}  # per million lines
SEXED_DRUGS = {sex: [place for place in pools.places_of("drug") if pools.ITEMS[place].sex_code == sex] for sex in ("female", "male")}
SEXED_SERVICES = {sex: [place for place, one in enumerate(pools.ITEMS) if one.class_code in ("examination", "treatment")
                        and one.sex_code == sex] for sex in ("female", "male")}
DAILY_LIMIT = np.array([one.daily_limit or 0 for one in pools.ITEMS])
OVER_PRICE = 130  # percent of the approved price


@dataclass(frozen=True)
class Fraud:
    """Planted lines of one rule: the row of the line, and the amount at stake."""

    rule_code: str
    rows: np.ndarray
    amount_fen: np.ndarray


def plant(random: np.random.Generator, lines: Lines, cases: Cases, who: People) -> tuple[Lines, list[Fraud], np.ndarray]:
    """Change some lines into frauds: the lines, what was planted, and which lines are to be left out (AUD-37).

    No bill carries two planted frauds, so that one never hides another.
    """
    used = np.zeros(len(cases), dtype=bool)
    used[cases.fraud > 0] = True
    found: list[Fraud] = []
    for rule, choose in (("AUD-01", _wrong_sex_drug), ("AUD-02", _wrong_sex_service), ("AUD-12", _charged_twice),
                         ("AUD-13", _too_often), ("AUD-26", _too_dear)):
        lines, planted = choose(random, rule, lines, cases, who, used)
        used[lines.case[planted.rows]] = True
        found.append(planted)
    dropped = _candidates(random, "AUD-37", lines, used, lines.number > 3)
    found.append(Fraud("AUD-37", dropped, lines.amount_fen[dropped]))
    return lines, found, dropped


def _candidates(random, rule: str, lines: Lines, used: np.ndarray, able: np.ndarray) -> np.ndarray:
    """Rows drawn at the rule's rate among those able, one a bill, none of a bill already used."""
    drawn = np.flatnonzero(random.random(len(lines), dtype=np.float32) < RATES[rule] / 1e6)
    if not len(drawn):  # a small batch: none this time
        return drawn
    ready = np.flatnonzero(able & ~used[lines.case])
    if not len(ready):
        return ready
    picked = ready[np.minimum(np.searchsorted(ready, drawn), len(ready) - 1)]
    _, first = np.unique(lines.case[picked], return_index=True)
    return picked[np.sort(first)]


def _wrong_sex(random, rule, lines, cases, who, used, class_codes, wrong) -> tuple[Lines, Fraud]:
    rows = _candidates(random, rule, lines, used, np.isin(pools.CLASS_OF[lines.item], [pools.CLASS_CODES.index(one) for one in class_codes]))
    male = who.is_male[cases.resident[lines.case[rows]]]
    for_women, for_men = np.array(wrong["female"]), np.array(wrong["male"])
    pick = random.integers(0, 1 << 30, len(rows))
    item = np.where(male, for_women[pick % len(for_women)], for_men[pick % len(for_men)])
    changed = lines.changed(rows, item, pools.PRICES[item])
    return changed, Fraud(rule, rows, changed.amount_fen[rows])


def _wrong_sex_drug(random, rule, lines, cases, who, used):
    return _wrong_sex(random, rule, lines, cases, who, used, ("drug",), SEXED_DRUGS)


def _wrong_sex_service(random, rule, lines, cases, who, used):
    return _wrong_sex(random, rule, lines, cases, who, used, ("examination", "treatment"), SEXED_SERVICES)


def _next_same_day(lines: Lines) -> np.ndarray:
    """Whether the next line is of the same bill and day."""
    same = np.zeros(len(lines), dtype=bool)
    same[:-1] = (lines.case[1:] == lines.case[:-1]) & (lines.day[1:] == lines.day[:-1])
    return same


def _is_free(lines: Lines) -> np.ndarray:
    """Lines that may be replaced: not the fees every bill or day begins with, nor surgery."""
    return ~np.isin(pools.CLASS_OF[lines.item], [pools.CLASS_CODES.index(one) for one in ("bed", "nursing", "consultation", "surgery")])


def _charged_twice(random, rule, lines, cases, who, used):
    """After an item that contains another, charge the other one as well."""
    free = _is_free(lines)
    able = (pools.PARTNER[lines.item] >= 0) & _next_same_day(lines) & np.append(free[1:], False)
    rows = _candidates(random, rule, lines, used, able) + 1
    item = pools.PARTNER[lines.item[rows - 1]]
    changed = lines.changed(rows, item, pools.PRICES[item])
    return changed, Fraud(rule, rows, changed.amount_fen[rows])


def _too_often(random, rule, lines, cases, who, used):
    """Repeat an item once more than its daily limit allows (the next one or two lines of the day)."""
    free, same = _is_free(lines), _next_same_day(lines)
    limit = DAILY_LIMIT[lines.item]
    one_more = same & np.append(free[1:], False)
    two_more = one_more & np.append(one_more[1:], False)
    rows = _candidates(random, rule, lines, used, free & (((limit == 1) & one_more) | ((limit == 2) & two_more)))
    item, price = lines.item[rows], lines.price_fen[rows]
    twice = limit[rows] == 2
    changed = lines.changed(rows + 1, item, price)
    changed = changed.changed(rows[twice] + 2, item[twice], price[twice])
    excess = np.where(twice, rows + 2, rows + 1)
    return changed, Fraud(rule, excess, changed.amount_fen[excess])


def _too_dear(random, rule, lines, cases, who, used):
    """Charge a service above its approved price."""
    rows = _candidates(random, rule, lines, used, pools.IS_LIMITED_PRICE[lines.item] & (pools.PRICES[lines.item] >= 1000))
    price = lines.price_fen.copy()
    price[rows] = pools.PRICES[lines.item[rows]] * OVER_PRICE // 100
    changed = Lines(lines.case, lines.number, lines.item, lines.quantity, price, lines.quantity * price, lines.day)
    excess = (price[rows] - pools.PRICES[lines.item[rows]]) * lines.quantity[rows]
    return changed, Fraud(rule, rows, excess)
