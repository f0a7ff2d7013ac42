"""The ledger's pages: who sees and does what, forms that refuse kindly, lists that agree with the ledger, files that stay files."""
import io
import random
import re
from datetime import date, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from hypothesis import given, strategies as st
from ledger_work import NOW, PEOPLE, TODAY, finish, opened, prove, row, small_plan, take_step, task
from signed_in import signed_in
from web_results import invent

from sanyi.plans.units import UNITS
from sanyi.workflows import workflow_of
from sanyi.workflows.errors import BadField
from sanyi.workflows.facts import Actor, Facts
from sanyi.workflows.take import may

PLAN = "small-2023"
PDF = b"%PDF-1.4\n1 0 obj\n"
SCRIPT = "<script>alert(1)</script> =1+1 \"'&"


@pytest.fixture(scope="module")
def results_folder(tmp_path_factory):
    """Invented results, which every page carries in its head."""
    return invent(tmp_path_factory.mktemp("ledger-pages"))


@pytest.fixture
def pages(undone, results_folder, monkeypatch):
    """A ledger of the small plan on a set day; gives a signed-in browser for an account."""
    from django.test import Client

    from sanyi.web import clock
    for name, value in {"SANYI_RESULTS": str(results_folder), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    opened()

    def browser(name: str, language: str = "zh", **more) -> Client:
        client = signed_in(name, **more)
        client.cookies["sanyi_language"] = language
        return client
    return browser


def at(route: str, **query: str) -> str:
    return f"/{route}/?" + urlencode({"plan": PLAN, **query})


def text(response) -> str:
    return unescape(response.content.decode("utf-8"))


def step(client, work, name: str, version: int | None = None, route: str = "ledger", **given):
    work.refresh_from_db()
    return client.post(f"/{route}/{work.pk}/", {"do": "step", "step": name, "version": work.version if version is None else version,
                                               **{f"given.{field}": value for field, value in given.items()}})


def named(name: str, content: bytes) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def upload(client, work, name: str = "方案.pdf", content: bytes = PDF, kind: str = "document", version: int | None = None):
    work.refresh_from_db()
    return client.post(f"/ledger/{work.pk}/", {"do": "file", "kind": kind, "version": work.version if version is None else version,
                                               "file": named(name, content)})


def events() -> int:
    from sanyi.store.models import LedgerEvent
    return LedgerEvent.objects.count()


def steps_shown(page: str) -> tuple[set[str], set[str]]:
    return set(re.findall(r'data-step="(\w+)"', page)), set(re.findall(r'data-blocked="(\w+)"', page))


def count_of(page: str) -> int:
    return int(re.search(r'data-count="(\d+)"', page).group(1))


def sheet_of(response, place: int = 0) -> list[list]:
    from python_calamine import CalamineWorkbook
    return CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content))).get_sheet_by_index(place).to_python()


def test_a_task_goes_from_start_to_verified_through_the_pages(pages):
    lead, office, plain = pages("health-1"), pages("office-1"), row("plain")
    answer = step(lead, plain, "start", note="工作专班已成立")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/ledger/{plain.pk}/")
    page = text(lead.get(answer.headers["Location"]))
    assert "已办理：启动" in page and "工作专班已成立" in page and "进行中" in page
    assert "已办理：启动" not in text(lead.get(f"/ledger/{plain.pk}/")), "said once"
    part = row("part-of-plain")
    for each in (part, plain):
        if each.state != "in_progress":
            each.refresh_from_db()
            if each.state == "not_started":
                step(lead, each, "start")
        assert step(lead, each, "report_done").status_code == 302
    assert steps_shown(text(lead.get(f"/ledger/{plain.pk}/")))[0] == set()
    assert steps_shown(text(office.get(f"/ledger/{plain.pk}/"))) == ({"send_back"}, {"verify"}), "no evidence yet"
    assert upload(lead, plain).status_code == 302
    assert steps_shown(text(office.get(f"/ledger/{plain.pk}/"))) == ({"send_back", "verify"}, set())
    assert step(office, plain, "verify").status_code == 302
    assert row("plain").state == "verified"
    log = text(office.get(f"/ledger/{plain.pk}/"))
    for words in ("进入台账", "启动", "报告完成", "补充佐证", "核实", "方案.pdf", "health-1", "office-1"):
        assert words in log


