"""How many of a world's planted frauds each audit rule finds, and how many of its hits were planted.

Usage: python benchmarks/audit_truth.py WORLD RESULTS
WORLD is a folder made by `sanyi world make` (its _truth is apart from the records), RESULTS a run on its records.
A hit on a line must name the line; a hit on a case (line 0) must name the case. Bills that lost or gained a line to
a planted fault do not sum either, so the last column says how many of the unplanted hits are contradictions of that kind.
"""
import argparse
import json
from pathlib import Path

import duckdb

BAR_PPM = 990_000
COUNTS = """
WITH truth AS (SELECT DISTINCT rule_code, encounter_id, key_text FROM read_parquet('{frauds}')),
hits AS (SELECT rule_code, encounter_id, action_code, finding_code,
         CASE WHEN line_number = 0 THEN '' ELSE encounter_id || '|' || line_number END AS line_key FROM read_parquet('{hits}')),
found AS (SELECT t.rule_code, count(*) AS planted, count(*) FILTER (EXISTS (SELECT 1 FROM hits h WHERE h.rule_code = t.rule_code
          AND h.encounter_id = t.encounter_id AND h.line_key IN ('', t.key_text))) AS found FROM truth t GROUP BY t.rule_code),
right_hits AS (SELECT h.rule_code, min(h.action_code) AS action, count(*) AS hits, count(*) FILTER (EXISTS (SELECT 1 FROM truth t
          WHERE t.rule_code = h.rule_code AND t.encounter_id = h.encounter_id AND h.line_key IN ('', t.key_text))) AS planted_hits,
          count(*) FILTER (finding_code IN ('lines_total', 'payers_total')) AS contradictions FROM hits h GROUP BY h.rule_code)
SELECT coalesce(f.rule_code, r.rule_code), coalesce(r.action, '-'), coalesce(f.planted, 0), coalesce(f.found, 0),
       coalesce(r.hits, 0), coalesce(r.planted_hits, 0), coalesce(r.contradictions, 0)
FROM found f FULL JOIN right_hits r ON r.rule_code = f.rule_code ORDER BY 1
"""


def measure(world: Path, results: Path) -> list[tuple]:
    """Rows of rule, action, planted, found, hits, planted hits, contradictory bills among the hits."""
    card = json.loads((results / "run-card.json").read_text("utf-8"))
    files = {"frauds": world / "_truth" / "frauds.parquet", "hits": results / card["steps"]["audit_hits"]["file"]}
    return duckdb.sql(COUNTS.format(**files)).fetchall()


def share(part: int, whole: int) -> str:
    """A share in percent with two decimals, or a dash."""
    return f"{part * 10_000 // whole // 100}.{part * 10_000 // whole % 100:02d} %" if whole else "–"


def main() -> int:
    """Print the table; 1 where a definite rule falls short of 99 % in either."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("world", type=Path)
    parser.add_argument("results", type=Path)
    asked = parser.parse_args()
    short = False
    print(f"{'rule':8}{'action':8}{'planted':>9}{'found':>9}{'recall':>10}{'hits':>9}{'precision':>11}{'unplanted contradictions':>26}")
    for rule, action, planted, found, hits, right, contradictions in measure(asked.world, asked.results):
        unplanted = min(hits - right, contradictions)
        print(f"{rule:8}{action:8}{planted:9,}{found:9,}{share(found, planted):>10}{hits:9,}{share(right, hits):>11}{unplanted:26,}")
        below = found * 1_000_000 < BAR_PPM * planted or right * 1_000_000 < BAR_PPM * hits
        short = short or (action == "refuse" and below)
    return int(short)


if __name__ == "__main__":
    raise SystemExit(main())
