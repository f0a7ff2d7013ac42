"""Pages of people at work, each opened by somebody it is for, in a real browser: no complaint on the console, nothing sideways, and what accessible.js holds a page to; then by keyboard alone."""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HERE = Path(__file__).parent
CHECK = "(" + (HERE / "accessible.js").read_text("utf-8").split("\n", 1)[1].strip().rstrip(";") + ")()"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1366, "height": 768}
BY_ROLE = {"family_doctor": "gp", "resident": "wang", "doctor": "doc", "nurse": "nurse", "registrar": "desk", "technician": "tech", "pharmacist": "chem", "director": "head"}
FIRST = ("resident", "office", "bureau", "doctor", "family_doctor", "registrar", "technician", "pharmacist", "director")  # who opens a page where several may
WALKED = re.compile(r"^/(my|contracts|prescriptions|deliveries|appointments|slots|waiting|rosters)/")  # looked at and mended so far; a route joins when its pages are clean
PARTS = ("/my/card/code/",)  # no page: what a script puts into one


@pytest.fixture(scope="module")
def people(ready):
    """The served site with people at work in it: the numbers of each piece of work, and a session of every account."""
    from sanyi.runs.results import Results
    results = Results(ready.results)
    resident = results.page("referrals", limit=1)[0]["resident_id"]
    told = {**os.environ, "SANYI_VAR": str(ready.var), "SANYI_RESULTS": str(ready.results), "SANYI_PLAN": "haikou-2018", "SANYI_REGION": "region-demo", "DJANGO_SETTINGS_MODULE": "sanyi.web.settings"}
    made = subprocess.run([sys.executable, str(HERE / "people_world.py"), resident], env=told, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr[-2000:]
    return json.loads(made.stdout)


def routes() -> list[tuple[str, list[str]]]:
    """Every route with the roles that may open it, as the printed table has them."""
    lines = [line for line in (HERE.parents[1] / "docs" / "routes.md").read_text("utf-8").splitlines() if line.startswith("|")]
    heads = [re.sub(r".*?(\w+)\s*$", r"\1", cell.strip()) for cell in lines[0].split("|")[1:-1]]
    found = []
    for line in lines[2:]:
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        found.append((cells[0].strip("`"), [head for head, cell in zip(heads[1:], cells[1:], strict=True) if cell]))
    return found


def address_of(route: str, values: dict[str, str]) -> str:
    return re.sub(r"<\w+:(\w+)>", lambda named: values[named.group(1)], route)


def opened_by(roles: list[str]) -> str:
    role = next((role for role in (*FIRST, *roles) if role in roles), roles[0])
    return BY_ROLE.get(role, f"a-{role}")


@pytest.fixture(scope="module")
def browsers(chromium, ready, people):
    """A page of a browser for each account, with what its console complained of."""
    made = {}

    def page_of(account: str):
        if account not in made:
            context = chromium.new_context(viewport=PHONE if account == "wang" else DESK)
            context.add_cookies([{"name": "sanyi_session", "value": people["cookies"][account], "url": ready.address}])
            complaints: list[str] = []
            context.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
            context.on("weberror", lambda error: complaints.append(str(error.error)))
            made[account] = (context.new_page(), complaints)
        return made[account]
    yield page_of
    for page, _ in made.values():
        page.context.close()


def go(page, address: str):
    answer = page.goto(address, timeout=120_000, wait_until="domcontentloaded")
    assert answer.headers["content-type"].startswith("text/html"), address
    page.wait_for_selector("body[data-ready]", state="attached", timeout=60_000)
    return answer


def test_every_page_is_accessible_to_whom_it_is_for(browsers, ready, people):
    """Fails once, with everything that was found on every page."""
    found, seen, roles_seen = [], 0, set()
    for route, roles in routes():
        if not WALKED.search(route) or not roles or route in PARTS:
            continue
        account = opened_by(roles)
        page, complaints = browsers(account)
        answer = go(page, ready.address + address_of(route, people["made"]))
        said = page.evaluate(CHECK) + [f"console: {each}" for each in complaints]
        complaints.clear()
        width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        said += [f"wider than its window by {width}"] if width > 0 else []
        said += [f"answers {answer.status}"] if answer.status != 200 else []
        said += small_targets(page) if account == "wang" else []
        found += [f"{route} ({account}): {each}" for each in said]
        seen, roles_seen = seen + 1, roles_seen | {account}
    print(f"{seen} pages, opened by {len(roles_seen)} accounts: {len(found)} findings")
    assert not found, "\n".join(found)
    assert seen > 30 and len(roles_seen) >= 4


def small_targets(page) -> list[str]:
    """On a phone whatever is tapped is 44 pixels high at least; a word within a sentence is not a target."""
    return page.evaluate("""() => [...document.querySelectorAll('main a[href], main button, main select, main summary, main input:not([type=hidden], [type=checkbox], [type=radio]), header button, header a.btn')]
        .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 44 && !each.closest('.why-line')).map(each => `lower than 44 pixels: ${each.innerText || each.name}`)""")


@pytest.mark.parametrize(("account", "address"), [("wang", "/my/"), ("wang", "/my/consents/")])
def test_a_page_is_walked_by_tab_alone(browsers, ready, account, address):
    """The skip link comes first and leads to the text; Tab then comes to every control once, in the order of the page, each with a focus one sees, and goes on at the end."""
    page, _ = browsers(account)
    go(page, ready.address + address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip" and page.evaluate("document.activeElement.getBoundingClientRect().left >= 0"), "the skip link is seen when it is reached"
    wanted = page.evaluate("""() => [...document.querySelectorAll('a[href], button:not(:disabled), input:not([type=hidden], :disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]')]
        .filter(each => each.checkVisibility()).map((each, place) => { each.dataset.walked = place; return place; }).length""")
    places, unseen = [], []
    for _ in range(min(wanted, 120) - 1):
        page.keyboard.press("Tab")
        place, is_seen, name = page.evaluate("""() => { const each = document.activeElement, style = getComputedStyle(each);
            return [Number(each.dataset.walked ?? -1), parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none' || style.boxShadow !== 'none', each.outerHTML.slice(0, 80)]; }""")
        places.append(place)
        unseen += [] if is_seen else [name]
    assert not unseen, f"no focus to be seen: {unseen[:5]}"
    radios = len(places) - len(set(places))
    assert places == sorted(places) and radios == 0 and places[:2] == [1, 2], f"Tab jumps or is caught: {places}"


def test_what_is_opened_by_space_and_enter_works_without_a_mouse(browsers, ready):
    """The skip link, a fold, a choice and a form, by the keyboard alone."""
    page, _ = browsers("wang")
    go(page, ready.address + "/my/consents/")
    page.keyboard.press("Tab"), page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"
    page.focus("main summary"), page.keyboard.press("Space")
    assert page.evaluate("document.querySelector('main details').open")
    page.focus("select[name=purpose]"), page.keyboard.press("ArrowDown")
    page.focus("#give"), page.keyboard.press("Enter")
    page.wait_for_selector("#said")
    assert page.locator(".consent").count() == 2
    go(page, ready.address + "/my/referrals/"), page.focus("main a.my-row"), page.keyboard.press("Enter")
    page.wait_for_selector("#where")


def test_the_language_of_a_page_switches_with_its_words(browsers, ready):
    page, _ = browsers("wang")
    go(page, ready.address + "/my/")
    page.focus("#switch-language"), page.keyboard.press("Enter")
    page.wait_for_selector("html[lang=en]")
    assert "My doctor" in page.inner_text("main") and not page.evaluate(CHECK)
    page.focus("#switch-language"), page.keyboard.press("Enter")
    page.wait_for_selector("html[lang=zh-CN]")


def test_a_large_print_reader_sees_pages_of_work_without_going_sideways(browsers, ready, people):
    """Twice as large on a screen of 1366: the page has 683 pixels."""
    page, _ = browsers("doc")
    page.set_viewport_size({"width": 683, "height": 384})
    for address in ("/appointments/", "/appointments/list/", f"/prescriptions/{people['made']['prescription_id']}/"):
        go(page, ready.address + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 683, address
    page.set_viewport_size(DESK)