@pytest.mark.parametrize("kind", ["task", "problem", "supervision_order"])
def test_the_buttons_are_the_steps_that_the_workflow_declares_for_this_person(kind, pages):
    from sanyi.store.posting import issue_order, list_problem
    if kind == "task":
        work, route, units = row("plain"), "ledger", ("health", "insurance")
    elif kind == "problem":
        work, route, units = list_problem(PLAN, "问题", "office-1", NOW), "problems", ("health",)
    else:
        work, route, units = issue_order(PLAN, "health", "督办", date(2023, 7, 1), "office-1", NOW), "orders", ("health",)
    browsers = {name: pages(name) for name in PEOPLE}
    for state in workflow_of(kind).states:
        type(work).objects.filter(pk=work.pk).update(state=state.name, **({"unit": "health"} if kind == "problem" else {}))
        for name, (role, unit) in PEOPLE.items():
            page = text(browsers[name].get(f"/{route}/{work.pk}/"))
            open_, blocked = steps_shown(page)
            wanted = {each.name for each in workflow_of(kind).steps_from(state.name) if may(each, Facts(state.name, Actor(name, role, unit), NOW, TODAY, units))}
            assert open_ | blocked == wanted, (state.name, name)
            for each in workflow_of(kind).steps_from(state.name):
                assert each.zh in page, "a step of somebody else says whose it is"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_reader_sees_every_page_and_no_form(pages, language):
    reader, plain = pages("looker", language), row("plain")
    take_step(plain, "start", "health-1")
    prove(plain, "health-1")
    for address in (at("ledger"), f"/ledger/{plain.pk}/", at("ledger/milestones"), at("readings"), at("readings/bed-count", scope="county"), at("problems"),
                    at("orders"), at("bulletin")):
        answer = reader.get(address)
        assert answer.status_code == 200, address
        assert 'name="do"' not in text(answer), address
    assert reader.get("/accounts/").status_code == 403 and "/accounts/" not in text(reader.get(at("ledger")))


def posts(plain, problem, order) -> list[tuple[str, dict]]:
    shared = {"version": 1}
    return [
        (at("ledger"), {"do": "open", "plan_name": "wanshan-2021"}),
        (f"/ledger/{plain.pk}/", {"do": "step", "step": "start", **shared}),
        (f"/ledger/{plain.pk}/", {"do": "link", "kind": "data", "link": "https://example.org/", **shared}),
        (f"/ledger/{plain.pk}/", {"do": "file", "kind": "data", **shared, "file": named("数.csv", b"a,b")}),
        (f"/ledger/{plain.pk}/", {"do": "part", "text": "细化", "unit": "health"}),
        (f"/ledger/{plain.pk}/", {"do": "owner", "owner": "health-1", **shared}),
        (f"/ledger/{plain.pk}/", {"do": "problem", "text": "问题"}),
        (f"/ledger/{plain.pk}/", {"do": "order", "text": "督办", "unit": "health", "due": "2023-07-01"}),
        (at("ledger/milestones"), {"do": "date", "milestone": "parent-issued", "on": "2023-06-01"}),
        (at("readings"), {"do": "publish"}),
        (at("readings/bed-count", scope="county"), {"do": "report", "period": "2023", "value": "1.7", "kind": "data", "link": "https://example.org/"}),
        (at("problems"), {"do": "add", "text": "问题"}),
        (at("orders"), {"do": "add", "text": "督办", "unit": "health", "due": "2023-07-01"}),
        (f"/problems/{problem.pk}/", {"do": "step", "step": "assign", "given.unit": "health", "given.due": "2023-07-01", **shared}),
        (f"/orders/{order.pk}/", {"do": "step", "step": "acknowledge", **shared}),
        ("/accounts/", {"do": "new", "name": "someone", "role": "reader"}),
        ("/accounts/", {"do": "close", "name": "health-1"}),
        ("/accounts/", {"do": "password", "name": "health-1"}),
    ]


