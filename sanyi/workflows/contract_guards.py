"""The conditions of a family-doctor contract's steps."""
from datetime import date, timedelta

from sanyi.workflows.contract_facts import ContractFacts
from sanyi.workflows.facts import Given
from sanyi.workflows.guards import Block, after_due, until_due


def first_day(facts: ContractFacts) -> date:
    """The first day in force if it were signed today: the agreed one, or today where that has passed."""
    return max(facts.from_on or facts.today, facts.today)


def nothing_is_closed(facts: ContractFacts, given: Given) -> Block:
    """Team, package and resident are there for a contract today."""
    return _joined(facts.closed)


def no_day_is_held(facts: ContractFacts, given: Given) -> Block:
    """No other contract of the resident holds a day of this one. Source: FDR-2, B18."""
    return _joined(facts.clashes)


def _joined(words: tuple[tuple[str, str], ...]) -> Block:
    return ("；".join(zh for zh, _ in words), "; ".join(en for _, en in words)) if words else None


def team_has_room(facts: ContractFacts, given: Given) -> Block:
    """The team has no more residents than its general practitioners may have. Source: FDR-1."""
    if facts.places_left > 0:
        return None
    return "该团队签约人数已达上限（按全科医生人数计），请选择其他团队", "the team has as many residents as its general practitioners may have; choose another"


offer_still_stands = until_due("offer_still_stands", "An offer is signed by its last day.", "签约邀请已于 {due} 失效，请重新发起", "the offer stood until {due}; ask for a new one")
offer_has_lapsed = after_due("offer_has_lapsed", "Only what stood long enough lapses.", "签约邀请到 {due} 止仍有效", "the offer stands until {due}")


def code_was_shown(facts: ContractFacts, given: Given) -> Block:
    """The resident's own signature is the one-time code. Source: HK-15."""
    if facts.is_code_confirmed:
        return None
    return "请先输入工作人员交给您的一次性签约码", "enter the one-time code that you were given first"


def request_was_accepted(facts: ContractFacts, given: Given) -> Block:
    """The resident asked for it online, confirmed it by code, and the team accepted: that is the signature. Source: HK-15, NG-11."""
    if given.get("request") in facts.requests:
        return None
    return "没有本人确认且已受理的网上申请", "there is no request of the resident for it, confirmed and accepted"


def witness_is_another(facts: ContractFacts, given: Given) -> Block:
    """At the desk another member of staff of the institution has stood by today, with the own account: a name that one types binds nobody."""
    if facts.witness in facts.witnesses and f"staff:{facts.witness}" not in facts.actor.persons and facts.witnessed_on == facts.today:
        return None
    return ("须由本机构当日在岗的另一名工作人员先用自己的账户点“到场见证”", "another member of staff of the institution must first stand by as witness today, with their own account")


def own_code(facts: ContractFacts) -> str:
    """The actor's code among the staff who work today where it is signed; empty for anybody else."""
    return next((code for code in facts.witnesses if f"staff:{code}" in facts.actor.persons), "")


def is_posted_here(facts: ContractFacts, given: Given) -> Block:
    """Who stands by works there today."""
    return None if own_code(facts) else ("见证人须是本机构当日在岗的工作人员", "a witness works at the institution today")


def follows_the_earlier(facts: ContractFacts, given: Given) -> Block:
    """What takes over begins after the first day of what it takes over from: each day is one team's."""
    if facts.earlier_from is None or first_day(facts) > facts.earlier_from:
        return None
    return "转签最早自原签约生效次日起", "a transfer begins on the day after the earlier contract began, at the earliest"


def first_day_has_come(facts: ContractFacts, given: Given) -> Block:
    """A contract is in force from its first day."""
    if facts.from_on is not None and facts.from_on <= facts.today:
        return None
    return f"自 {facts.from_on} 起生效", f"it is in force from {facts.from_on}"


