"""Three institutions of one consortium, one of them private, for tests of equipment."""
from datetime import date, datetime, timezone

NOW = datetime(2026, 11, 30, 2, tzinfo=timezone.utc)
HOUSES, PRIVATE = ("H1", "C1", "P1"), "P1"


def houses() -> dict:
    """A lead, a member and a private member of one consortium, with a director, a desk and a nurse each; gives their doors."""
    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Consortium, Institution, Membership, Posting, Staff
    from sanyi.store.who import Acting
    first, by = date(2020, 1, 1), {}
    union = Consortium.objects.create(code="K1", name="医联体", kind="tight", from_on=first)
    for house in HOUSES:
        row = Institution.objects.create(code=house, name=f"机构{house}", kind="general", ownership="private" if house == PRIVATE else "public", from_on=first)
        Membership.objects.create(consortium=union, institution=row, part="lead" if house == "H1" else "member", is_independent=house == PRIVATE, from_on=first)
        for role in ("director", "registrar", "nurse"):
            name = f"{house}-{role}"
            staff = Staff.objects.create(code=name, name=name, profession="management", from_on=first)
            Account.objects.create(name=name, staff=staff, password="!")
            by[name] = Acting(name, Posting.objects.create(staff=staff, institution=row, role=role, from_on=first).pk, True)
    Account.objects.create(name="office-1", role="office", password="!")
    return {**by, "office-1": Acting("office-1")}