def all_posts():
    from sanyi.store.posting import issue_order, list_problem
    return posts(row("plain"), list_problem(PLAN, "问题", "office-1", NOW), issue_order(PLAN, "health", "督办", date(2023, 7, 1), "office-1", NOW))


def state_of_things() -> tuple:
    from sanyi.store.models import Account, Evidence, Item, LedgerEvent, Problem, Reading, SupervisionOrder
    return (*(table.objects.count() for table in (Account, Evidence, Item, LedgerEvent, Problem, Reading, SupervisionOrder)),
            *Account.objects.order_by("name").values_list("name", "is_active", "password"))


def test_nothing_is_posted_without_signing_in(pages):
    from django.test import Client
    made = all_posts()
    before = state_of_things()
    for address, data in made:
        answer = Client().post(address, data)
        assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/"), address
    assert state_of_things() == before


def test_nothing_is_posted_without_the_forms_token(pages):
    made = all_posts()
    before, office = state_of_things(), pages("office-1", enforce_csrf_checks=True)
    for address, data in made:
        assert office.post(address, data).status_code == 403, address
    assert state_of_things() == before


def test_a_reader_posts_nothing(pages):
    made = all_posts()
    before, reader = state_of_things(), pages("looker")
    for address, data in made:
        assert reader.post(address, data).status_code == 403, (address, data)
    assert state_of_things() == before


def test_a_lead_works_on_its_own_items_only(pages):
    lead = pages("insurance-1")
    assert step(lead, row("red"), "start").status_code == 302
    assert step(lead, row("plain"), "start").status_code == 302, "it co-leads this"
    before = state_of_things()
    assert step(lead, row("late"), "start").status_code == 403
    assert upload(lead, row("late")).status_code == 403
    assert lead.post(f"/ledger/{row('late').pk}/", {"do": "owner", "owner": "insurance-1", "version": 1}).status_code == 403
    assert lead.post(at("ledger/milestones"), {"do": "date", "milestone": "parent-issued", "on": "2023-06-01"}).status_code == 403
    assert lead.post(at("orders"), {"do": "add", "text": "督办", "unit": "health", "due": "2023-07-01"}).status_code == 403
    assert lead.post(at("readings/bed-count", scope="county"), {"do": "report", "period": "2023", "value": "1.7", "kind": "data",
                                                              "link": "https://example.org/"}).status_code == 403
    assert lead.post("/accounts/", {"do": "new", "name": "someone", "role": "office"}).status_code == 403
    assert state_of_things() == before
    page = text(lead.get(f"/ledger/{row('late').pk}/"))
    assert steps_shown(page) == (set(), set()) and 'value="file"' not in page and "本项的牵头或配合单位" in page


def test_a_stale_page_says_what_changed_and_keeps_what_was_written(pages):
    lead, office, plain = pages("health-1"), pages("office-1"), row("plain")
    seen = plain.version
    step(lead, plain, "start", note="先行启动")
    answer = step(office, plain, "exempt", version=seen, reason="等待省平台")
    page = text(answer)
    assert answer.status_code == 409 and "先行启动" in page and "health-1" in page and "等待省平台" in page
    assert "未启动 → 进行中" in page and row("plain").state == "in_progress"
    assert step(office, plain, "exempt", reason="等待省平台").status_code == 302, "sent again from the newer page"


@pytest.mark.parametrize(("data", "status"), [
    ({"do": "step", "step": "verify"}, 409), ({"do": "step", "step": "no-such-step"}, 409), ({"do": "step", "step": "exempt"}, 422),
    ({"do": "nothing"}, 422), ({}, 422), ({"do": "step", "step": "start", "version": "x"}, 422), ({"do": "step", "step": "start", "version": ""}, 422),
    ({"do": "step", "step": "start", "given.colour": "red"}, 422), ({"do": "link", "kind": "data", "link": "javascript:alert(1)"}, 422),
    ({"do": "link", "kind": "nothing", "link": "https://example.org"}, 422), ({"do": "file", "kind": "data"}, 422),
    ({"do": "part", "text": " ", "unit": "health"}, 422), ({"do": "part", "text": "x", "unit": "nobody"}, 422), ({"do": "part", "text": "x", "unit": "health",
                                                                                                              "due": "soon"}, 422),
    ({"do": "order", "text": "x", "unit": "health", "due": "2023-01-01"}, 422), ({"do": "owner", "owner": "nobody"}, 422),
    ({"do": "step", "step": "exempt", "given.reason": "x" * 4001}, 422),
])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_form_that_does_not_fit_is_told_and_writes_nothing(data, status, language, pages):
    office = pages("office-1", language)
    before = events()
    answer = office.post(f"/ledger/{row('plain').pk}/", {"version": 1, **data})
    assert answer.status_code == status and 'id="refused"' in text(answer) and events() == before


