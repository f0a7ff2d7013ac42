"""Facts of claims that come from other tables: the referral a stay came by, filings, the class of person at settlement."""
import ibis

from sanyi.payment.benefit.policy import PERSON
from sanyi.tables.money import whole_quotient

ARRIVED = ("arrived", "closed")
FIRST_OF_CLASSES = ("poor", "disabled", "retired", "student")  # where spans of one month differ, the first of these holds
MONTHS = range(1, 13)


def from_referrals(facts, referrals, members, consortia, choices):
    """Note whether a referral brought the patient here, and from where the deductible may run on. Source: BEN-4, LJ-48, JH-21."""
    sent = referrals.filter(referrals.status_code.isin(ARRIVED)).select(
        "referral_id", "direction_code", from_id="from_institution_id", to_id="to_institution_id", sent_id="resident_id")
    came = facts.join(sent, "referral_id")
    came = came.filter((came.to_id == came.institution_id) & (came.sent_id == came.resident_id))
    came = came.select("encounter_id", "institution_id", "admitted_on", "from_id", "direction_code")
    common = _common(came, members, consortia)
    came = came.left_join(common, "encounter_id").drop("encounter_id_right")
    has_firm, has_loose = came.has_firm.fill_null(False), came.has_loose.fill_null(False)
    runs_on = ibis.literal(choices.referral_scope == "region") & ibis.literal(choices.referral_is_continuous)
    if choices.referral_is_continuous:
        runs_on = runs_on | has_firm
    if choices.loose_referral_is_continuous:
        runs_on = runs_on | has_loose
    came = came.select("encounter_id", is_referred=ibis.literal(True), is_unlowered=has_loose,
                       referral_from_id=runs_on.ifelse(came.from_id, ibis.null("string")),
                       direction_code=runs_on.ifelse(came.direction_code, ibis.null("string")))
    return facts.left_join(came, "encounter_id").drop("encounter_id_right")


def _common(came, members, consortia):
    """Whether sender and receiver are in one consortium on the day of admission: a loose one, or another."""
    kinds = members.join(consortia.select("consortium_id", "kind_code"), "consortium_id")
    of = kinds.select("consortium_id", "kind_code", "institution_id", "from_on", "to_on")
    to = came.join(of, "institution_id")
    to = to.filter((to.from_on <= to.admitted_on) & (to.to_on.isnull() | (to.to_on >= to.admitted_on)))
    to = to.select("encounter_id", "from_id", "consortium_id", "kind_code", on="admitted_on")
    other = of.select(other_id="consortium_id", from_id="institution_id", since="from_on", until="to_on")
    both = to.join(other, "from_id")
    both = both.filter((both.other_id == both.consortium_id) & (both.since <= both.on)
                       & (both.until.isnull() | (both.until >= both.on)))
    return both.group_by("encounter_id").agg(has_firm=(both.kind_code != "loose").any(), has_loose=(both.kind_code == "loose").any())


def off_site_days(facts, filings):
    """Note whether a filing covers the day of admission."""
    filed = facts.select("encounter_id", "resident_id", "admitted_on").join(
        filings.select("resident_id", since="from_on", until="to_on"), "resident_id")
    filed = filed.filter((filed.since <= filed.admitted_on) & (filed.until.isnull() | (filed.until >= filed.admitted_on)))
    filed = filed.select("encounter_id", is_filed=ibis.literal(True)).distinct()
    return facts.left_join(filed, "encounter_id").drop("encounter_id_right")


def ways(claims, choices):
    """The way of going there; inside a loose consortium that lets the deductible run on, a referral never lowers the ratio. Source: BEN-9, LJ-48."""
    unlowered = claims.is_unlowered.fill_null(False) & ibis.literal(choices.loose_referral_is_continuous)
    return ibis.cases(
        (claims.is_in_area.fill_null(True) | unlowered, "local"), (claims.is_filed.notnull(), "filed"),
        (claims.is_referred.notnull(), "referred"), (claims.is_emergency.fill_null(False), "emergency"), else_="unfiled")


def persons(claims, insured_months, year):
    """The class of person in the month of settlement; aid and added ratios hang on it. Source: BEN-8.

    A year's months are kept as bits, so that overlapping spans cannot double a claim.
    """
    spans = insured_months.filter((insured_months.year == year) & insured_months.person_class_code.isin(FIRST_OF_CLASSES))
    marked = spans.mutate(**{f"month_{month}": ((spans.from_month <= month) & (spans.to_month >= month)).ifelse(1, 0) for month in MONTHS})
    classes = marked.group_by("resident_id", "insurance_code", "person_class_code").agg(
        **{f"month_{month}": marked[f"month_{month}"].max() for month in MONTHS})
    classes = classes.mutate(bits=sum(classes[f"month_{month}"].cast("int64") * 2 ** (month - 1) for month in MONTHS))
    held = classes.group_by("resident_id", "insurance_code").agg(
        **{name: (classes.person_class_code == name).ifelse(classes.bits, 0).max() for name in FIRST_OF_CLASSES})
    dated = claims.mutate(month_bit=ibis.cases(*((claims.settled_month % 100 == month, 2 ** (month - 1)) for month in MONTHS), else_=1))
    joined = dated.left_join(held, ["resident_id", "insurance_code"]).drop("resident_id_right", "insurance_code_right")
    marks = [(whole_quotient(joined[name].fill_null(0), joined.month_bit) % 2 == 1, name) for name in FIRST_OF_CLASSES]
    return joined.mutate(person_code=ibis.cases(*marks, else_=next(name for name in PERSON if name not in FIRST_OF_CLASSES)))
