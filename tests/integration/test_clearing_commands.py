"""`sanyi settle` from a real run to a paid month, by accounts that say their passwords."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq

HOUSE = Path(__file__).parents[2]


def sanyi(*arguments, typed: str = "", expect: int = 0) -> str:
    """Run the command line in a process of its own; gives what it said."""
    told = {name: value for name, value in os.environ.items() if name not in ("SANYI_VAR", "DJANGO_SETTINGS_MODULE", "SANYI_DATABASE")}
    done = subprocess.run([sys.executable, "-m", "sanyi", *map(str, arguments)], input=typed, capture_output=True, text=True, cwd=HOUSE, env=told)
    assert done.returncode == expect, done.stdout + done.stderr[-2000:]
    return done.stdout + done.stderr


def test_from_a_run_to_a_paid_month_on_the_command_line(small_year, tmp_path):
    from sanyi.runs.results import Results
    from sanyi.runs.settling import carried_from
    shutil.copytree(small_year, tmp_path, dirs_exist_ok=True)
    results, var = tmp_path / "results", tmp_path / "var"
    assert "没有台账" in sanyi("settle", "status", "--var", var, expect=1)
    passwords = {name: sanyi("account", "add", name, "--role", "bureau", "--var", var).split()[-1] for name in ("maker", "reviewer", "approver")}
    post = ("settle", "post", "--results", results, "--period", "2020-01", "--by", "maker", "--var", var)
    assert "密码" in sanyi(*post, typed="wrong\n", expect=1)
    typed = passwords["maker"] + "\n"
    drafted = sanyi(*post, typed=typed)
    assert "批次 batch 1" in drafted and sanyi(*post, typed=typed) == drafted
    assert "尚未" in sanyi("settle", "annual", "--results", results, "--by", "maker", "--var", var, typed=typed, expect=1)
    assert "同一人" in sanyi("settle", "step", 1, "review", "--by", "maker", "--var", var, typed=typed, expect=1)
    amount = drafted.split("to pay ")[1].split(" ")[0]
    assert "密码" in sanyi("settle", "step", 1, "review", "--by", "reviewer", "--var", var, typed="wrong\n", expect=1)
    for name, by, more in (("review", "reviewer", ()), ("approve", "approver", ()), ("post", "approver", ()), ("pay", "reviewer", ("--amount", amount))):
        sanyi("settle", "step", 1, name, "--by", by, "--var", var, *more, typed=passwords[by] + "\n")
    assert "账平" in sanyi("settle", "check", "--var", var) and "已支付 paid" in sanyi("settle", "status", "--var", var)
    for_show = tmp_path / "for-show"
    shutil.copytree(results, for_show)
    (for_show / "what-if.json").write_text("{}")
    assert "不是正式核算" in sanyi("settle", "post", "--results", for_show, "--period", "2020-02", "--by", "maker", "--var", var, typed=typed, expect=1)
    touched = Results(results).files("inpatient_cases")[0]
    pq.write_table(pq.ParquetFile(touched).read(), touched, compression="none")
    found = carried_from(results).findings
    assert len(found) == 1 and "inpatient_cases" in found[0]