def test_hostile_words_stay_words(pages):
    office, plain = pages("office-1"), row("plain")
    step(office, plain, "start", note=SCRIPT)
    upload(office, plain, name=f"{SCRIPT}.pdf")
    office.post(at("problems"), {"do": "add", "text": SCRIPT, "item": plain.pk})
    office.post(f"/ledger/{plain.pk}/", {"do": "part", "text": SCRIPT, "unit": "health", "measures": SCRIPT})
    office.post(f"/ledger/{plain.pk}/", {"do": "order", "text": SCRIPT, "unit": "health", "due": "2023-07-01"})
    for address in (f"/ledger/{plain.pk}/", at("ledger"), at("problems"), at("orders"), at("bulletin"), at("ledger", q=SCRIPT)):
        raw = office.get(address).content.decode()
        assert "<script>alert" not in raw and "&lt;script&gt;" in raw, address
    sheet = sheet_of(office.get(at("problems", export="xlsx")))
    assert sheet[1][sheet[0].index("内容")] == SCRIPT
    refused = step(office, plain, "exempt", version=1, reason=SCRIPT).content.decode()
    assert "<script>alert" not in refused


@pytest.mark.parametrize(("name", "content"), [
    ("run.exe", b"MZ\x90"), ("page.html", b"<html>"), ("image.svg", b"<svg>"), ("noending", b"x"), ("方案.pdf", b"<html><script>"), ("表.xlsx", b"%PDF-1.4"),
    ("说明.txt", b"a\0b"), ("空.pdf", b""), ("图.png", b"\xff\xd8\xff")])
def test_a_file_of_another_kind_is_refused(name, content, pages):
    before = state_of_things()
    answer = upload(pages("health-1"), row("plain"), name=name, content=content)
    assert answer.status_code == 422 and state_of_things() == before


def test_a_file_above_the_cap_is_refused_before_it_is_read(pages):
    from sanyi.store.files import SIZE_CAP
    before, lead = state_of_things(), pages("health-1")
    for size in (SIZE_CAP + 1024, SIZE_CAP + 512 * 1024):  # one passes the body's cap and meets the file's
        answer = upload(lead, row("plain"), content=PDF + b"0" * size)
        assert answer.status_code == 413 and "20 MB" in text(answer)
    assert state_of_things() == before
    assert upload(lead, row("plain"), content=PDF + b"0" * (SIZE_CAP - len(PDF))).status_code == 302


def test_a_file_comes_back_as_a_download_that_no_browser_runs(pages):
    from sanyi.store.models import Evidence
    upload(pages("health-1"), row("plain"), name="..\\../佐证 材料.pdf", content=PDF)
    kept = Evidence.objects.latest("id")
    answer = pages("looker").get(f"/evidence/{kept.pk}/")
    assert answer.status_code == 200 and b"".join(answer.streaming_content) == PDF and kept.name == "佐证 材料.pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;") and answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer.headers["Content-Security-Policy"]
    for address in ("/evidence/0/", "/evidence/999999999999999999999999/", "/ledger/999999999999999999999999/", "/ledger/0/", "/problems/0/", "/orders/0/"):
        assert pages("looker").get(address).status_code == 404, address


