"""The what-if and closing pages: who may start, what a form may say, and what a job that failed or was killed leaves on the page."""
import json
import os
import shutil
import subprocess
import sys
import time

import pytest
from web_results import invent

from sanyi.runs.errors import ResultsBusy
from sanyi.runs.job import TOLD, asked, told, working

KEY = "0123456789abcdef"


@pytest.fixture(scope="module")
def browsers(site_folder, tmp_path_factory):
    """An office worker's browser and a reader's, over invented results."""
    told_to = {"SANYI_RESULTS": str(invent(tmp_path_factory.mktemp("tried"))), "SANYI_PLAN": "haikou-2018", "SANYI_REGION": "region-demo"}
    before = {name: os.environ.get(name) for name in told_to}
    os.environ.update(told_to)
    card = os.path.join(told_to["SANYI_RESULTS"], "run-card.json")
    said = json.loads(open(card, encoding="utf-8").read())
    next(iter(said["steps"].values()))["values"] |= {"appraisal.bands": [], "appraisal.gates": []}  # a small table and a list, read by some step
    with open(card, "w", encoding="utf-8") as file:
        json.dump({**said, "plan_on": "2020-12-31"}, file)
    from django.test import Client

    from sanyi.store.accounts import make_account
    made = {}
    for role in ("office", "reader"):
        make_account(site_folder, f"try-{role}", "a long enough password", role)
        made[role] = Client()
        made[role].post("/sign-in/", {"name": f"try-{role}", "password": "a long enough password"})
    yield made
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture
def started(monkeypatch):
    """What would have been started."""
    from sanyi.web import jobs
    commands = []
    monkeypatch.setattr(jobs, "_run", commands.append)
    return commands


@pytest.fixture
def jobs_folder(site_folder):
    """The site's folder without jobs, before and after: other tests share it."""
    empty_of_jobs(site_folder)
    yield site_folder
    empty_of_jobs(site_folder)


def empty_of_jobs(folder):
    for name in ("what-if", "closed"):
        shutil.rmtree(folder / name, ignore_errors=True)


def change(text, name="consortium.budget_share_ppm"):
    return {"do": "run", f"value.{name}": text}


def test_the_form_shows_each_value_that_steps_read_with_its_slider_clause_and_reach(browsers):
    page = browsers["office"].get("/what-if/").content.decode()
    assert 'name="value.consortium.budget_share_ppm" value="85%"' in page and 'min="0" max="1000000"' in page
    assert "二(二)" in page and "至多重算" in page and 'id="run"' in page
    assert 'id="run"' not in browsers["reader"].get("/what-if/").content.decode()
    assert "没有这样的数值" in browsers["office"].get("/what-if/?q=zzz").content.decode()


def test_small_tables_are_changed_by_the_cell_codes_chosen_and_lists_ticked(browsers, started, jobs_folder):
    page = browsers["office"].get("/what-if/?q=appraisal").content.decode()
    assert 'name="cell.appraisal.bands.1.minimum_score_e4" value="80"' in page and ">较好<" in page and ">差<" in page and "困难人员" not in page
    form = {"do": "run", "cell.appraisal.bands.1.minimum_score_e4": "82.5", "codes.appraisal.gates.shown": "1", "codes.appraisal.gates": ["party_building"]}
    answer = browsers["office"].post("/what-if/", form)
    shown = browsers["office"].get(answer.headers["Location"]).content.decode()
    assert answer.status_code == 302 and "得分不低于 80 → " in shown and "得分不低于 82.5" in shown and "得分不低于 90" not in shown, "of a table only the rows that differ"
    said = dict(text.partition("=")[::2] for text in started[0][started[0].index("--change") + 1::2])
    assert [row["minimum_score_e4"] for row in json.loads(said["appraisal.bands"])] == [900_000, 825_000, 700_000, 0]
    assert json.loads(said["appraisal.gates"]) == ["party_building"]
    empty_of_jobs(jobs_folder)
    wrong = browsers["office"].post("/what-if/", {"do": "run", "cell.appraisal.bands.1.minimum_score_e4": "high"})
    assert wrong.status_code == 422 and 'value="high"' in wrong.content.decode() and len(started) == 1


@pytest.mark.parametrize("role, form, status, words", [
    ("office", change("85%"), 422, "没有改动"), ("office", change("120%"), 422, "超出范围"), ("office", change("lots"), 422, "不是整数"),
    ("office", {"do": "nothing"}, 422, "表单不完整"), ("reader", change("90%"), 403, "医改办")])
