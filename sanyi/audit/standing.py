"""What people decided about a finding stands in place of what the rule found, where the finding is still the same."""
import ibis

from sanyi.audit.hits import AUDIT_HITS, HITS

CONTENT = tuple(name for name in HITS.names if name not in HITS.key)


def with_standing(hits: ibis.Table, audit_decisions: ibis.Table) -> ibis.Table:
    """Put to each hit how it stands, what of it counts (fen) and the decision, if there is one about exactly this finding.

    A finding is all hits of a rule in a case. A decision is about it where both have the same lines and every column of each is the same; of
    several the last counts. A rule that only suspects costs nothing before its violation is final; no decision takes more than was found.
    """
    known = _about(hits, audit_decisions)
    joined = hits.mutate(hit_key=_finding(hits) + "|" + hits.line_number.cast("string")).left_join(known, "hit_key")
    is_definite, status = joined.action_code == "refuse", joined.status_code
    standing = ibis.cases((status.isnull(), is_definite.ifelse("definite", "suspect")), (status == "cleared", "cleared"),
                          ((status == "final") | is_definite, "agreed"), else_="suspect")
    stood = joined.mutate(standing_code=standing)
    counted = ibis.cases((stood.standing_code == "definite", stood.amount_fen), (stood.standing_code == "agreed", ibis.least(stood.agreed_fen, stood.amount_fen)),
                         else_=ibis.literal(0, "int64"))
    return stood.mutate(counted_fen=counted).select(*AUDIT_HITS.names)


def _about(hits: ibis.Table, decisions: ibis.Table) -> ibis.Table:
    """The lines of the decisions that are about a finding as it is now, one a hit: hit_key, decision_id, status_code, agreed_fen."""
    decided = decisions.mutate(finding_key=_finding(decisions))
    found = hits.mutate(finding_key=_finding(hits)).semi_join(decided, "finding_key")
    found = found.mutate(found_count=found.count().over(ibis.window(group_by="finding_key")))
    found = found.select("finding_key", "line_number", "found_count", **{f"found_{name}": found[name] for name in CONTENT})
    same = decided.inner_join(found, ["finding_key", "line_number"])
    same = same.filter(same.line_count == same.found_count, *(same[name].identical_to(same[f"found_{name}"]) for name in CONTENT))
    same = same.mutate(same_count=same.count().over(ibis.window(group_by=["finding_key", "decision_id"])))
    whole = same.filter(same.same_count == same.line_count)
    latest = ibis.window(group_by=["finding_key", "line_number"], order_by=[whole.decided_on.desc(), whole.decision_id.desc()])
    ranked = whole.mutate(place=ibis.row_number().over(latest))
    last = ranked.filter(ranked.place == 0)
    return last.select("decision_id", "status_code", "agreed_fen", hit_key=last.finding_key + "|" + last.line_number.cast("string"))


def _finding(rows: ibis.Table) -> ibis.Value:
    """What names a finding in one column: its rule and case."""
    return rows.rule_code + "|" + rows.encounter_id
