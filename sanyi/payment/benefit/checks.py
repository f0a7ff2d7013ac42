"""What a benefit policy must hold to be run: the words it may use, and that care nearer home is never paid worse."""
from sanyi.payment.benefit.errors import BadBenefitPolicy
from sanyi.payment.benefit.policy import LEVELS, Choices, Policy, Terms
from sanyi.tables.codes import LEVEL
from sanyi.terms.fen import PPM

ALLOWED = {
    "deductible_basis": ("stay", "year"), "segment_basis": ("stay", "year"), "bands_from": ("zero", "deductible"),
    "policy_date": ("settled_on", "discharged_on"), "reversal_order": ("any", "lifo"), "referral_scope": ("consortium", "region"),
}


def check_words(choices: Choices) -> None:
    """Refuse a way of counting that is not known."""
    for field, allowed in ALLOWED.items():
        if (seen := getattr(choices, field)) not in allowed:
            raise BadBenefitPolicy(f"benefit.{field}：{seen} 不在允许的取值中；可用：{'、'.join(allowed)}",
                                   f"benefit.{field}: {seen!r} is not allowed; allowed: {', '.join(allowed)}")


def check_levels(policy: Policy, choices: Choices) -> None:
    """Refuse a level whose deductible is lower or ratio higher than a lower level's. Source: BEN-5."""
    groups: dict[tuple[str, ...], dict[str, Terms]] = {}
    for (insurance, care, level, person, way), terms in policy.terms.items():
        if choices.deductible_basis == "year" and care == "stay" and terms.repeat.deductible_fen(PPM, 2) != PPM:
            raise BadBenefitPolicy("起付线按年累计时不能再按住院次数递减", "a deductible counted by the year cannot also fall stay by stay")
        groups.setdefault((insurance, care, person, way), {})[level] = terms
    for group, by_level in groups.items():
        present = [level for level in LEVELS if level in by_level]
        for low, high in zip(present, present[1:]):
            _check_pair(group, low, by_level[low], high, by_level[high])


def _check_pair(group: tuple[str, ...], low: str, lower: Terms, high: str, upper: Terms) -> None:
    if upper.deductible_fen < lower.deductible_fen:
        raise BadBenefitPolicy(
            f"{'/'.join(group)}：{LEVEL[high][0]}起付线 {upper.deductible_fen} 分低于{LEVEL[low][0]} {lower.deductible_fen} 分（起付线随级别不降）",
            f"{'/'.join(group)}: the deductible of {high}, {upper.deductible_fen} fen, is below that of {low}, {lower.deductible_fen} fen "
            "(it never falls with level)")
    for edge in sorted({band.over_fen for band in (*lower.bands, *upper.bands)}):
        if ratio_at(upper, edge) > ratio_at(lower, edge):
            raise BadBenefitPolicy(
                f"{'/'.join(group)}：{edge} 分以上{LEVEL[high][0]}比例 {ratio_at(upper, edge)} ppm 高于{LEVEL[low][0]} {ratio_at(lower, edge)} ppm（比例随级别不升）",
                f"{'/'.join(group)}: above {edge} fen {high} pays {ratio_at(upper, edge)} ppm, more than {low} with {ratio_at(lower, edge)} ppm "
                "(it never rises with level)")


def ratio_at(terms: Terms, position_fen: int) -> int:
    """The ratio just above a position."""
    return next((band.ratio_ppm for band in reversed(terms.bands) if band.over_fen <= position_fen), 0)
