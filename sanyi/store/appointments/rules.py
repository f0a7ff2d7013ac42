"""What a plan says about appointments, read once for whoever publishes and books."""
from dataclasses import dataclass

from sanyi.plans.plan import PlanOnDay

NAMES = ("reserved_share_ppm", "release_days", "horizon_days", "cancel_minutes", "grace_minutes", "offer_minutes", "over_places_count", "no_show_count",
         "no_show_window_days", "no_show_block_days", "wait_days", "prepare_days", "write_up_days")


@dataclass(frozen=True)
class AppointmentRules:
    """`reserved_share_ppm` of a roster's places are held for members at least, until `release_days` before; slots are published `horizon_days` ahead.

    An appointment may be given up until `cancel_minutes` before, is missed after `grace_minutes`; an offer stands `offer_minutes`. At most
    `over_places_count` more than its places are put into a slot. Who missed `no_show_count` in `no_show_window_days` does not book for
    themselves for `no_show_block_days`. A turn in the waiting list lasts `wait_days`. From `prepare_days` before an appointment until
    `write_up_days` after its institution may look into the record. Source: JH-18, BJ-03, NG-12, R49.
    """

    reserved_share_ppm: int
    release_days: int
    horizon_days: int
    cancel_minutes: int
    grace_minutes: int
    offer_minutes: int
    over_places_count: int
    no_show_count: int
    no_show_window_days: int
    no_show_block_days: int
    wait_days: int
    prepare_days: int
    write_up_days: int


def read_rules(plan: PlanOnDay) -> AppointmentRules:
    """Read a plan's rules as they stand on a day. Errors: UnknownValue."""
    return AppointmentRules(**{name: plan.value(f"appointments.{name}") for name in NAMES})
