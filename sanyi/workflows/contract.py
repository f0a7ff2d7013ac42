"""A family-doctor contract: offered by a team, signed by the resident, one at a time, day by day. Source: FDR-1, FDR-2, LJ-23, HK-14, HK-15, JH-14."""
from datetime import date, timedelta

from sanyi.workflows.contract_facts import ContractFacts
from sanyi.workflows.contract_guards import (
    another_takes_over, another_was_undone, code_was_shown, died_before_it_began, first_day, first_day_has_come, follows_the_earlier, is_nobody_elses_days, is_passed_on, last_day_fits,
    is_posted_here, may_still_leave, no_day_is_held, nothing_is_closed, offer_has_lapsed, offer_still_stands, own_code, request_was_accepted, residents_end_by_wish, team_has_room,
    term_is_over, witness_is_another,
)
from sanyi.workflows.facts import Facts, Given
from sanyi.workflows.task import NOTE, REASON
from sanyi.workflows.workflow import Field, State, Step, Workflow

REASONS = {"wish": ("本人意愿", "the resident's wish"), "moved": ("迁出", "moved away"), "died": ("死亡", "died"),
           "team_dissolved": ("团队撤销", "team dissolved"), "institution_merged": ("机构合并", "institution merged")}
HOLDING = ("signed", "active", "renewed", "transferred", "ended", "expired")  # states whose days are the resident's; counted and never shared
TAKES_OVER = ("transfer", "package")  # entries that take days of the contract in force: another team, or another package of the same
TEAM = ("family_doctor", "nurse", "registrar")
DAILY = ("office",)  # the daily work, and what comes with another contract
WHY = Field("reason", "choice", "终止原因", "reason", choices=REASONS)
BATCH = Field("succession", "whole", "转接批次", "batch of the merger")
REQUEST = Field("request", "whole", "网上申请编号", "resident's request")
LAST_DAY = Field("to_on", "date", "最后一日", "last day")


def last_of_term(first: date, years: int) -> date:
    """The last day of a term of whole years."""
    try:
        return first.replace(year=first.year + years) - timedelta(days=1)
    except ValueError:  # from 29 February to the last day of a February
        return date(first.year + years, 2, 28)


def offered_now(facts: ContractFacts, given: Given) -> dict:
    """The offer stands for some days."""
    return {"due": facts.today + timedelta(days=facts.offer_days)}


def signed_now(facts: ContractFacts, given: Given) -> dict:
    """Its days count from now at the earliest."""
    first = first_day(facts)
    last = last_of_term(first, facts.years)
    return {"signed_on": facts.today, "from_on": first, "to_on": last, "term_on": last, "witness": "" if facts.actor.role == "resident" else facts.witness, "due": None,
            "done_by": facts.actor.name, "done_at": facts.now}


def witnessed_now(facts: ContractFacts, given: Given) -> dict:
    """Keep who stands by, and when."""
    return {"witness": own_code(facts), "done_by": facts.actor.name, "done_at": facts.now}


def ended_now(facts: ContractFacts, given: Given) -> dict:
    """Keep why, and its last day."""
    return {"to_on": given["to_on"], "end_reason": given["reason"]}


def given_back(facts: ContractFacts, given: Given) -> dict:
    """It lasts as long as was agreed again."""
    return {"to_on": facts.term_on}


def undone(facts: Facts, given: Given) -> dict:
    """Nothing of it is due any more."""
    return {"due": None}


FIT = (nothing_is_closed, follows_the_earlier, no_day_is_held, team_has_room)
CONTRACT = Workflow(
    "contract", "家庭医生签约", "family-doctor contract", "drafted",
    states=(State("drafted", "草拟", "drafted"), State("offered", "待居民签约", "offered to the resident"), State("signed", "已签约，待生效", "signed, not yet in force"),
            State("active", "有效", "in force"), State("suspended", "暂停（人员合并核实中）", "suspended while persons are merged"),
            State("renewed", "已续签", "renewed", True), State("transferred", "已转签", "transferred", True), State("ended", "已终止", "ended", True),
            State("expired", "已到期", "expired", True), State("cancelled", "已撤销", "undone after signing", True),
            State("withdrawn", "未签约", "never signed", True)),
    steps=(
        Step("offer", "发出签约邀请", "offer it", ("drafted",), "offered", TEAM, (NOTE,), (nothing_is_closed, follows_the_earlier, team_has_room), offered_now),
        Step("withdraw", "撤回", "withdraw it", ("drafted", "offered"), "withdrawn", (*TEAM, *DAILY), (REASON,), effect=undone),
        Step("decline", "不签约", "decline", ("offered",), "withdrawn", ("resident",), (NOTE,), effect=undone),
        Step("lapse", "邀请失效", "let the offer lapse", ("offered",), "withdrawn", DAILY, (), (offer_has_lapsed,), undone),
        Step("sign", "签约", "sign", ("offered",), "signed", ("resident",), (), (offer_still_stands, code_was_shown, *FIT), signed_now),
        Step("stand_by", "到场见证", "stand by as witness", ("offered",), "offered", TEAM, (), (offer_still_stands, is_posted_here), witnessed_now),
        Step("sign_at_desk", "窗口签约", "sign at the desk", ("offered",), "signed", TEAM, (NOTE,), (offer_still_stands, witness_is_another, *FIT), signed_now),
        Step("sign_on_request", "按本人网上申请签约", "sign on the resident's request", ("drafted",), "signed", DAILY, (REQUEST,), (request_was_accepted, *FIT), signed_now),
        Step("start", "生效", "bring into force", ("signed",), "active", DAILY, (), (first_day_has_come, no_day_is_held)),
        Step("cancel", "撤销签约", "undo the signing", ("active", "signed", "suspended"), "cancelled", ("resident", *TEAM), (REASON,), (may_still_leave,)),
        Step("end", "终止", "end", ("active", "suspended"), "ended", ("resident", *TEAM, *DAILY), (WHY, LAST_DAY, NOTE),
             (residents_end_by_wish, last_day_fits, is_nobody_elses_days), ended_now),
        Step("end_with_death", "死亡在生效前，随之撤销", "undo with a death before it began", ("signed", "active", "suspended"), "cancelled", DAILY, (), (died_before_it_began,)),
        Step("transfer", "转签", "close for the next team", ("active",), "transferred", DAILY, (), (another_takes_over,)),
        Step("renew", "续签", "close for the next term", ("active",), "renewed", DAILY, (), (another_takes_over,)),
        Step("restore", "恢复", "take its days back", ("active", "transferred", "renewed"), "active", DAILY, (), (another_was_undone, no_day_is_held), given_back),
        Step("pass_on", "随机构合并转接", "take back for a merged institution's heir", ("signed", "active"), "cancelled", DAILY, (BATCH,), (is_passed_on,)),
        Step("suspend", "暂停", "suspend", ("active",), "suspended", ("registrar", *DAILY), (REASON,)),
        Step("resume", "恢复有效", "resume", ("suspended",), "active", ("registrar", *DAILY), (REASON,), (nothing_is_closed, no_day_is_held)),
        Step("expire", "到期", "let it expire", ("active",), "expired", DAILY, (), (term_is_over,)),
    ),
    facts=ContractFacts,
)