def test_what_cannot_be_tried_is_refused_on_the_page_and_starts_nothing(browsers, started, jobs_folder, role, form, status, words):
    answer = browsers[role].post("/what-if/", form)
    assert answer.status_code == status and words in answer.content.decode() and started == [] and not (jobs_folder / "what-if").exists()


def test_a_what_if_is_started_once_and_only_one_at_a_time(browsers, started, jobs_folder):
    answer = browsers["office"].post("/what-if/", change("90%"))
    assert answer.status_code == 302 and len(started) == 1
    command = started[0]
    assert command[1:4] == ["-m", "sanyi", "what-if"] and command[-2:] == ["--change", "consortium.budget_share_ppm=900000"]
    page = browsers["reader"].get(answer.headers["Location"]).content.decode()
    assert "85 % → 90 %" in page and 'http-equiv="refresh"' in page
    again = browsers["office"].post("/what-if/", change("91%"))
    assert again.status_code == 422 and "正在进行" in again.content.decode() and len(started) == 1
    assert browsers["office"].post("/closed-today/", {"do": "close", "day": "2020-06-30", "budget": "pro_rata"}).status_code == 422


@pytest.mark.parametrize("form, words", [({"day": "2021-06-30", "budget": "pro_rata"}, "2020 年内"), ({"day": "soon", "budget": "pro_rata"}, "日期应如"),
                                         ({"day": "2020-06-30", "budget": "half"}, "只能取"), ({"budget": "pro_rata"}, "关账日期")])
def test_a_day_that_is_none_is_refused(browsers, started, jobs_folder, form, words):
    answer = browsers["office"].post("/closed-today/", {"do": "close", **form})
    assert answer.status_code == 422 and words in answer.content.decode() and started == []
    assert browsers["reader"].post("/closed-today/", {"do": "close", "day": "2020-06-30", "budget": "pro_rata"}).status_code == 403


def test_a_closing_is_started_with_its_day_and_budgets(browsers, started, jobs_folder):
    assert browsers["office"].post("/closed-today/", {"do": "close", "day": "2020-06-30", "budget": "whole_year"}).status_code == 302
    assert started[0][-4:] == ["--on", "2020-06-30", "--budget", "whole_year"] and started[0][3] == "closed-today"
    assert 'http-equiv="refresh"' in browsers["reader"].get("/closed-today/").content.decode()


def test_what_was_refused_by_the_run_stands_on_the_page(browsers, jobs_folder):
    """The invented results were made by no version of this program: the real command says so."""
    answer = browsers["office"].post("/what-if/", change("90%"))
    until = time.monotonic() + 120
    while told(jobs_folder / "what-if" / answer.headers["Location"].split("/")[2]).is_going and time.monotonic() < until:
        time.sleep(0.2)
    page = browsers["office"].get(answer.headers["Location"]).content.decode()
    assert "没有算成" in page and "请先重新核算" in page and 'http-equiv="refresh"' not in page and "Traceback" not in page


HOLD = "import sys, time; from pathlib import Path; from sanyi.runs.job import working\nwith working(Path(sys.argv[1])) as report:\n    report(0.5, 'x'); print('held', flush=True); time.sleep(60)"


def test_a_killed_job_is_not_said_to_run_for_ever(browsers, jobs_folder):
    folder = jobs_folder / "what-if" / KEY
    with subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        assert told(folder).state == "running"
        with pytest.raises(ResultsBusy), working(folder):
            pass
        process.kill()
        process.wait()
    assert told(folder).state == "lost"
    page = browsers["office"].get(f"/what-if/{KEY}/").content.decode()
    assert "已中断" in page and 'http-equiv="refresh"' not in page
    assert browsers["office"].get("/what-if/").status_code == 200


def test_a_job_that_never_began_is_given_up(tmp_path):
    asked(tmp_path)
    assert told(tmp_path).state == "waiting"
    os.utime(tmp_path / TOLD, (time.time() - 100,) * 2)
    assert told(tmp_path).state == "lost" and told(tmp_path / "nowhere").state == "none"
    (tmp_path / TOLD).write_text("{", "utf-8")
    assert told(tmp_path).state == "none"


@pytest.mark.parametrize("address", ["/what-if/0000000000000000/", "/what-if/..%2f..%2fetc/", "/what-if/ABC/", f"/what-if/{KEY}/patients/"])
def test_a_what_if_that_is_not_there_is_not_found(browsers, address):
    assert browsers["office"].get(address).status_code == 404


@pytest.mark.parametrize("address", ["/what-if/", "/closed-today/", f"/what-if/{KEY}/"])
def test_nothing_is_shown_without_a_sign_in(browsers, address):
    from django.test import Client
    assert Client().get(address).status_code == 302 and "/sign-in/" in Client().get(address).headers["Location"]