def test_the_figures_and_the_list_agree_with_the_ledger(pages):
    from sanyi.store.board import board, figures
    from sanyi.store.items import counts
    finish(row("late"))
    take_step(row("red"), "exempt", "office-1", reason="等待")
    rows, counted = board(PLAN, TODAY), counts(PLAN, TODAY)
    found = figures(rows)
    assert {line: found[line] for line in ("overdue", "red", "yellow", "waiting", "undated")} == {
        line: counted["lines"][line] for line in ("overdue", "red", "yellow", "waiting", "undated")}
    assert (found["done"], found["exempt"], found["items"]) == (1, 1, sum(counted["states"].values()))
    page = text(pages("looker").get(at("ledger")))
    shown = dict(zip(re.findall(r'<div class="label">(.*?)</div>', page), re.findall(r'<div class="value[^"]*">([\d.,]+)', page)))
    assert shown == {"完成率": f"{found['done'] * 1000 // found['owed'] / 10}", "超期": str(found["overdue"]), "红线（临期）": str(found["red"]),
                     "黄线": str(found["yellow"]), "待上级文件": str(found["waiting"]), "豁免": str(found["exempt"])}
    assert count_of(page) == len(rows)


def test_random_lists_hold_what_their_filters_say(pages):
    from sanyi.store.board import board
    chance, reader = random.Random(5), pages("looker")
    finish(row("late"))
    take_step(row("yellow"), "start", "insurance-1")
    rows = board(PLAN, TODAY)
    fields = {"lead_code": "lead", "state_code": "state", "line_code": "line", "kind_code": "kind", "group_code": "group"}
    for _ in range(40):
        picked = {column: chance.choice(rows)[fields[column]] for column in chance.sample(sorted(fields), chance.randrange(1, 4))}
        picked = {column: value for column, value in picked.items() if value}
        wanted = [each for each in rows if all(each[fields[column]] == value for column, value in picked.items())]
        word = chance.choice(["", "plain", "事项", "part"])
        wanted = [each for each in wanted if word in each["zh"]]
        sort = chance.choice(["", "number", "-number", "due", "-due", "state_code", "what_zh", "-evidence_count"])
        page = text(reader.get(at("ledger", **picked, **({"what_zh.has": word} if word else {}), **({"sort": sort} if sort else {}), size="20")))
        assert count_of(page) == len(wanted), picked
        for each in wanted:
            assert f'href="/ledger/{each["id"]}/"' in page
    for start, end in ((date(2023, 6, 1), date(2023, 6, 30)), (date(2023, 5, 31), date(2023, 5, 31)), (date(2024, 1, 1), date(2025, 1, 1))):
        page = text(reader.get(at("ledger", **{"due.from": start.isoformat(), "due.to": end.isoformat()})))
        assert count_of(page) == sum(each["due"] is not None and start <= each["due"] <= end for each in rows)
    sheet = sheet_of(reader.get(at("ledger", export="xlsx", sort="-due")))
    assert len(sheet) == len(rows) + 1
    dues = [each for each in (line[sheet[0].index("期限")] for line in sheet[1:]) if each]
    assert dues == sorted(dues, reverse=True) == sorted((each["due"] for each in rows if each["due"]), reverse=True)


@pytest.mark.parametrize("query", [{"colour": "red"}, {"page": "0"}, {"sort": "nothing"}, {"due.from": "soon"}, {"size": "3"}])
def test_a_question_that_does_not_fit_is_told(query, pages):
    assert pages("looker").get(at("ledger", **query)).status_code == 400


def test_a_ledger_of_four_hundred_items_needs_few_questions(pages):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    many = tuple(task(f"many-{place}", due=date(2023, 1, 1) + timedelta(days=place), number=str(place), lead=("health", "insurance")[place % 2],
                      targets=("beds", "share")) for place in range(400))
    opened(small_plan(many))
    reader = pages("looker")
    with CaptureQueriesContext(connection, ) as asked:
        page = text(reader.get(at("ledger", kind_code="task", line_code="overdue")))
    assert count_of(page) == 165 and len(asked) < 60


