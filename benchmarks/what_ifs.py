"""A thousand what-ifs of a plan of 600 values: time and memory, beside reading the plan anew for each.

Usage: python benchmarks/what_ifs.py
The bar: 1,000 what-ifs, each held on a day with one value read and its digest known, in a second and 50 MB.
"""
import tempfile
import time
import tracemalloc
from datetime import date
from pathlib import Path

from sanyi.plans import read_plan
from sanyi.plans.compare import differences

COUNT, VALUES, ANEW = 1_000, 600, 10
DAY = date(2020, 12, 31)
IDENTITY = 'id = "large"\nkind = "plan"\ntitle_zh = "大方案"\ntitle_en = "A large plan"\nbody_zh = "某市"\nbody_en = "A city"\n'
VALUE = '\n[[value]]\nname = "room.value_{0}_ppm"\nvalue = {0}\nunit = "ppm"\nclause = "{0}"\nobligation = "XX-1"\nzh = "数{0}"\nen = "value {0}"\n'


def main() -> int:
    """Print figures and the ratio; 1 where the bar is missed."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "large"
        home.mkdir()
        (home / "pack.toml").write_text(IDENTITY, "utf-8")
        (home / "values.toml").write_text('document = "x"\nfrom = 2018-01-01\n' + "".join(VALUE.format(number) for number in range(VALUES)), "utf-8")
        anew, plan = timed(lambda: [read_plan("large", [folder]) for _ in range(ANEW)][-1])
    plan.digest
    seconds, tried = timed(lambda: what_ifs(plan))
    changes = {pair.key for each in tried[:20] for pair in differences(plan, each, DAY)}
    assert len({each.digest for each in tried}) == COUNT and len(changes) == 20
    peak = measured_peak(plan)
    print(f"{COUNT:,} what-ifs of {len(plan.names())} values: {seconds:.3f} s, peak {peak / 1e6:.1f} MB")
    print(f"reading the plan anew for each: {anew / ANEW * COUNT:.1f} s; ratio {anew / ANEW * COUNT / seconds:.0f}")
    empty = plan.changed({})
    print(f"an empty what-if is the plan itself: {empty is plan and empty.digest == plan.digest}")
    return int(seconds > 1 or peak > 50e6)


def what_ifs(plan) -> list:
    """Change one value in each; read it on the day and name the plan's digest."""
    made = [plan.changed({f"room.value_{number % VALUES}_ppm": 700_000 + number}) for number in range(COUNT)]
    for number, each in enumerate(made):
        assert each.on(DAY).value(f"room.value_{number % VALUES}_ppm") == 700_000 + number and len(each.digest) == 64
    return made


def measured_peak(plan) -> int:
    """The memory that a thousand what-ifs kept side by side take."""
    tracemalloc.start()
    kept = what_ifs(plan)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(kept) == COUNT
    return peak


def timed(work) -> tuple:
    """Seconds that work takes, and what it gives."""
    started = time.perf_counter()
    given = work()
    return time.perf_counter() - started, given


if __name__ == "__main__":
    raise SystemExit(main())
