"""What a step of the books brings with it besides the state: entries posted, payments made, periods sealed; in the step's own transaction."""
from collections.abc import Callable
from datetime import datetime

from sanyi.store.batch_entries import pay_batch, post_batch, reverse_batch
from sanyi.store.periods import seal_period
from sanyi.store.vouchers import post_voucher
from sanyi.workflows.facts import Actor

Follow = Callable[[object, Actor, datetime], None]
FOLLOWS: dict[tuple[str, str], Follow] = {
    ("settlement_batch", "post"): post_batch, ("settlement_batch", "pay"): pay_batch, ("settlement_batch", "reverse"): reverse_batch,
    ("settlement_period", "close"): seal_period, ("voucher", "approve"): post_voucher,
}


def followed_by(kind: str, step: str) -> Follow:
    """What follows a step; most steps change the state alone."""
    return FOLLOWS.get((kind, step), lambda row, actor, now: None)