def test_a_date_is_recorded_and_the_deadline_follows(pages):
    office, waiting = pages("office-1"), row("waiting")
    page = text(office.get(f"/ledger/{waiting.pk}/"))
    assert "日期尚未登记" in page and steps_shown(page)[1] == {"start"} and "事项 parent-issued" in page
    assert "尚未登记" in text(office.get(at("ledger/milestones")))
    for wrong in ({"on": "2023-02-30"}, {"on": ""}, {"on": "x"}):
        assert office.post(at("ledger/milestones"), {"do": "date", "milestone": "parent-issued", **wrong}).status_code == 422
    assert office.post(at("ledger/milestones"), {"do": "date", "milestone": "nothing", "on": "2023-06-01"}).status_code == 404
    answer = office.post(at("ledger/milestones"), {"do": "date", "milestone": "parent-issued", "on": "2023-06-30", "note": "省政办发〔2023〕9号"})
    assert answer.status_code == 302 and row("waiting").due == date(2023, 9, 30)
    page = text(office.get(answer.headers["Location"]))
    assert "1 项期限随之确定" in page and "省政办发〔2023〕9号" in page
    page = text(office.get(f"/ledger/{waiting.pk}/"))
    assert "2023-09-30" in page and "（2023-06-30）后 3 个月内" in page and "start" in steps_shown(page)[0]


def test_a_reading_is_reported_as_people_write_it_and_corrected(pages):
    from sanyi.store.models import Reading
    lead, address = pages("health-1"), at("readings/bed-count", scope="county")
    for value in ("1.70001", "abc", "1e3", "NaN", "-1.7.0", "", "∞", "1/3"):
        data = {"do": "report", "period": "2023", "value": value, "kind": "data", "link": "https://example.org/"}
        assert lead.post(address, data).status_code == 422, value
    assert Reading.objects.count() == 0
    assert lead.post(address, {"do": "report", "period": "2023", "value": "1.7", "kind": "data"}).status_code == 422, "a reading needs its proof"
    assert lead.post(address, {"do": "report", "period": "23", "value": "1.7", "kind": "data", "link": "https://example.org/"}).status_code == 422
    assert lead.post(address, {"do": "report", "period": "2023-Q1", "value": "１．７", "kind": "data", "link": "https://example.org/"}).status_code == 302
    assert Reading.objects.get().value == 17_000
    file = named("beds.csv", b"a,b\n1,2\n")
    answer = lead.post(address, {"do": "report", "period": "2023-Q1", "value": "1,800.5", "kind": "data", "file": file, "note": "更正"})
    assert answer.status_code == 302
    page = text(lead.get(answer.headers["Location"]))
    assert "每千 1,800.5" in page and "<s>每千 1.7</s>" in page and "beds.csv" in page and "已达到" in page
    share = at("readings/soft-share", scope="county")
    assert lead.post(share, {"do": "report", "period": "2023", "value": "65.5%", "kind": "data", "link": "https://example.org/"}).status_code == 302
    assert Reading.objects.latest("id").value == 655_000
    assert "65.5 %" in text(lead.get(at("readings"))) and "65.5 %" in text(lead.get(f"/ledger/{row('measured').pk}/"))
    for unknown in (at("readings/nothing"), at("readings/bed-count", scope="moon")):
        assert lead.get(unknown).status_code == 404


@given(value=st.integers(-10**12, 10**12), unit=st.sampled_from(["ppm", "fen", "per_1000_e4", "e4", "years_e4", "count", "days"]))
def test_a_number_written_out_is_read_back_exactly(value, unit):
    from decimal import Decimal

    from sanyi.web.amounts import places_of, read_amount
    written = f"{Decimal(value).scaleb(-places_of(unit)):,f}"
    if UNITS[unit].fits(value):
        assert read_amount(written, unit) == value
    else:
        with pytest.raises(BadField):
            read_amount(written, unit)


@given(words=st.text(max_size=20))
def test_what_is_no_number_is_refused_and_never_raises_otherwise(words):
    from sanyi.web.amounts import read_amount
    for unit in ("ppm", "fen", "count", "flag"):
        try:
            assert isinstance(read_amount(words, unit), int)
        except BadField:
            pass


