"""A record several times over: the same residents again under other codes, in the same institutions.

    python benchmarks/multiplied.py RECORDS TIMES OUT [--without charge_lines ...]

For measuring steps at the size of a province without making one: cases, bills, referrals and contracts are repeated, each time with the
number of the copy behind the codes of residents, encounters, settlements, referrals, prescriptions and contracts; all else stands once.
"""
import argparse
import shutil
from pathlib import Path

import duckdb

from sanyi.tables.record_tables import record_tables

OWN_CODES = ("resident_id", "encounter_id", "settlement_id", "referral_id", "prescription_id", "contract_id")


def main() -> None:
    """Write the files one after another."""
    parser = argparse.ArgumentParser()
    parser.add_argument("records", type=Path)
    parser.add_argument("times", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--without", nargs="*", default=[], help="tables to leave out")
    chosen = parser.parse_args()
    for name, table in record_tables().items():
        files = [chosen.records / f"{name}.parquet", *sorted((chosen.records / name).glob("*.parquet"))]
        for file in files if name not in chosen.without else []:
            if file.exists():
                place = chosen.out / file.relative_to(chosen.records)
                place.parent.mkdir(parents=True, exist_ok=True)
                repeat(file, [column for column in table.names if column in OWN_CODES], chosen.times, place)


def repeat(file: Path, codes: list[str], times: int, place: Path) -> None:
    """Write one file's rows so many times, or copy it as it is where it names nobody."""
    if not codes:
        shutil.copyfile(file, place)
        return
    changed = ", ".join(f'"{code}" || \'-\' || copy AS "{code}"' for code in codes)
    duckdb.execute(f"COPY (SELECT r.* REPLACE ({changed}) FROM range({times}) AS copies(copy), read_parquet('{file}') AS r) TO '{place}' "
                   "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")


if __name__ == "__main__":
    main()
