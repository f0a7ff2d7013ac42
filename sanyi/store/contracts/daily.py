"""The daily work of contracts: what has been signed begins, what is over expires, what nobody signed lapses, what the dead have open ends. Safe to repeat."""
from datetime import datetime

from django.db.models import F

from sanyi.store.contract_requests.closing import lapse_late
from sanyi.store.contracts.tables import Contract
from sanyi.store.due import Due, take_due
from sanyi.store.jobs.kinds import Report
from sanyi.store.log import today_of
from sanyi.store.persons.deaths import end_for_the_dead


def daily_work(now: datetime, report: Report = lambda done, text="": None) -> dict[str, int]:
    """Take every step whose day has come; counts by step. What somebody else did meanwhile is left to them."""
    today = today_of(now)
    due = {"lapse": Contract.objects.filter(state="offered", due__lt=today), "start": Contract.objects.filter(state="signed", from_on__lte=today),
           "expire": Contract.objects.filter(state="active", to_on__lt=today).exclude(later__state="signed", later__earlier=F("pk"))}
    taken = {}
    for place, (step, rows) in enumerate(due.items()):
        taken[step] = take_due(Due("contract", rows.order_by("pk"), step), now, lambda done, text="", place=place: report((place + done) / len(due), text))[step]
    return {**taken, "died": end_for_the_dead(now), "lapse_request": lapse_late(today, now)}
