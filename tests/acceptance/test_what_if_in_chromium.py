"""A slider moved in a real browser: the run goes on beside the page, its differences stand there afterwards; and a day is closed."""
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 180_000  # milliseconds; a loaded machine


@pytest.fixture(scope="module")
def page(chromium, ready):
    context = chromium.new_context(viewport={"width": 1366, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.goto(ready.address + "/")
    page.fill("#name", ready.name)
    page.fill("#password", ready.password)
    page.click("#sign-in")
    page.wait_for_selector(".menu")
    yield page
    context.close()


def test_a_slider_changes_a_value_and_the_differences_come(page, ready):
    page.goto(ready.address + "/what-if/")
    slider = page.locator("[data-slides='value.consortium.budget_share_ppm']")
    slider.focus()
    for _ in range(5):
        slider.press("ArrowRight")
    field = page.locator("[id='value.consortium.budget_share_ppm']")
    assert field.input_value() == "90%"
    field.fill("88%")
    assert slider.input_value() == "880000"
    page.click("#run")
    page.wait_for_url("**/what-if/*/")
    page.wait_for_selector("#totals")
    text = page.inner_text("main")
    assert "85 % → 88 %" in text and "医联体 包干预算" in text
    page.wait_for_selector("body[data-ready=yes]")
    assert int(page.locator("#count").get_attribute("data-count")) > 3
    with page.expect_download() as download:
        page.click("#export")
    assert download.value.suggested_filename.endswith(".xlsx")
    assert page.complaints == []


def test_the_year_is_closed_on_a_day(page, ready):
    page.goto(ready.address + "/closed-today/")
    page.fill("input[name=day]", "2020-09-30")
    page.click("#run")
    page.wait_for_selector("#closed-on")
    text = page.inner_text("main")
    assert "2020-09-30" in text and "按日折算" in text and "记账而未预付的部分" in text
    page.wait_for_selector("body[data-ready=yes]")
    assert int(page.locator("#count").get_attribute("data-count")) > 10 and page.complaints == []
