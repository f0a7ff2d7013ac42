"""Contract pay a second time (FDR-4, FDR-5), written from the rule's text: fractions, service by service."""
from collections import defaultdict
from fractions import Fraction


def half_up(value):
    return (2 * Fraction(value).numerator + Fraction(value).denominator) // (2 * Fraction(value).denominator)


def parts_of(total, weights):
    """Shares of a sum, floored; what is left goes a fen each to the largest remainders, of equals to the smaller name."""
    exact = {name: Fraction(total) * weight / sum(weights.values()) for name, weight in weights.items()}
    found = {name: part.numerator // part.denominator for name, part in exact.items()}
    for name in sorted(exact, key=lambda name: (-(exact[name] - found[name]), name))[:total - sum(found.values())]:
        found[name] += 1
    return found


def pay(services, fees, share_ppm, quality, year):
    """What each (institution, team, member) is due of the year's fees, and gets of what came in."""
    of_score = {line["score"]: line for line in quality}
    work = defaultdict(lambda: defaultdict(lambda: defaultdict(Fraction)))
    for row in services:
        if row["given_on"].year == year:
            line = of_score[row["score_number"] if row["score_number"] is not None else 0]
            good = Fraction(line["late_e4"] if row["is_late"] else line["in_time_e4"], 10_000)
            work[row["institution_id"]][row["team_id"]][row["staff_id"]] += Fraction(row["weight_e4"], 10_000) * good
    found = {}
    for house, teams in work.items():
        pools = [half_up(Fraction(sum(row[name] for row in fees if row["institution_id"] == house and row["year"] == year) * share_ppm, 1_000_000)) for name in ("due_fen", "received_fen")]
        by_team = [parts_of(pool, {team: sum(members.values()) for team, members in teams.items()}) for pool in pools]
        for team, members in teams.items():
            due, came = (parts_of(parts[team], members) for parts in by_team)
            found.update({(house, team, staff): (due[staff], came[staff]) for staff in members})
    return found