def test_a_problem_goes_through_its_list(pages):
    from sanyi.store.models import Problem
    lead, office, second = pages("health-1"), pages("office-1"), pages("office-2")
    assert lead.post(at("problems"), {"do": "add", "text": "处方流转未接通", "item": row("plain").pk}).status_code == 302
    problem = Problem.objects.get()
    assert step(office, problem, "assign", route="problems", unit="nobody", due="2023-07-01").status_code == 422
    assert step(office, problem, "assign", route="problems", unit="health", due="2023-01-01").status_code == 422
    assert step(office, problem, "assign", route="problems", unit="health", due="2023-07-01").status_code == 302
    assert step(lead, problem, "start", route="problems").status_code == 302
    assert step(lead, problem, "report_solved", route="problems").status_code == 422, "no evidence"
    problem.refresh_from_db()
    assert lead.post(f"/problems/{problem.pk}/", {"do": "link", "kind": "record", "link": "https://example.org/x", "version": problem.version}).status_code == 302
    assert step(lead, problem, "report_solved", route="problems").status_code == 302
    assert step(second, problem, "close", route="problems").status_code == 302
    page = text(office.get(at("problems")))
    assert "处方流转未接通" in page and "已销号" in page and count_of(page) == 1
    assert "处方流转未接通" in text(office.get(f"/ledger/{row('plain').pk}/"))


def test_an_order_is_issued_answered_and_closed(pages):
    from sanyi.store.models import SupervisionOrder
    office, second, lead = pages("office-1"), pages("office-2"), pages("health-1")
    assert office.post(at("orders"), {"do": "add", "text": "限期报告", "unit": "health", "due": "2023-06-20"}).status_code == 302
    order = SupervisionOrder.objects.get()
    assert "限期报告" in text(lead.get(at("orders", line_code="red")))
    assert step(lead, order, "acknowledge", route="orders").status_code == 302
    assert step(lead, order, "answer", route="orders").status_code == 422
    assert step(pages("insurance-1"), order, "answer", route="orders", answer="x").status_code == 403
    assert step(lead, order, "answer", route="orders", answer="已整改").status_code == 302
    assert step(second, order, "close", route="orders").status_code == 302
    assert "已整改" in text(office.get(f"/orders/{order.pk}/"))


def test_a_unit_refines_a_task_and_names_who_looks_after_it(pages):
    lead, plain = pages("health-1"), row("plain")
    assert lead.post(f"/ledger/{plain.pk}/", {"do": "part", "text": "摸清底数", "unit": "health", "due": "2023-08-31", "measures": "入户"}).status_code == 302
    assert lead.post(f"/ledger/{plain.pk}/", {"do": "part", "text": "太晚", "unit": "health", "due": "2024-08-31"}).status_code == 422
    plain.refresh_from_db()
    assert lead.post(f"/ledger/{plain.pk}/", {"do": "owner", "owner": "health-2", "version": plain.version}).status_code == 302
    page = text(lead.get(f"/ledger/{plain.pk}/"))
    assert "摸清底数" in page and "入户" in page and "经办人：health-2" in page and "太晚" not in page


def test_the_bulletin_says_the_same_on_the_page_in_word_and_in_the_workbook(pages, tmp_path):
    import docx

    from sanyi.store.board import bulletin_with_events
    finish(row("red"), "insurance-1")
    take_step(row("yellow"), "exempt", "office-1", reason="等待省平台")
    data = bulletin_with_events(PLAN, TODAY, TODAY)
    reader = pages("looker")
    page = text(reader.get(at("bulletin", month="2023-06")))
    word = docx.Document(io.BytesIO(b"".join(reader.get(f"/bulletin/bulletin.docx?plan={PLAN}&month=2023-06").streaming_content)))
    book = reader.get(f"/bulletin/bulletin.xlsx?plan={PLAN}&month=2023-06")
    leads = sheet_of(book, 1)
    assert leads[-1] == ["合计", *(float(data["total"][name]) for name in ("items", "done", "verified", "exempt", "overdue")), data["total"]["done_ppm"] / 10**6]
    table = [[cell.text for cell in line.cells] for line in word.tables[0].rows]
    assert table[-1][:2] == ["合计", str(data["total"]["items"])]
    for each in data["overdue"]:
        assert each["zh"] in page and f"{each['days_late']}" in page
        assert any(each["zh"] in cell.text for line in word.tables[1].rows for cell in line.cells)
    assert "等待省平台" in page and any(paragraph.text in page for paragraph in word.paragraphs if "完成率" in paragraph.text)
    for wrong in ("2023-13", "x", "2023-6", "99999-01", "0000-01"):
        assert reader.get(at("bulletin", month=wrong)).status_code == 400


