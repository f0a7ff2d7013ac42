"""R06: payment against its second, independently written opinion until 50,000 cases were settled both ways, and the hand-worked cases counted.

    python benchmarks/second_opinion.py [--cases 50000] [--seed 1]

Random regions through every step of payment by disease score (built and imported catalogue) and by group (rate, published
prices, own weights, points); every column of every table that the plain-Python oracles make is compared, a difference ends it. The
same regions run smaller in `tests/generative/test_dip.py` and `test_drg_payment.py`. Prints one line of JSON.
"""
import argparse
from collections import Counter
import json
import random
import sys
import time
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(HOUSE), str(HOUSE / "tests"), str(HOUSE / "tests" / "generative")]
import test_dip as dip  # noqa: E402
import test_drg_payment as drg  # noqa: E402

from sanyi.engines.duck import DuckEngine  # noqa: E402
from sanyi.runs.steps import all_steps  # noqa: E402

HISTORY, NOW = 1_200, 800


def by_score(engine):
    """One function a plan: settles a region by disease score both ways, gives the cases settled and the rows compared."""
    for values in ({}, dip.OTHER_VALUES):
        chain = dip.Chain(engine, values)

        def run(seed, chain=chain):
            tables = chain.run(dip.region(seed, HISTORY, NOW))
            dip.agrees(chain, tables)
            return len(tables["inpatient_cases"]), sum(len(tables[step.name]) for step in chain.steps)
        yield "score, imported catalogue" if values else "score, built catalogue", run


def by_group(engine):
    """The same by group, for each way of pricing."""
    for name in drg.PLANS:
        chain = drg.Chain(engine, name)

        def run(seed, chain=chain, name=name):
            tables = chain.run(drg.region(seed, HISTORY, NOW, seed % 2 == 0))
            drg.second_opinion(tables, chain.values, name)
            return len(tables[drg.WANTED[name]]), sum(len(tables[step.name]) for step in chain.steps)
        yield f"group, {name}", run


def main() -> None:
    """Go round the ways of paying until enough cases were settled."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--cases", type=int, default=50_000)
    asked.add_argument("--seed", type=int, default=1)
    chosen = asked.parse_args()
    chance, settled, rows, began = random.Random(chosen.seed), Counter(), 0, time.process_time()
    with DuckEngine(memory="2GB", threads=2) as engine:
        ways = [*by_score(engine), *by_group(engine)]
        while sum(settled.values()) < chosen.cases:
            for name, run in ways:
                cases, compared = run(chance.randrange(2**32))
                settled[name], rows = settled[name] + cases, rows + compared
                print(f"{sum(settled.values()):,} cases", file=sys.stderr, flush=True)
    print(json.dumps({"cases": sum(settled.values()), "by_way": settled, "rows_made": rows, "different": 0,
                      "hand_worked": sum(len(step.examples) for step in all_steps().values()), "cpu_seconds": round(time.process_time() - began)}))


if __name__ == "__main__":
    main()