def may_still_leave(facts: ContractFacts, given: Given) -> Block:
    """It is undone before it begins, within some days of signing, or while it is suspended and holds no day; what passed on by a merger is ended."""
    if facts.entry == "succession":
        return "机构合并转来的签约请用“终止”，当日生效", "a contract that passed on by a merger is ended, with effect the same day"
    if facts.state == "active" and facts.closed_until and facts.from_on and facts.from_on <= facts.closed_until:
        return f"至 {facts.closed_until} 已结算，请用“终止”", f"what is up to {facts.closed_until} is settled: it can be ended, not undone"
    if facts.state in ("signed", "suspended") or facts.signed_on and facts.today < facts.signed_on + timedelta(days=facts.cooling_off_days):
        return None
    return f"签约已满 {facts.cooling_off_days} 天，请用“终止”", f"{facts.cooling_off_days} days have passed since it was signed: it can be ended, not undone"


def last_day_fits(facts: ContractFacts, given: Given) -> Block:
    """It ends on a day of its own that is not ahead, and what was given, counted and settled before stays: a death alone ends it in a settled month."""
    first, last = _days_to_end(facts, str(given.get("reason", "")))
    if (day := given.get("to_on")) and first <= day <= last:
        return None
    if first > last:
        return f"至 {last} 的服务或结算已定，待到期自然终止", f"services or settlements up to {last} stand; it ends with its term"
    return f"最后一日应在 {first} 与 {last} 之间", f"the last day lies between {first} and {last}"


def _days_to_end(facts: ContractFacts, reason: str) -> tuple[date, date]:
    """The first and the last day on which it may end: a death's own day; else no earlier than the last service, than what is settled, and for a resident than yesterday."""
    first, last = facts.from_on or facts.today, min(facts.term_on or facts.today, facts.today)
    if reason == "died" and facts.died_on:
        only = max(first, min(facts.died_on, facts.to_on or last))
        return only, only
    settled = facts.closed_until + timedelta(days=1) if facts.closed_until else first
    own = facts.today - timedelta(days=1) if facts.actor.role == "resident" else first
    return max(first, facts.last_service_on or first, settled, own), last


def died_before_it_began(facts: ContractFacts, given: Given) -> Block:
    """What begins after a death was never in force."""
    if facts.died_on and facts.from_on and facts.died_on < facts.from_on:
        return None
    return "居民并非在生效前死亡", "the resident did not die before it began"


def is_nobody_elses_days(facts: ContractFacts, given: Given) -> Block:
    """What is suspended holds no day; ended it would: where the days are another contract's, it is undone instead."""
    if facts.state != "suspended" or not facts.clashes:
        return None
    return "该签约暂停期间的日期已由另一份签约持有，请用“撤销签约”", "its days are another contract's while it is suspended: undo it instead"


def residents_end_by_wish(facts: ContractFacts, given: Given) -> Block:
    """A resident's own account ends by wish or because of a move; the other reasons are the institution's to give."""
    if facts.actor.role != "resident" or given.get("reason") in ("wish", "moved"):
        return None
    return "本人只能以“本人意愿”或“迁出”终止", "you end it by your wish, or because you move"


def term_is_over(facts: ContractFacts, given: Given) -> Block:
    """It expires after its last day, unless another takes over."""
    if facts.to_on and facts.today > facts.to_on and facts.later_state != "signed":
        return None
    return f"到 {facts.to_on} 止仍有效，或已有后续签约", f"it is in force until {facts.to_on}, or another takes over"


def another_takes_over(facts: ContractFacts, given: Given) -> Block:
    """It closes on the day the next one begins."""
    return _later(facts, ("signed",)) or _begun(facts)


def another_was_undone(facts: ContractFacts, given: Given) -> Block:
    """Its days come back when what would have taken over is undone."""
    return _later(facts, ("cancelled",))


def _later(facts: ContractFacts, states: tuple[str, ...]) -> Block:
    if facts.later_state in states:
        return None
    return "随后续签约自动办理", "this comes with the contract that takes over"


def _begun(facts: ContractFacts) -> Block:
    if facts.later_from and facts.later_from <= facts.today:
        return None
    return f"后续签约自 {facts.later_from} 起", f"the next one begins on {facts.later_from}"


def is_passed_on(facts: ContractFacts, given: Given) -> Block:
    """Only a batch of its own institution's merger takes a contract back, and only one that does not begin before it."""
    if given.get("succession") in facts.successions:
        return None
    return "没有本机构的合并转接批次", "there is no batch of a merger of its institution"
