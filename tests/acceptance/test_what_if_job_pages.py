"""The pages' whole way on real results: a form posted, the command run beside the page, its differences and the closing shown and exported."""
import os
import time

import pytest

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 300


@pytest.fixture(scope="module")
def office(site_folder, demo_results):
    told = {"SANYI_RESULTS": str(demo_results), "SANYI_PLAN": "haikou-2018", "SANYI_REGION": "region-demo"}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    from django.test import Client

    from sanyi.store.accounts import make_account
    make_account(site_folder, "live-office", "a long enough password", "office")
    client = Client()
    client.post("/sign-in/", {"name": "live-office", "password": "a long enough password"})
    yield client
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


def shown_at_last(client, address: str) -> str:
    until = time.monotonic() + PATIENCE_SECONDS
    while 'http-equiv="refresh"' in (page := client.get(address).content.decode()):
        assert time.monotonic() < until, "the job did not end"
        time.sleep(0.3)
    return page


def test_a_changed_value_leads_to_its_differences_reasons_and_workbook(office):
    answer = office.post("/what-if/", {"do": "run", "value.dip.low_ratio_ppm": "40%", "value.consortium.budget_share_ppm": "90%", "behaviour": "yes"})
    address = answer.headers["Location"]
    page = shown_at_last(office, address)
    for words in ("85 % → 90 %", "50 % → 40 %", "医联体 包干预算", "行为假设（未经核实）", "清算额变动的主要原因", "点值", 'data-chart="movers"'):
        assert words in page
    assert office.get(f"{address}?subject_code=consortium").content.decode().count("包干预算") > 1
    assert office.get(f"{address}?export=xlsx").headers["Content-Type"].endswith("sheet")
    assert "逐人" in page and office.get(f"{address}patients/").status_code == 200
    assert office.post("/what-if/", {"do": "run", "value.dip.low_ratio_ppm": "40%", "value.consortium.budget_share_ppm": "90%", "behaviour": "yes"}).headers["Location"] == address
    assert "85 % → 90 %" in office.get("/what-if/").content.decode()


def test_a_day_leads_to_its_clearing_with_reasons(office):
    office.post("/closed-today/", {"do": "close", "day": "2020-09-30", "budget": "pro_rata"})
    page = shown_at_last(office, "/closed-today/")
    for words in ("2020-09-30 · 按日折算", "记账而未预付的部分", 'data-chart="clearings"', "医联体"):
        assert words in page
    assert office.get("/closed-today/?export=xlsx").headers["Content-Type"].endswith("sheet")
    assert office.get("/closed-today/?q=zzzz").status_code == 200