def test_the_office_opens_a_ledger_and_obligations_say_how_they_stand(pages):
    from sanyi.store.models import Item, Ledger
    office, reader = pages("office-1"), pages("looker")
    assert office.post("/ledger/", {"do": "open", "plan_name": "no-such-plan"}).status_code == 404
    assert reader.post("/ledger/", {"do": "open", "plan_name": "haikou-2018"}).status_code == 403
    assert "standing" not in text(reader.get("/coverage/?plan_name=haikou-2018&sort=obligation_code"))
    assert office.post("/ledger/", {"do": "open", "plan_name": "haikou-2018"}).headers["Location"] == "/ledger/"
    assert Ledger.objects.filter(plan="haikou-2018").exists()
    page = text(reader.get("/ledger/"))
    assert "海口" in page and 'value="small-2023"' in page, "the run's plan first, the other one to choose"
    item = Item.objects.filter(ledger__plan="haikou-2018", kind="task").exclude(due_after__gt="").first()
    code = next(part for part in item.obligations.split() if f"task:{item.entry}" in _realised("haikou-2018", part))
    take_step(item, "start", "office-1")
    assert "进行中" in text(reader.get(f"/coverage/haikou-2018/{code}/")) and item.zh in text(reader.get(f"/coverage/haikou-2018/{code}/"))
    assert "完成 0/" in text(reader.get(f"/coverage/?obligation_code={code}&plan_name=haikou-2018"))


def _realised(plan: str, code: str) -> tuple[str, ...]:
    from sanyi.web.packs import pack
    return next((each.realised for each in pack(plan).register if each.id == code), ())


def test_no_ledger_yet_is_explained(undone, results_folder, pages):
    from sanyi.store.models import Ledger
    from sanyi.web import ledgers
    reader, office = pages("looker"), pages("office-1")
    assert Ledger.objects.count() == 1
    found, ledgers.ledgers = ledgers.ledgers, lambda: []  # rows of the log keep a ledger from being deleted
    try:
        for route in ("ledger/", "ledger/milestones/", "readings/", "readings/x/", "problems/", "orders/", "bulletin/", "bulletin/bulletin.docx", "bulletin/bulletin.xlsx"):
            assert "还没有建立台账" in text(reader.get(f"/{route}")) and 'id="open-ledger"' not in text(reader.get(f"/{route}")), route
            assert 'id="open-ledger"' in text(office.get(f"/{route}")), route
    finally:
        ledgers.ledgers = found
    assert reader.get("/ledger/?plan=nothing").status_code == 404


def test_a_chosen_plan_stays_chosen(pages):
    page = text(pages("looker").get(at("ledger", q="plain", lead_code="health")))
    assert page.count(f'name="plan" value="{PLAN}"') >= 2, "search and page size keep it"
    links = [link for link in re.findall(r'href="(\?[^"]*|/(?:ledger|readings|problems|orders|bulletin)/[^"\d]*)"', page) if link not in ("/ledger/",)]
    assert links and all(f"plan={PLAN}" in link for link in links), links


def test_the_demo_opens_its_ledger_once_and_carries_the_runs_values_over(pages, undone, results_folder, monkeypatch, capsys):
    from sanyi.cli.demo_year import open_demo_ledger
    from sanyi.runs.packs import open_plan
    from sanyi.runs.results import Results
    from sanyi.store.models import Item, Reading
    value = {"indicator_code": "IND-42", "scope_code": "region", "scope_id": "region", "period": "2020", "value_e6": 91_500_000}
    monkeypatch.setattr(Results, "page", lambda self, name, limit=None: [value])
    for _ in range(2):
        open_demo_ledger(open_plan("haikou-2018"), results_folder)
    assert Item.objects.filter(ledger__plan="haikou-2018").count() > 70 and Reading.objects.count() == 1
    assert "新列入 0 entered" in capsys.readouterr().out.splitlines()[-1]
    page = text(pages("looker").get("/readings/"))
    assert "91.5 %" in page and "系统计算" in page
    page = text(pages("looker").get("/coverage/haikou-2018/HK-01/"))
    assert "91.5 %" in page and "目标达到 1/1" in page
