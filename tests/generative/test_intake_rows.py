"""Random tables through the door: each form gives the same rows, and the fast reader agrees with the plain one."""
import csv
import io
import random
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
from hypothesis import given, settings
from hypothesis import strategies as some

from sanyi.engines.raw_files import look_at
from sanyi.engines.raw_text import _blocks, _careful, cells_of, read_header, text_blocks
from sanyi.engines.raw_typed import typed
from sanyi.intake.errors import BatchUnusable
from sanyi.intake.mapping import read_mapping
from sanyi.runs.intake import import_source

RESIDENTS = next(each for each in read_mapping() if each.table.name == "residents")
POOLS = next(each for each in read_mapping() if each.table.name == "fund_pools")
CELL = some.one_of(
    some.sampled_from(["", "P1", "male", "1990-01-01", "R1", "12", "-5", "007", "1.5", "0x1F", "１２", "1,2", 'a"b', "a\nb", " x ", "4.6E+17",
                       "43831", "中文", "99999999999999999999", "true", "\x01"]),
    some.text(max_size=6).filter(lambda text: "\r" not in text and "\0" not in text))
ROWS = some.lists(some.lists(CELL, min_size=6, max_size=6), max_size=30)


def as_csv(header: list[str], rows: list[list[str]]) -> bytes:
    """Rows as CSV text in UTF-8."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue().encode("utf-8", "surrogatepass")


@settings(max_examples=150, deadline=None)
@given(ROWS, some.sampled_from([RESIDENTS, POOLS]))
def test_every_cell_reads_as_the_plain_reader_says(rows: list[list[str]], mapping) -> None:
    header = [*mapping.table.names]
    rows = [row[:len(header)] for row in rows if any(cell.strip() for cell in row[:len(header)])]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        try:
            path.write_bytes(as_csv(header, rows))
        except UnicodeEncodeError:
            return
        opened = look_at(path)
        names = read_header(path, opened)
        got = [each for block in text_blocks(path, opened) for each in typed(cells_of(block, names, header), mapping.fields).to_pylist()]
    wanted = [[field.read(cell) for field, cell in zip(mapping.fields, row, strict=True)] for row in rows]
    assert len(got) == len(wanted)
    for given_row, wanted_row in zip(got, wanted, strict=True):
        assert [given_row[name] for name in header] == [value for value, _ in wanted_row]
        notes = [note.split("\x1f")[:2] for note in (given_row["_bad"] or "").split("\x1e") if note]
        assert notes == [[name, reason] for name, (_, reason) in zip(header, wanted_row, strict=True) if reason]


@settings(max_examples=100, deadline=None)
@given(some.binary(max_size=400), some.booleans())
def test_any_bytes_are_cut_into_the_same_lines(noise: bytes, with_header: bool) -> None:
    """The fast and the careful reader give the same rows and the same physical lines."""
    data = (b"a,b,c\n" if with_header else b"") + noise.replace(b"x", b",").replace(b"y", b"\n").replace(b"z", b'"')
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(data or b"a")
        try:
            opened = look_at(path)
            header = read_header(path, opened)
        except Exception as error:
            assert type(error).__name__ == "Unreadable"
            return
        if len(set(header)) < len(header):
            return
        assert b"".join(block.data for block in _blocks(path, opened)).count(b"\n") >= 1
        for block in text_blocks(path, opened):
            fast, careful = cells_of(block, header, header), _careful(block, header, header)
            assert fast.lines.tolist() == careful.lines.tolist()
            assert {line for line, *_ in fast.problems} == {line for line, *_ in careful.problems}
            assert [column.cast(pa.binary()).to_pylist() for column in fast.columns.values()] == [
                column.cast(pa.binary()).to_pylist() for column in careful.columns.values()]


@settings(max_examples=12, deadline=None)
@given(some.integers(0, 2**32))
def test_the_quarantine_is_the_planted_set(seed: int) -> None:
    """Bad rows among good ones: exactly they are refused, by their physical lines, from CSV and from Parquet alike."""
    chance = random.Random(seed)
    spoil = [("sex_code", "M"), ("sex_code", ""), ("born_on", "1990-02-30"), ("born_on", "43831"), ("region_id", "R9"), ("died_on", "1900-01-01"),
             ("resident_id", ""), ("resident_id", "Ｐ９")]
    rows, planted = [], set()
    for number in range(chance.randint(1, 200)):
        row = {"resident_id": f"P{number}", "identity_hash": None, "sex_code": "male", "born_on": "1990-01-01", "region_id": "R1", "died_on": None}
        if chance.random() < 0.2:
            row |= [chance.choice(spoil)]
            planted.add(number + 1)
        rows.append(row)
    for form in ("csv", "parquet"):
        with tempfile.TemporaryDirectory() as folder:
            source, out = Path(folder) / "source", Path(folder) / "out"
            source.mkdir()
            (source / "regions.csv").write_text("region_id,name,level_code,parent_region_id\nR1,x,city,\n")
            if form == "csv":
                (source / "residents.csv").write_bytes(as_csv(list(rows[0]), [[cell or "" for cell in row.values()] for row in rows]))
            else:
                parquet.write_table(pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in rows[0]])), source / "residents.parquet")
            try:
                report = import_source(source, out)
            except BatchUnusable as error:
                raise AssertionError(str(error)) from error
            lines = {each["line"] for each in parquet.read_table(out / "refused_rows.parquet").to_pylist()}
            assert lines == {place + (1 if form == "csv" else 0) for place in planted}
            assert report.count("accepted") == 1 + len(rows) - len(planted)
