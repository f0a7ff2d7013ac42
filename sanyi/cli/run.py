"""`sanyi run`: a plan on a year of records."""
import argparse
import json
from datetime import date
from pathlib import Path

from sanyi.cli.progress import progress
from sanyi.engines.choose import ENGINES
from sanyi.runs.packs import DEMO_REGION, open_plan
from sanyi.runs.run import run


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("run", help="按计划核算一年 / run a plan on a year of records")
    parser.add_argument("--plan", required=True, help="a pack's name or folder, such as haikou-2018")
    parser.add_argument("--region", default=DEMO_REGION, help="the pack with the region's own values")
    parser.add_argument("--records", type=Path, required=True)
    parser.add_argument("--year", type=int, required=True)
    parser.add_argument("--plan-on", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD",
                        help="方案取哪一天的内容；默认为该年最后一天 / the day the plan is taken on; the year's last by default")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--engine", choices=ENGINES, default="duckdb",
                        help="在哪个引擎上算 / the engine; the answers are equal (docs/scale.md)")
    parser.add_argument("--memory", default="4GB", help="每个进程的内存 / of the process; on Spark of each executor")
    parser.add_argument("--threads", type=int, default=2, help="线程数 / of this machine")
    parser.add_argument("--master", help="Spark 主节点，如 spark://HOST:7077；不写则用本机 / Spark's master; this machine where not given")
    parser.add_argument("--spark-setting", type=_setting, action="append", default=[], metavar="NAME=VALUE",
                        help="Spark 自己的设置，可多次 / a setting of Spark's own; may be given several times")
    parser.set_defaults(act=act)


def _setting(said: str) -> tuple[str, str]:
    name, equals, value = said.partition("=")
    if not equals or not name.startswith("spark."):
        raise argparse.ArgumentTypeError(f"{said!r}：应为 / expected spark.NAME=VALUE")
    return name, value


def act(chosen) -> None:
    """Run and print the card's digest."""
    plan = open_plan(chosen.plan, chosen.region)
    with progress("核算 run") as report:
        card = run(plan, chosen.records, chosen.year, chosen.out, chosen.engine, chosen.memory, chosen.threads,
                   report=report, plan_on=chosen.plan_on, master=chosen.master, settings=dict(chosen.spark_setting))
    said = json.loads(card.read_text("utf-8"))
    print(f"{card}\n{len(said['steps'])} 步 steps, {len(said['kept'])} 步沿用 kept, 摘要 digest {said['digest'][:16]}")
