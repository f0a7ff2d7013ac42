"""Drawing an amount down from a limit, claim after claim, as sums over windows: exact, without going row by row.

One claim takes min(amount, max(0, limit − what those before it took)). With one limit for all of a person's claims that is the
difference of min(limit, running sum). With several (levels, classes of person, a policy that changes within the year) the limits
cut the total into layers: a claim may fill the layers below its own limit, the lowest first, and what it cannot place goes up to
the next layer. A layer is filled only after all below it are full, so each layer is again one running sum.
"""
from collections.abc import Sequence

import ibis

from sanyi.payment.benefit.policy import NO_LIMIT
from sanyi.tables.money import whole

ORDER = ("settled_on", "settlement_id")


def drawn(claims, amount: str, limit: str, together: Sequence[str], layers: int, taken: str, before: str = ""):
    """Add the column `taken`: what each claim draws of its limit; `layers` is the most different limits one group can have.

    `amount` and `limit` name columns of fen, not negative; `together` the columns of those who share what is drawn. `before`
    names a further column, where wanted, for what the group had drawn before the claim.
    """
    if layers <= 1:
        edges = [claims[limit]]
    else:
        claims = claims.mutate(limit_rank=claims[limit].dense_rank().over(ibis.window(group_by=list(together), order_by=limit)))
        within = ibis.window(group_by=list(together))
        edges = [(claims.limit_rank == rank).ifelse(claims[limit], ibis.null("int64")).max().over(within).fill_null(NO_LIMIT)
                 for rank in range(layers)]
    claims = claims.mutate(**{f"edge_{rank}": edge for rank, edge in enumerate(edges)}, left_fen=claims[amount])
    claims = claims.mutate(**{taken: ibis.literal(0, "int64")})
    so_far = ibis.window(group_by=list(together), order_by=list(ORDER), preceding=None, following=0)
    for rank in range(layers):
        below = claims[f"edge_{rank - 1}"] if rank else ibis.literal(0, "int64")
        width = claims[f"edge_{rank}"] - below
        reaches = (claims[limit] >= claims[f"edge_{rank}"]).ifelse(claims.left_fen, 0)
        claims = claims.mutate(reaches_fen=reaches, width_fen=width)
        claims = claims.mutate(sum_fen=whole(claims.reaches_fen.sum().over(so_far)))
        filled = (ibis.least(claims.sum_fen, claims.width_fen)
                  - ibis.least(claims.sum_fen - claims.reaches_fen, claims.width_fen))
        claims = claims.mutate(**{taken: claims[taken] + filled, "left_fen": claims.left_fen - filled})
    if before:
        claims = claims.mutate(**{before: whole(claims[taken].sum().over(so_far)) - claims[taken]})
    return claims.drop("left_fen", "reaches_fen", "width_fen", "sum_fen", *(f"edge_{rank}" for rank in range(layers)),
                       *(["limit_rank"] if layers > 1 else []))
