"""Health records: visits at the desk, a consent of the resident, break-glasses that wait for their review."""
from datetime import timedelta

from sanyi.store.demonstration.cast import RESIDENT, Cast
from sanyi.store.health.breaking_glass import break_glass
from sanyi.store.health.consenting import give_consent
from sanyi.store.health.rules import read_rules
from sanyi.store.health.visiting import open_visit
from sanyi.store.log import today_of


def open_records(cast: Cast) -> None:
    """Everything."""
    rules = read_rules(cast.plan.on(today_of(cast.now)))
    for person in cast.some(5):
        open_visit(person, "document", rules, cast.by["registrar"], cast.now - timedelta(minutes=40))
    give_consent("treatment", cast.place["hospital"], None, cast.by[RESIDENT], cast.ago(5))
    for days, reason in ((1, "车祸昏迷，无家属在场"), (4, "急性心梗抢救，需知用药史")):
        row = break_glass(cast.some(1)[0], reason, rules, cast.by["doctor"], cast.ago(days))
    row = break_glass(cast.some(1)[0], "误服农药，抢救需要", rules, cast.by["doctor-2"], cast.ago(12))
    cast.step("access_review", row, "justify", "director", cast.ago(11), finding="情况属实")
