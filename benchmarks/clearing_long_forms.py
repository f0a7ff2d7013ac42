"""The long forms of R02, R07, R08, R12 and R23 and the races of the posted ledger, on SQLite or on a PostgreSQL of its own.

    python benchmarks/clearing_long_forms.py FOLDER [--postgres] FORM…     forms: direct walk keys draws points times races year

Prints what was tried and what was found, one line of JSON a form; the sizes are those of the requirements. Each form begins with
an empty ledger. The same scripts run small in `tests/integration/test_clearing_database.py`.
"""
import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HOUSE / "tests"), str(HOUSE / "tests" / "integration")]
from test_clearing_database import Place  # noqa: E402

WORKERS = 8
ELEVEN = tuple(f"2020-{month:02d}" for month in range(1, 12))


def walk(place: Place) -> dict:
    """R02: 10,000 steps of the random walk beside its model; on SQLite, where Hypothesis runs in one process."""
    told = {**place.environment, "SANYI_WALK": "250 40"}
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(HOUSE / "tests/generative/test_clearing_walks.py")], cwd=HOUSE,
                          env=told, capture_output=True, text=True)
    return {"steps": 250 * 40, "passed": done.returncode == 0, "said": done.stdout[-200:]}


def direct(place: Place) -> dict:
    """R02, R03: 200 wrong writes, and every verb on every table."""
    place.run("settle", "2020-01")
    told, verbs = place.run("direct", 1, 200), place.run("verbs")
    return {"writes": sum(told["tried"].values()), "let_through": told["passed"], "denied": len(verbs["denied"]), "done": verbs["done"], "faults": verbs["faults"]}


def keys(place: Place, size: int = 10_000) -> dict:
    """R07: each key by 2 to 5 of eight clients, some cut off, each once more with another content."""
    told = place.at_once(*(("keys", worker, 0, size, WORKERS) for worker in range(WORKERS)))
    found = place.run("look")
    return {"keys": size, **{name: sum(each[name] for each in told) for name in ("done", "cut", "other_body", "missed")},
            "refused": [word for each in told for word in each["refused"]], "vouchers": found["vouchers"], "groups_per_voucher": found["groups_per_voucher"],
            "is_sum_right": found["under_way"] == -sum(100 + number for number in range(size)), "faults": found["faults"]}


def draws(place: Place, rounds: int = 1_000) -> dict:
    """R08: eight clients draw 1,000 times on one reserve of 250,000 fen that 835 draws empty."""
    place.run("settle", "2020-01")
    told = place.at_once(*(("draw", worker, rounds // WORKERS, 297) for worker in range(WORKERS)))
    given = [each for worker in told for each in worker if isinstance(each, int)]
    found = place.run("look")
    return {"rounds": sum(map(len, told)), "given": sum(given), "left": found["reserve"], "refused": sum(map(len, told)) - len(given),
            "is_lost": 250_000 - sum(given) != found["reserve"], "faults": found["faults"]}


def points(place: Place) -> dict:
    """R12: death at every statement of the year's end."""
    place.run("settle", *ELEVEN)
    return place.run("kill_points", 0, 1)


def times(place: Place, count: int = 200) -> dict:
    """R12: death at random moments."""
    place.run("settle", *ELEVEN)
    return place.run("kill_times", count, 12)


def races(place: Place, rounds: int = 20) -> dict:
    """R23 and its like: a surplus share is paid once by eight; 400 vouchers are approved, approved and refused at once."""
    works = place.run("surplus", WORKERS)
    told = place.at_once(*(("race", worker, "voucher", "approve", "approver", json.dumps([work])) for worker, work in enumerate(works)))
    heard = sorted(each for worker in told for each in worker)
    vouchers = json.dumps(place.run("drafted_vouchers", rounds * 20, "ADJUST", "100", "2020"))
    sides = [("approve", "approver"), ("approve", "reviewer"), ("refuse", "payer")]
    told = place.at_once(*(("race", worker, "voucher", name, by, vouchers) for worker, (name, by) in enumerate(sides)))
    found = place.run("look")
    return {"surplus": heard, "shares": found["shares"], "vouchers": rounds * 20, "faults": found["faults"],
            "with_one_winner": sum(sorted(each).count("stale_version") == 2 for each in zip(*told))}


def year(place: Place) -> dict:
    """R07, R12: eight settle the same year at once with the same keys; it ends as if one had."""
    told = place.at_once(*(("settle_at_once", worker) for worker in range(WORKERS)))
    at_once = place.run("state")
    alone = Place(place.var / "alone", place.address and place.other())
    alone.var.mkdir()
    alone.run("prepare")
    alone.at_once(("settle_at_once", 0))
    return {"heard": [sum(each.values()) for each in told], "is_equal": at_once["digest"] == alone.run("state")["digest"], "faults": at_once["faults"]}


FORMS = {each.__name__: each for each in (walk, direct, keys, draws, points, times, races, year)}


def main() -> None:
    """Run the forms asked for, one after the other."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--postgres", action="store_true")
    asked.add_argument("forms", nargs="+", choices=tuple(FORMS))
    chosen = asked.parse_args()
    server = None
    if chosen.postgres:
        from postgres_server import Server
        server = Server().start()
    try:
        for number, name in enumerate(chosen.forms):
            place = Place(chosen.folder / f"{name}-{os.getpid()}", server.database(f"f{number}") if server else "")
            place.other = lambda number=number: server.database(f"f{number}_alone")
            place.var.mkdir(parents=True)
            place.run("prepare")
            began = time.monotonic()
            told = FORMS[name](place)
            print(json.dumps({"form": name, "database": "postgresql" if server else "sqlite", "seconds": round(time.monotonic() - began), **told}), flush=True)
    finally:
        if server:
            server.remove()


if __name__ == "__main__":
    main()
