"""The 1+1+1 combination that a resident chose: where they may go without a referral, if the plan says so. Source: JH-14."""
from datetime import date

from django.db.models import Q

from sanyi.store.contracts.standing import held
from sanyi.store.contracts.tables import Contract
from sanyi.store.contracts.terms import choice_is_free


def may_choose(person: int, institution: str, day: date) -> bool:
    """Whether an institution is one of the resident's own combination on a day, and the plan in force lets them choose freely inside it.

    The team's institution, the district's and the city's hospital of the contract that holds the day; no contract, no combination.
    """
    if not choice_is_free():
        return False
    return Contract.objects.filter(held(day), Q(institution=institution) | Q(district__code=institution) | Q(city__code=institution), person=person).exists()
