"""`sanyi compare-results`: do two runs hold the same rows, and where not."""
from pathlib import Path

from sanyi.cli.progress import progress
from sanyi.engines.apart import Apart
from sanyi.runs.compare_results import Compared, birth_differences, compare_results


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("compare-results", help="两次核算逐表对照 / two runs, table by table")
    parser.add_argument("left", type=Path)
    parser.add_argument("right", type=Path)
    parser.add_argument("--memory", default="2GB")
    parser.add_argument("--all", action="store_true", help="也列出相同的表及其行指纹 / also list equal tables and their row digests")
    parser.set_defaults(act=act)


def act(chosen) -> int:
    """Print what differs; 0 where all rows are the same, 1 where not."""
    for name, (left, right) in birth_differences(chosen.left, chosen.right).items():
        print(f"{name}: {left} | {right}")
    with progress("对照 compare") as report:
        found = list(compare_results(chosen.left, chosen.right, chosen.memory, report))
    for compared in found:
        if chosen.all or not compared.is_equal:
            print(_line(compared))
    equal = sum(compared.is_equal for compared in found)
    print(f"{equal} / {len(found)} 张表逐行相同 tables hold the same rows")
    return 0 if equal == len(found) else 1


def _line(compared: Compared) -> str:
    if compared.is_equal:
        return f"{compared.table}: 相同 same, {compared.left.rows} 行 rows, {compared.left.digest}"
    sides = [f"{each.rows} 行 rows, {each.digest}" if each else "没有此表 no such table" for each in (compared.left, compared.right)]
    return "\n".join([f"{compared.table}: 不同 differs: {sides[0]} | {sides[1]}", *map(_place, compared.apart)])


def _place(apart: Apart) -> str:
    key = ", ".join(f"{name}={value}" for name, value in apart.key.items())
    if not apart.column:
        side = "左 left" if apart.left else "右 right"
        return f"    只有{side}边有 {apart.row_count} 行 rows on that side only, 第一行 first: {key}"
    return (f"    {apart.column}: {apart.row_count} 行不同 rows differ, 第一行 first: {key}: "
            f"{apart.left} | {apart.right}")
