"""The one-pass way against the long way, and parsers against spoilt files."""
import json
import random
from pathlib import Path
from unittest import mock

import pyarrow.parquet as parquet
import pytest

from sanyi.engines.raw_errors import RawError
from sanyi.engines.raw_files import look_at
from sanyi.engines.raw_rows import rows_of
from sanyi.intake.mapping import read_mapping
from sanyi.runs import intake_table
from sanyi.runs.intake import import_source

HEAD = "resident_id,identity_hash,sex_code,born_on,region_id,died_on\n"
RESIDENTS = next(each for each in read_mapping() if each.table.name == "residents")
SPOILT = [("sex_code", "M"), ("sex_code", ""), ("born_on", "1800-01-01"), ("region_id", "R9"), ("died_on", "1900-01-01"), ("resident_id", ""),
          ("identity_hash", "a\tb"), ("identity_hash", "x" * 4001), ("resident_id", "P001"), ("resident_id", "A"), ("resident_id", "Z")]


@pytest.mark.parametrize("seed", range(12))
def test_one_pass_and_the_long_way_say_the_same(seed: int, tmp_path: Path) -> None:
    chance, source = random.Random(seed), tmp_path / "source"
    source.mkdir()
    (source / "regions.csv").write_text("region_id,name,level_code,parent_region_id\nR1,x,city,\n")
    lines = []
    for number in range(chance.randint(1, 300)):
        row = {"resident_id": f"P{number:03}", "identity_hash": "", "sex_code": "male", "born_on": "1990-01-01", "region_id": "R1", "died_on": ""}
        row |= [chance.choice(SPOILT)] if chance.random() < 0.1 * (seed % 3) else []
        lines.append(",".join(row.values()))
    (source / "residents.csv").write_text(HEAD + "\n".join(lines) + "\n")
    states = []
    for name in ("quick", "long"):
        with mock.patch.object(intake_table, "places", (lambda *_: None) if name == "long" else intake_table.places):
            import_source(source, tmp_path / name)
        manifest = json.loads((tmp_path / name / "manifest.json").read_text())
        states.append((manifest["tables"], manifest["batches"], parquet.read_table(tmp_path / name / "refused_rows.parquet").to_pylist()))
    assert states[0] == states[1]


def test_spoilt_files_end_in_rows_or_in_a_declared_refusal(tmp_path: Path) -> None:
    """R29: seeded mutations of a CSV and a Parquet file through the pure parsers."""
    chance = random.Random(29)
    text = (HEAD + "".join(f"P{n},,male,1990-01-01,R1,\n" for n in range(20))).encode()
    import pyarrow as pa
    table = pa.table({name: pa.array(["P1", "P2"]) for name in HEAD.strip().split(",")})
    parquet.write_table(table, tmp_path / "seed.parquet")
    seeds = {"csv": text, "parquet": (tmp_path / "seed.parquet").read_bytes()}
    refused = 0
    for number in range(2000):
        kind = "parquet" if number % 4 == 0 else "csv"
        data = bytearray(seeds[kind])
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data))
            if chance.random() < 0.3:
                del data[at:at + chance.randint(1, 40)]
                data = data or bytearray(b"x")
            else:
                data[at] = chance.choice(b'\0",\n\r\xff\x80 x9') if chance.random() < 0.7 else chance.randrange(256)
        path = tmp_path / f"t.{kind}"
        path.write_bytes(data)
        try:
            rows = rows_of(path, look_at(path), RESIDENTS, 1)
            if rows is not None:
                rows.reader.read_all()
        except RawError:
            refused += 1
    assert 0 < refused < 2000
