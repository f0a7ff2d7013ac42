"""The ledger in a real browser: the office opens it, a lead unit works and proves, the office verifies, the bulletin is taken away."""
import re
import subprocess
import sys

import pytest
from test_pages_in_chromium import Watch, go

pytestmark = [pytest.mark.browser, pytest.mark.slow]

UNIT = "health-department"


def signed_in(chromium, site, name: str, password: str):
    """A browser of its own, watched."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
    watch, page = Watch(context), context.new_page()
    page.goto(site.address + "/sign-in/")
    page.fill("#name", name)
    page.fill("#password", password)
    page.click("#sign-in")
    page.wait_for_selector(".menu")
    return page, watch


def new_account(site, name: str, role: str, unit: str = "") -> str:
    """Make an account at the command line; gives the password that is shown once."""
    command = [sys.executable, "-m", "sanyi", "account", "add", name, "--role", role, "--var", str(site.var), *(["--unit", unit] if unit else [])]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.search(r"password\s+(\S+)", said).group(1)


def take(page, step: str, **given: str) -> None:
    """Open a step, fill in what it asks for, and confirm it."""
    form = page.locator(f"details:has(button[data-step={step}])")
    form.locator("summary").click()
    for name, value in given.items():
        form.locator(f"[name='given.{name}']").fill(value)
    form.locator(f"button[data-step={step}]").click()
    page.wait_for_selector("#said")


@pytest.fixture(scope="module")
def desks(chromium, ready):
    """Three people at their desks: the office, its second pair of eyes, and a lead unit; the ledger is open."""
    office, watch = signed_in(chromium, ready, ready.name, ready.password)
    go(office, ready, "/ledger/")
    if office.locator("#closed").count():
        office.click("#open-ledger")
        office.wait_for_selector("#said")
    second = signed_in(chromium, ready, "复核员", new_account(ready, "复核员", "office"))
    lead = signed_in(chromium, ready, "卫健委经办", new_account(ready, "卫健委经办", "lead", UNIT))
    yield {"office": (office, watch), "second": second, "lead": lead}
    for page, _ in ((office, watch), second, lead):
        page.context.close()


def test_a_task_is_worked_proved_verified_and_reported(desks, ready, tmp_path):
    (office, _), (second, _), (lead, _) = desks["office"], desks["second"], desks["lead"]
    go(lead, ready, f"/ledger/?lead_code={UNIT}&state_code=not_started&kind_code=task")
    parts = lead.locator("#list tbody tr").filter(has=lead.locator("td:first-child a:text-matches('^（')")).filter(has_not_text=re.compile("数值|达到"))
    link = parts.first.locator("td.what a")  # a part of a task that no target measures
    what, address = link.inner_text(), link.get_attribute("href")
    link.click()
    take(lead, "start", note="工作专班已成立")
    assert lead.inner_text("#state") == "进行中"
    lead.set_input_files("input[type=file]", files=[{"name": "关于印发制度的通知.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 evidence"}])
    lead.click("#upload")
    lead.wait_for_selector("#evidence tbody tr")
    take(lead, "report_done")
    assert lead.inner_text("#state") == "已完成" and lead.locator("[data-step]").count() == 0, "who reports does not verify"
    go(second, ready, address)
    with second.expect_download() as download:
        second.click("#evidence tbody a")
    assert download.value.suggested_filename == "关于印发制度的通知.pdf" and download.value.path().read_bytes() == b"%PDF-1.4 evidence"
    take(second, "verify")
    assert second.inner_text("#state") == "已核实"
    go(office, ready, f"/ledger/?lead_code={UNIT}&state_code=verified")
    assert what in office.inner_text("#list tbody")
    go(office, ready, "/bulletin/")
    assert what in office.inner_text("#newly_done") and "其中已核实 1 项" in office.inner_text("#summary")
    summary = office.inner_text("#summary")
    for name in ("word", "workbook"):
        with office.expect_download() as download:
            office.click(f"#{name}")
        download.value.save_as(tmp_path / name)
    import docx
    from python_calamine import CalamineWorkbook
    assert summary in [paragraph.text for paragraph in docx.Document(str(tmp_path / "word")).paragraphs]
    assert CalamineWorkbook.from_path(tmp_path / "workbook").get_sheet_by_index(0).to_python()[2][0] == summary


def test_two_people_on_one_page_are_told_of_each_other(desks, ready):
    (office, watch), (lead, _) = desks["office"], desks["lead"]
    go(lead, ready, f"/ledger/?lead_code={UNIT}&state_code=not_started&kind_code=task")
    address = lead.locator("#list tbody a").first.get_attribute("href")
    go(office, ready, address)
    go(lead, ready, address)
    take(lead, "start")
    form = office.locator("details:has(button[data-step=exempt])")
    form.locator("summary").click()
    form.locator("textarea").fill("等待省平台上线")
    form.locator("button").click()
    office.wait_for_selector("#refused")
    assert "卫健委经办" in office.inner_text("#changed") and "未启动 → 进行中" in office.inner_text("#changed")
    assert office.locator("textarea[name='given.reason']").first.input_value() == "等待省平台上线"
    office.locator("button[data-step=exempt]").click()
    office.wait_for_selector("#said")
    assert office.inner_text("#state") == "豁免"
    watch.complaints[:] = [words for words in watch.complaints if "409" not in words]  # Chromium notes the refusal itself


def test_a_reading_a_problem_and_an_order_go_through_their_pages(desks, ready):
    office, watch = desks["office"]
    go(office, ready, "/problems/")
    office.click("details.fold summary")
    office.fill("textarea[name=text]", "部分卫生院电子处方流转未接通")
    office.click("details.fold button")
    office.wait_for_selector("#said")
    office.click("#list tbody td.what a")
    form = office.locator("details:has(button[data-step=assign])")
    form.locator("summary").click()
    form.locator("select").select_option(UNIT)
    form.locator("input[type=date]").fill("2099-12-31")
    form.locator("button").click()
    office.wait_for_selector("#said")
    assert office.inner_text("#state") == "已明确责任"
    go(office, ready, "/orders/")
    office.click("details.fold summary")
    office.fill("textarea[name=text]", "限期报送签约进展")
    office.select_option("select[name=unit]", UNIT)
    office.fill("details.fold input[name=due]", "2099-12-31")
    office.click("details.fold button")
    office.wait_for_selector("#said")
    assert "限期报送签约进展" in office.inner_text("#list")
    go(office, ready, "/readings/")
    office.locator("form:has(input[value=publish]) button").click()
    office.wait_for_selector("#said")
    assert re.search(r"已写入 [1-9]\d* 个计算值", office.inner_text("#said"))
    assert "系统计算" in office.inner_text("#list tbody")
    assert watch.complaints == []
