"""What a scheme holds, in words: its sizes and switches, and the places of one code."""
from collections.abc import Iterator
from dataclasses import dataclass

from sanyi.grouping.drg.scheme import SWITCHES, Scheme
from sanyi.runs.errors import SchemeRefused
from sanyi.runs.schemes import find_scheme, open_scheme, title_of
from sanyi.tables.scheme_tables import scheme_tables


@dataclass(frozen=True)
class Place:
    """Where a code stands: a table of the scheme, the group or number it stands under, and the list."""

    table: str
    under: str
    listed: str = ""


def scheme_words(name: str, language: str = "zh") -> list[str]:
    """A scheme's digest, sizes and switches, a line each."""
    scheme, is_zh = open_scheme(name), language == "zh"
    sizes = [f"  {table.zh if is_zh else table.en} {key}: {len(scheme[key])}" for key, table in scheme_tables().items() if scheme[key]]
    switches = [f"  {key} = {'on' if is_on else 'off'}  {SWITCHES[key][1 if is_zh else 2]}" for key, is_on in scheme.switches.items()]
    return [f"{name} {title_of(find_scheme(name))}", f"{'摘要' if is_zh else 'digest'} {scheme.digest}", "各表行数" if is_zh else "rows", *sizes, "开关" if is_zh else "switches", *switches]


def places_of(scheme: Scheme, code: str) -> list[Place]:
    """Every list, complication table and exclusion a code stands in; a clinical code is looked up by its target too."""
    targets = {code} | {row["value"] for table in ("dx_crosswalk", "proc_crosswalk") for row in scheme[table] if row["code"] == code}
    return [place for target in sorted(targets) for place in _places(scheme, target)]


def _places(scheme: Scheme, code: str) -> Iterator[Place]:
    for table in ("dx_name", "proc_name"):
        yield from (Place(table, code, row["value"] or "") for row in scheme[table] if row["code"] == code)
    for table in ("dx_crosswalk", "proc_crosswalk"):
        yield from (Place(table, row["code"], row["value"]) for row in scheme[table] if code in (row["code"], row["value"]))
    yield from (Place("mdc_dx", row["mdc"], row.get("part") or "") for row in scheme["mdc_dx"] if row["dx"] == code)
    yield from (Place("adrg_dx", row["adrg"], row["list"]) for row in scheme["adrg_dx"] if row["dx"] == code)
    yield from (Place("adrg_proc", row["adrg"], row["list"] + (f" #{row['tag']}" if row.get("tag") else "")) for row in scheme["adrg_proc"] if row["proc"] == code)
    yield from (Place(table, code, row["excl"]) for table in ("mcc", "cc", "cce") for row in scheme[table] if row["dx"] == code)
    yield from (Place("proc_valid", code, row.get("name") or "") for row in scheme["proc_valid"] if row["proc"] == code)


def code_words(name: str, code: str, language: str = "zh") -> list[str]:
    """Where one code stands, a line each. Raises SchemeRefused for a code that stands nowhere."""
    places = places_of(open_scheme(name), code)
    if not places:
        raise SchemeRefused(f"{name}: 方案中没有编码 {code} / the scheme has no code {code}")
    tables = scheme_tables()
    return [f"{tables[place.table].zh if language == 'zh' else tables[place.table].en} {place.table}: {place.under} {place.listed}".rstrip() for place in places]
