"""An open Python DRG grouper (drgpy) beside ours in one run, where it was installed by hand in an environment of its own.

    python -m venv PEER && PEER/bin/pip install drgpy
    python benchmarks/peers_drg.py --peer PEER/bin/python [--cases 2000]

drgpy groups MS-DRG (United States), ours CHS-DRG: work of one kind, other rules. So the ratio says how programs of the kind compare on cases
with about as many codes, and nothing about the groups. It is no dependency of ours. Without it, docs/peers.md has the published figures.
"""
import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import drg

PEER = """
import sys, time
from drgpy.msdrg import DRGEngine
engine, count = DRGEngine(), int(sys.argv[1])
cases = [(["I639", "I10", "E119", "J189"], []), (["K3580", "I10", "E119"], ["0DTJ4ZZ"]), (["J189", "J9600", "I5020", "N179"], []), (["S72001A", "D62", "I10", "E119"], ["0SR90JZ"])]
started = time.process_time()
for place in range(count):
    engine.get_drg(*cases[place % len(cases)])
print(count / (time.process_time() - started))
"""


def main() -> None:
    """Time the peer and ours; print cases per CPU-second of both and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", default=sys.executable, help="the Python that drgpy is installed for")
    parser.add_argument("--cases", type=int, default=2000)
    chosen = parser.parse_args()
    done = subprocess.run([chosen.peer, "-c", PEER, str(chosen.cases)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"drgpy 未安装；见 docs/peers.md 的公布数字 / drgpy does not run here; docs/peers.md has the published figures\n{done.stderr[-300:]}")
    peer, ours = float(done.stdout), _ours()
    print(f"drgpy {peer:,.0f} cases per CPU-second; ours {ours:,.0f}; ratio {ours / peer:,.0f}")


def _ours() -> float:
    with tempfile.TemporaryDirectory(prefix="sanyi-peers-") as folder, drg.DuckEngine("4GB", 2) as engine:
        place = Path(folder)
        drg.show_scheme(engine, drg.imported(place))
        drg.make_part(place, 0)
        drg.show_part(engine, place, 0)
        sql, started = drg.grouping_sql(engine, False), drg.spent()
        engine.write(sql, drg.GROUPED, place / "grouped.parquet", sort=False)
        return drg.CASES_A_PART / (drg.spent() - started)


if __name__ == "__main__":
    main()
