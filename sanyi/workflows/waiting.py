"""A place in the waiting list: it is offered what becomes free in its turn, and the offer expires. Source: NG-12, REF-3."""
from dataclasses import dataclass
from datetime import date, datetime

from sanyi.workflows.appointment import BOOKERS
from sanyi.workflows.facts import Facts, Given
from sanyi.workflows.guards import Block
from sanyi.workflows.workflow import Field, State, Step, Workflow

PLACES = {"common": ("普通号", "common"), "reserved": ("预留号", "reserved"), "over": ("加号", "overbooked")}
SLOT, PLACE = Field("slot", "whole", "号源编号", "slot"), Field("place", "choice", "号别", "kind of place", choices=PLACES)
UNTIL = Field("until", "moment", "保留至", "held until")
TURN = ("office",)  # the store itself, in the list's order: nobody offers a place by hand


@dataclass(frozen=True)
class WaitingFacts(Facts):
    """`expires_at` is when the offer lapses, `last_on` the last day that would still do. Sides as of an appointment."""

    expires_at: datetime | None = None
    last_on: date | None = None


def offer_lies_ahead(facts: WaitingFacts, given: Given) -> Block:
    """An offer leaves time to take it."""
    return None if given.get("until") is None or given["until"] > facts.now else ("保留时间已过", "the offer would be over already")


def offer_stands(facts: WaitingFacts, given: Given) -> Block:
    """Only an offer that has not expired is taken."""
    if facts.expires_at is None or facts.now < facts.expires_at:
        return None
    return "该号源的保留时间已过", "the offer has expired"


def offer_is_over(facts: WaitingFacts, given: Given) -> Block:
    """No offer lapses before its time."""
    return None if facts.expires_at is not None and facts.now >= facts.expires_at else ("保留时间未到", "the offer still stands")


def window_is_over(facts: WaitingFacts, given: Given) -> Block:
    """Nobody leaves the list before the last day that would do is past."""
    return None if facts.last_on is not None and facts.today > facts.last_on else ("候补期限未到", "the last day wished for is not past")


def offered(facts: WaitingFacts, given: Given) -> dict:
    """Keep which place is held, and until when."""
    return {"slot_id": given["slot"], "place": given["place"], "offered_at": facts.now, "expires_at": given["until"]}


def recalled(facts: WaitingFacts, given: Given) -> dict:
    """The place is gone; the turn is not."""
    return {"slot_id": None, "place": "", "offered_at": None, "expires_at": None}


def ended(facts: WaitingFacts, given: Given) -> dict:
    """Keep who ended it, and when."""
    return {"done_by": facts.actor.name, "done_at": facts.now}


ONES_OWN = ("resident", *BOOKERS)
WAITING = Workflow(
    "waiting", "候补", "place in the waiting list", "waiting",
    states=(State("waiting", "候补中", "waiting"), State("offered", "已通知，待确认", "offered a place"), State("taken", "已转为预约", "booked", True),
            State("lapsed", "已失效", "lapsed", True), State("withdrawn", "已退出", "withdrawn", True)),
    steps=(
        Step("offer", "通知候补", "offer a place", ("waiting",), "offered", TURN, (SLOT, PLACE, UNTIL), (offer_lies_ahead,), offered),
        Step("take", "接受号源", "take the place", ("offered",), "taken", ONES_OWN, (), (offer_stands,), ended),
        Step("lapse", "逾期失效", "let the offer lapse", ("offered",), "lapsed", TURN, (), (offer_is_over,), ended),
        Step("expire", "候补期满", "end of the wait", ("waiting",), "lapsed", TURN, (), (window_is_over,), ended),
        Step("recall", "收回号源", "recall the offer", ("offered",), "waiting", ("registrar", "director", *TURN), (), (), recalled, side="host"),
        Step("end_with_referral", "随转诊终止退出", "leave with its referral", ("waiting", "offered"), "withdrawn", TURN, (), (), ended),
        Step("withdraw", "退出候补", "leave the list", ("waiting", "offered"), "withdrawn", ONES_OWN, (), (), ended),
        Step("end_with_death", "患者已死亡，随之退出", "end with the patient's death", ("waiting", "offered"), "withdrawn", TURN, (), (), ended),
    ),
    facts=WaitingFacts,
)
