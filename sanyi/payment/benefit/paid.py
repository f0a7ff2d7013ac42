"""What claims have in common as tables: the cell of the policy beside each, and what bands pay of a piece."""
import ibis

from sanyi.tables.money import take_rate, total
from sanyi.terms.fen import PPM


def with_cells(claims, benefit_policies, *names):
    """Put columns of the policy's cell beside each claim."""
    return claims.join(benefit_policies.select("policy_number", *names), "policy_number")


def paid_by_bands(claims, bands):
    """What the bands pay of the piece from start_fen to end_fen of each claim, rounded half up once."""
    pieces = claims.select("settlement_id", "policy_number", "start_fen", "end_fen").join(
        bands.select("policy_number", "over_fen", "to_fen", "ratio_ppm"), "policy_number")
    part = ibis.least(pieces.end_fen, pieces.to_fen) - ibis.greatest(pieces.start_fen, pieces.over_fen)
    pieces = pieces.mutate(product=ibis.greatest(part, 0) * pieces.ratio_ppm)
    sums = pieces.group_by("settlement_id").agg(product=total(pieces.product))
    return sums.select("settlement_id", by_bands_fen=take_rate(sums["product"], 1, PPM))
