"""Random prescriptions beside a second opinion of the limits, written from the rule text. Source: RX-1, RX-2, HK-18."""
from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from sanyi.workflows.prescribing import Asked, Drug, InHand, Limit, Patient, Rule, RuleBook, Wanted
from sanyi.workflows.prescription_findings import findings, stops
from sanyi.workflows.prescription_supply import allowed_by, opened, windows

TODAY = date(2026, 11, 30)
LONG = ("long", "extended")
BOOK = RuleBook(limits=(Limit("u", 7, ("usual",), "", "", ""), Limit("l", 28, LONG, "", "", "", False), Limit("a", 84, LONG, "", "", "", True), Limit("p", 56, LONG, "", "", "")),
                rules=(Rule("N", "excluded_class", "narcotic", severity="stop"), Rule("X", "interaction", "a", "b", severity="stop"), Rule("D", "max_daily", "a", limit=30, severity="stop")),
                early_days=7)


def may_be_written(kind, is_assessed, lines, held, reason) -> bool:
    """A week; long ones four weeks, after an assessment twelve, never over the plan's eight; none with narcotics; nothing while over a week is in hand."""
    most = 7 if kind == "usual" else min(84, 56) if is_assessed else 28
    for name, drug_class, quantity, daily in lines:
        used_up = 0
        while used_up * daily < quantity * 1000:
            used_up += 1
        if used_up > most or kind != "usual" and drug_class == "narcotic":
            return False
        if not reason and any(other == name and left > 7 for other, left in held):
            return False
    names = {line[0] for line in lines}
    if len(names) < len(lines):  # one drug on two lines
        return False
    if {"a", "b"} <= names | {name for name, left in held if left >= 0} and names & {"a", "b"}:
        return False
    return sum(daily * 10 for name, _, _, daily in lines if name == "a") <= 30_000


LINES = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["general", "narcotic"]), st.sampled_from([1, 7, 8, 28, 29, 56, 57, 84, 85]), st.sampled_from([1000, 1000, 500, 1500, 3000])), min_size=1, max_size=2)


@example("usual", False, [("c", "general", 7, 1000)], [("c", 8)], "")  # one day too early
@example("usual", False, [("c", "general", 7, 1000)], [("c", 7)], "")
@given(st.sampled_from(["usual", "long", "extended"]), st.booleans(), LINES, st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([0, 1, 6, 7, 8, 9, 20])), max_size=3), st.sampled_from(["", "lost"]))
def test_the_rules_stop_just_what_the_text_forbids(kind, is_assessed, lines, held, reason):
    asked = Asked(kind, is_assessed, tuple(Wanted(Drug(name, name, name, drug_class, "片", {name: 10}), quantity, daily) for name, drug_class, quantity, daily in lines), reason)
    has = tuple(InHand(name, TODAY + timedelta(days=left), "H") for name, left in held)
    assert (not stops(findings(asked, Patient(), has, BOOK, TODAY))) == may_be_written(kind, is_assessed, lines, held, reason)


@given(st.integers(1, 400), st.sampled_from([250, 500, 1000, 1500, 2000, 3000]), st.integers(7, 40), st.integers(0, 6), st.integers(0, 200))
def test_parts_never_pass_what_was_written_the_last_gives_all_and_nobody_runs_out_between_them(quantity, daily, each, early, after):
    days = -(-quantity * 1000 // daily)
    count = windows(days, each)

    def had(day):
        return allowed_by(quantity, daily, each, count, opened(TODAY, count, each, early, TODAY + timedelta(days=day)))

    assert 0 <= had(after) <= had(after + 1) <= had(days + 100) == quantity
    for day in range(days):  # whoever fetches each part on its first day has every day's dose
        assert had(day) * 1000 >= min((day + 1) * daily, quantity * 1000)
    assert all(had(day) == quantity or had(day) * 1000 < (1 + (day + early) // each) * each * daily + 1000 for day in range(days))  # and not much more than that
