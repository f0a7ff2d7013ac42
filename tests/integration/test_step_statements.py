"""A step costs few questions of the database, none of which is written anew; and the questions mean what Django's own would."""
from contextlib import ExitStack
from unittest.mock import patch

from django.db.models import Q
import pytest
from referral_work import NOW, accepted, begun, region, step, submitted

MOST_STATEMENTS = 12  # PostgreSQL also asks what to lock, and is told the tenant


@pytest.fixture
def world(undone):
    return region()


def test_a_step_asks_little_and_writes_no_statement_anew(world):
    from django.db import connection
    from django.db.models.sql.compiler import SQLCompiler, SQLUpdateCompiler

    from sanyi.store.act import act
    step(world, accepted(world), "arrive", "h1-desk")
    row, asked, written = accepted(world, person=1), [], []

    def seen(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    with ExitStack() as stack:
        stack.enter_context(connection.execute_wrapper(seen))
        for compiler in (SQLCompiler, SQLUpdateCompiler):
            stack.enter_context(patch.object(compiler, "as_sql", autospec=True, side_effect=lambda self, *rest, _as_sql=compiler.as_sql, **more: written.append(self) or _as_sql(self, *rest, **more)))
        act("referral", row.pk, row.version, "arrive", {}, world["by"]["h1-desk"], NOW)
    assert len(asked) <= MOST_STATEMENTS, asked
    assert sum("INSERT INTO" in sql and "audit" in sql for sql in asked) == 1
    assert written == [] or connection.vendor == "postgresql", [str(each.query) for each in written]


def test_a_kept_condition_is_djangos(world):
    """For each actor, also one whose unit is another's: the form of the question is kept, its values are not."""
    from sanyi.store.asking import is_there
    from sanyi.store.kinds import kind_of
    from sanyi.store.referrals.tables import Referral
    from sanyi.store.who import actor_of
    rows = [begun(world), submitted(world, by="t2-gp", person=1, to="H2")]
    table, visible, told = Referral, kind_of("referral").visible, set()
    for _ in range(2):
        for by in (*world["by"].values(), "system"):
            condition = visible(actor_of(by))
            for row in rows:
                found = is_there(table, row.pk, condition)
                assert found == table.objects.filter(condition, pk=row.pk).exists(), (by, condition)
                told.add(found)
    assert told == {True, False}
    among = Q(pk__in=Referral.objects.filter(receiver="H2").values("pk"))  # asks a table: never kept
    assert [is_there(table, row.pk, among) for row in rows] == [False, True]
    assert not is_there(table, rows[0].pk, Q(pk__in=())) and not is_there(table, 10**9, Q())


def test_a_row_is_read_as_django_reads_it(world):
    from sanyi.store.asking import row_of
    from sanyi.store.referrals.tables import Referral
    id = accepted(world).pk
    one, other = row_of(Referral, id, ("rules",)), Referral.objects.select_related("rules").get(pk=id)
    assert {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields} == {field.attname: getattr(other, field.attname) for field in other._meta.concrete_fields}
    assert Referral.rules.is_cached(one) and one.rules.rules == other.rules.rules and row_of(Referral, 10**9) is None


def test_a_change_is_refused_to_an_older_version(world):
    from sanyi.store.adding import change
    row = begun(world)
    assert not change(row, row.version + 1, {"department": "骨科"}) and change(row, row.version, {"department": "骨科", "due_at": NOW, "effect": {"zh": "无"}})
    row.refresh_from_db()
    assert (row.department, row.due_at, row.effect) == ("骨科", NOW, {"zh": "无"})
