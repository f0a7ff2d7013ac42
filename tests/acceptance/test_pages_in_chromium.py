"""The pages of a real run in a real browser: sign-in, charts, lists, the way from the cockpit down to a case. How every page stands is test_accessible_in_chromium's."""
import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

class Watch:
    """Every complaint on a browser's console."""

    def __init__(self, context) -> None:
        self.complaints: list[str] = []
        context.on("console", lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))


@pytest.fixture(scope="module")
def watched(chromium, ready):
    """A signed-in browser, watched."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
    watch = Watch(context)
    page = context.new_page()
    page.goto(ready.address + "/")
    assert "/sign-in/" in page.url
    page.fill("#name", ready.name)
    page.fill("#password", "not the password")
    page.click("#sign-in")
    page.wait_for_selector("#wrong")
    assert "/sign-in/" in page.url
    watch.complaints.clear()  # Chromium notes the refused sign-in itself
    page.fill("#name", ready.name)
    page.fill("#password", ready.password)
    page.click("#sign-in")
    page.wait_for_selector(".menu")
    yield page, watch
    context.close()


def go(page, site, path: str):
    answer = page.goto(site.address + path)
    page.wait_for_selector("body[data-ready]")
    return answer


def test_charts_are_drawn(watched, ready):
    page, watch = watched
    page.set_viewport_size({"width": 1366, "height": 768})
    for path, least in (("/", 2), ("/indicators/IND-43/", 2), ("/consortia/", 1), ("/audit/", 2), ("/appraisal/", 1)):
        go(page, ready, path)
        charts = page.locator("[data-chart][data-ready=yes] canvas")
        assert charts.count() >= least, path
        inked = charts.first.evaluate("""canvas => { const all = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            let count = 0; for (let at = 3; at < all.length; at += 4) if (all[at]) count++; return count; }""")
        assert inked > 500, f"the chart on {path} is empty"


def test_language_switches_and_stays(watched, ready):
    page, _ = watched
    page.context.clear_cookies(name="sanyi_language")
    go(page, ready, "/cases/?size=20")
    assert page.locator("#sign-out").inner_text() == "退出"
    page.click("#switch-language")
    page.wait_for_selector("body[data-ready]")
    assert page.locator("#sign-out").inner_text() == "Sign out" and "/cases/?size=20" in page.url
    page.click("#switch-language")
    page.wait_for_selector("body[data-ready]")
    assert page.locator("#sign-out").inner_text() == "退出"


def test_from_the_cockpit_down_to_a_case(watched, ready):
    page, _ = watched
    go(page, ready, "/")
    assert page.locator(".figure").count() >= 5
    page.click("#indicators tbody a[href='/indicators/IND-04/']")
    page.wait_for_selector("#institution tbody a")
    page.locator("#institution tbody a[href^='/institutions/']").first.click()
    page.wait_for_selector("body[data-ready]")
    assert re.search(r"/institutions/[^/]+/$", page.url)
    page.locator("a[href^='/cases/?institution_id=']").click()
    page.wait_for_selector("#list tbody a")
    shown = page.locator("#list tbody a[href^='/cases/']").first
    name = shown.inner_text()
    shown.click()
    page.wait_for_selector("#why")
    assert name in page.locator("h1").inner_text()
    assert page.locator("#why tbody tr").count() > 10, "a case says why"


def test_a_list_filters_sorts_pages_and_exports(watched, ready, tmp_path):
    page, _ = watched
    go(page, ready, "/cases/?size=20")
    everything = int(page.get_attribute("#count", "data-count"))
    page.click(".filters summary")
    page.select_option("select[name=insurance_code]", "employee")
    page.click(".filters .btn-primary")
    page.wait_for_selector(".chip")
    kept = int(page.get_attribute("#count", "data-count"))
    assert 0 < kept < everything and "insurance_code=employee" in page.url and "institution_id=" not in page.url
    page.click("#list thead a[href*='sort=cost_fen']")
    page.wait_for_selector("th[aria-sort=ascending]")
    page.click("#list thead a[href*='sort=-cost_fen']")
    page.wait_for_selector("th[aria-sort=descending]")
    column = page.locator("#list thead th").evaluate_all("cells => cells.findIndex(cell => cell.hasAttribute('aria-sort'))")
    costs = [float(text.replace(",", "")) for text in page.locator(f"#list tbody td:nth-child({column + 1})").all_inner_texts()]
    assert costs == sorted(costs, reverse=True) and len(costs) == min(20, kept)
    page.select_option("select[name=size]", "50")
    page.wait_for_url("**size=50**")
    with page.expect_download() as download:
        page.click("#export")
    path = tmp_path / "cases.xlsx"
    download.value.save_as(path)
    from python_calamine import CalamineWorkbook
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert len(sheet) == kept + 1
    assert round(sheet[1][sheet[0].index("总费用 (元)")] * 100) == round(costs[0] * 100)


def test_the_books_hold_on_the_page_and_nothing_was_complained_of(watched, ready):
    page, watch = watched
    go(page, ready, "/books/")
    assert "bad" not in page.get_attribute("#proof", "class")
    assert watch.complaints == []


def test_signed_out_means_out(chromium, ready):
    context = chromium.new_context()
    page = context.new_page()
    for path in ("/", "/cases/", "/tables/encounters/workbook.xlsx"):
        page.goto(ready.address + path)
        assert "/sign-in/?next=" in page.url
    context.close()
