"""Questions that are written once: whatever the condition, order and page, they find the very rows that Django finds. Source: R36."""
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
import pytest

NOW = datetime(2026, 9, 1, 4, tzinfo=UTC)
TEXTS = ("I1", "i1x", "50%", "a_b", "back\\slash", "", "心内科", "D4'9", "Ix")
FIELDS = ("name", "unit", "wrong_count", "locked_until", "is_active", "staff_id")
LEAVES = st.one_of(
    st.tuples(st.sampled_from(["unit", "role", "person__contains", "unit__icontains", "unit__istartswith", "unit__iexact", "staff__name__startswith"]), st.sampled_from(TEXTS)),
    st.tuples(st.just("unit__in"), st.lists(st.sampled_from(TEXTS), max_size=7)),
    st.tuples(st.sampled_from(["wrong_count", "wrong_count__lt", "wrong_count__gte"]), st.integers(-1, 4) | st.sampled_from([2**31, 2**40])),
    st.tuples(st.sampled_from(["pk__in"]), st.lists(st.integers(0, 60), max_size=60)),
    st.tuples(st.sampled_from(["locked_until__gte", "locked_until__lt", "locked_until"]), st.integers(0, 3).map(lambda days: NOW + timedelta(days=days))),
    st.tuples(st.sampled_from(["locked_until__isnull", "staff__isnull", "is_active"]), st.booleans()), st.tuples(st.sampled_from(["staff", "locked_until"]), st.none()))
CONDITIONS = st.recursive(LEAVES.map(lambda leaf: ("one", leaf)), lambda inner: st.tuples(st.sampled_from(["and", "or", "not"]), st.lists(inner, min_size=1, max_size=3)), max_leaves=6)
ORDERS = st.sampled_from([("-id",), ("id",), ("unit", "-id"), ("-locked_until", "-id"), ("locked_until", "id"), ("-wrong_count", "unit", "id")])


@pytest.fixture
def accounts(undone):
    from datetime import date

    from sanyi.store.models import Account
    from sanyi.store.organisation.tables import Staff
    staff = [Staff.objects.create(code=f"K{number}", name=text or "无", from_on=date(2026, 1, 1)) for number, text in enumerate(TEXTS)]
    made = [Account(name=f"kept{number}", role=TEXTS[number % 4], unit=TEXTS[number % 9], person=TEXTS[number % 5], wrong_count=number % 4, is_active=number % 3 > 0,
                    locked_until=NOW + timedelta(days=number % 4) if number % 5 else None, staff=staff[number % 9] if number % 2 else None) for number in range(45)]
    Account.objects.bulk_create(made)
    return Account


def _q(told):
    from django.db.models import Q
    way, inner = told
    if way == "one":
        return Q(inner)
    found = _q(inner[0])
    for each in inner[1:]:
        found = found & _q(each) if way == "and" else found | _q(each)
    return ~found if way == "not" else found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CONDITIONS, max_size=3), ORDERS, st.booleans(), st.integers(0, 6), st.integers(1, 12))
def test_whatever_is_asked_the_same_rows_are_found(accounts, told, order, is_known_first, start, size):
    from django.db.models import Count, F

    from sanyi.store.kept import Rows
    rows = Rows(accounts).with_beside({"called": F("staff__name")}).filter(*map(_q, told)).ordered(*order, is_known_first=is_known_first)
    plain, fields = rows.queryset(), (*FIELDS, "called")
    assert rows.values(fields) == list(plain.values_list(*fields))
    assert rows.page(fields, start, size) == rows.values(fields, start, size) == list(plain.values_list(*fields)[start:start + size])
    assert rows.count() == plain.count() and rows.count(size) == plain[:size].count()
    assert rows.count_by("unit") == dict(plain.order_by().values_list("unit").annotate(number=Count("*")))


def test_a_question_is_written_once_and_asked_with_other_values(accounts, monkeypatch):
    from django.db.models import Q
    from django.db.models.sql.compiler import SQLCompiler

    from sanyi.store.kept import Rows
    written = []
    real = SQLCompiler.as_sql
    monkeypatch.setattr(SQLCompiler, "as_sql", lambda compiler, *args, **named: written.append(1) or real(compiler, *args, **named))
    ask = lambda unit, most: Rows(accounts).filter(Q(unit__istartswith=unit) | Q(wrong_count=most)).ordered("-id").values(("name", "wrong_count"), 0, 9)  # noqa: E731
    ask("I1", 1)
    before = len(written)
    assert ask("50%", 99) != ask("zz", 99) == [] and len(written) == before
    assert [row[0] for row in ask("a_", 99)] == list(accounts.objects.filter(unit="a_b").order_by("-id").values_list("name", flat=True)[:9]), "a sign of patterns is a sign like others"


def test_what_no_mark_can_stand_for_is_asked_through_django(accounts):
    from django.db.models import Exists, F, OuterRef, Q

    from sanyi.store.kept import Rows
    from sanyi.store.organisation.tables import Staff
    for condition in (Q(pk="7"), Q(Exists(Staff.objects.filter(pk=OuterRef("staff_id"), name="I1"))), Q(unit=F("person")), Q(pk__in=accounts.objects.filter(unit="I1"))):
        rows = Rows(accounts).filter(condition).ordered("id")
        assert rows.values(("name",)) == list(rows.queryset().values_list("name")) and rows.count() == rows.queryset().count()
