"""What row security costs on PostgreSQL: a list page's query, a read by number, a step; each with policies and without, in turn, in one process.

    python benchmarks/row_security.py VAR        (SANYI_DATABASE and SANYI_DATABASE_OWNER name a database with referrals in it)

Prints CPU-independent ratios: the same statements as the application's role (policies bind it) and as the owner (they do not).
"""
from pathlib import Path
import statistics
import sys
import time

ROUNDS, TIMES = 15, 40


def main(var: Path) -> None:
    """Measure each question alternately on both connections; the ratio of medians."""
    from sanyi.store import prepare_database
    prepare_database(var)
    from django.db import connections
    from sanyi.store.tenancy import acting_for
    from sanyi.workflows.facts import Actor
    with connections["owner"].cursor() as owner:
        owner.execute("SELECT institution, count(*) FROM store_referral GROUP BY 1 ORDER BY 2 DESC LIMIT 1")
        unit, count = owner.fetchone()
        owner.execute("SELECT id FROM store_referral WHERE institution = %s ORDER BY id LIMIT 1", [unit])
        one = owner.fetchone()[0]
        owner.execute("SELECT count(*) FROM store_referral")
        every = owner.fetchone()[0]
    asked = {"a list page": ("SELECT * FROM store_referral WHERE institution = %s ORDER BY due_at, id DESC LIMIT 50", [unit]),
             "its count": ("SELECT count(*) FROM store_referral WHERE institution = %s", [unit]), "one by number": ("SELECT * FROM store_referral WHERE id = %s", [one]),
             "its packet": ("SELECT * FROM store_referralpart WHERE referral_id = %s", [one]), "a change": ("UPDATE store_referral SET version = version WHERE id = %s", [one])}
    print(f"{every} referrals, {count} of {unit}")
    with acting_for(Actor("x", "doctor", unit)):
        for name, (sql, values) in asked.items():
            taken = {alias: [] for alias in ("default", "owner")}
            for _ in range(ROUNDS):
                for alias, found in taken.items():
                    with connections[alias].cursor() as cursor:
                        started = time.perf_counter()
                        for _ in range(TIMES):
                            cursor.execute(sql, values)
                            cursor.fetchall() if cursor.description else None
                        found.append((time.perf_counter() - started) / TIMES)
            bound, free = (statistics.median(taken[alias]) * 1000 for alias in ("default", "owner"))
            print(f"{name}: {bound:.2f} ms bound, {free:.2f} ms free, ratio {bound / free:.2f}")
    from django.db import connection
    taken = []
    for _ in range(ROUNDS * TIMES):
        with acting_for(None):
            connection.ensure_connection()
            started = time.perf_counter()
            with acting_for(Actor("x", "doctor", unit)), connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            taken.append(time.perf_counter() - started)
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
    print(f"telling the tenant and one statement: {statistics.median(taken) * 1000:.2f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
