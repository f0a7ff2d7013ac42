"""Every page of the site, opened by somebody it is for, in a real browser: nothing goes wrong, nothing leaves the machine, nothing lies sideways, and what accessible.js holds a page to; then by keyboard alone."""
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlparse

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HERE = Path(__file__).parent
CHECK = (HERE / "accessible.js").read_text("utf-8").split("\n", 1)[1].strip()  # a function of whether to look at hover and focus too
WINDOWS = {"zh": {"width": 683, "height": 384}, "en": {"width": 390, "height": 844}}  # a desk's page at twice its size, and a phone's in the language that takes more room: what stands in these stands in wider ones
BY_ROLE = {"family_doctor": "gp", "resident": "wang", "doctor": "doc", "nurse": "nurse", "registrar": "desk", "technician": "tech", "pharmacist": "chem", "director": "head"}
FIRST = ("resident", "office", "doctor", "family_doctor", "registrar", "technician", "pharmacist", "director", "bureau")  # who opens a page where several may
OPENS = {"access_review": "head"}  # whose example it is, where not everybody of the role sees it
NO_PAGE = {  # routes that give no page to look at, by kind
    "files to take away": r"\.(xlsx|docx|zip)$|^/evidence/|/files/<",
    "JSON for programs": r"^/(api/.+|fhir/.*)",
    "parts that a script puts into a page": r"^/my/card/code/$|^/persons/pick/$",
    "doors that only take a form": r"^/(sign-out|language/<str:code>|posting)/$"}
LOOPBACK = ("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def people(ready):
    """The served site with people at work in it: the numbers of each piece of work, a session of every account, every route with the roles that may open it."""
    told = {**os.environ, "SANYI_VAR": str(ready.var), "SANYI_RESULTS": str(ready.results), "SANYI_PLAN": "haikou-2018", "SANYI_REGION": "region-demo", "DJANGO_SETTINGS_MODULE": "sanyi.web.settings"}
    made = subprocess.run([sys.executable, str(HERE / "people_world.py")], env=told, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr[-2000:]
    return json.loads(made.stdout)


def kind_without_page(route: str) -> str | None:
    return next((kind for kind, addresses in NO_PAGE.items() if re.search(addresses, route)), None)


def address_of(route: str, name: str, values: dict) -> str:
    """A route's address; an example may differ from route to route (`code`), or be a list where several are worth a look."""
    def value(named: re.Match) -> str:
        found = values[named.group(1)]
        return str(found[name] if isinstance(found, dict) else found)
    return re.sub(r"<\w+:(\w+)>", value, route) + values["asked"].get(name, "")


def opened_by(roles: list[str], name: str = "") -> str | None:
    """Whose page it is: the account of the first of the roles that may open it; nobody's, where all may."""
    if name in OPENS:
        return OPENS[name]
    if roles == ["public"]:
        return None
    role = next((role for role in (*FIRST, *roles) if role in roles), roles[0])
    return BY_ROLE.get(role, f"a-{role}")


class Browser:
    """One page of one browser for all accounts (what it keeps of scripts and sheets serves them all), with what went wrong since it was last asked."""

    def __init__(self, chromium, site, cookies: dict[str, str]) -> None:
        self.site, self.cookies, self.wrong = site, cookies, []
        self.context = chromium.new_context(viewport=WINDOWS["zh"])
        self.page = self.context.new_page()
        self.page.set_default_timeout(120_000)
        self.page.on("console", lambda message: self.wrong.append(f"console: {message.text}") if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("requestfailed", lambda request: self.wrong.append(f"failed: {request.url} {request.failure}"))
        self.page.on("response", lambda answer: self.wrong.append(f"answers {answer.status}: {answer.url}") if answer.status >= 400 else None)
        self.page.on("request", lambda request: self.wrong.append(f"leaves this machine: {request.url}") if urlparse(request.url).hostname not in LOOPBACK and not request.url.startswith(("data:", "blob:")) else None)

    def become(self, account: str | None, language: str = "zh") -> None:
        """Somebody's session (nobody's where there is none), in a language."""
        self.context.clear_cookies()
        held = {"sanyi_language": language, **({"sanyi_session": self.cookies[account]} if account else {})}
        self.context.add_cookies([{"name": name, "value": value, "url": self.site.address} for name, value in held.items()])

    def go(self, address: str):
        """Open an address and wait until its scripts have done their work."""
        answer = self.page.goto(self.site.address + address, wait_until="domcontentloaded")
        if answer.headers["content-type"].startswith("text/html"):
            self.page.wait_for_selector("body[data-ready]", state="attached")
        return answer

    def take_wrong(self) -> list[str]:
        said, self.wrong[:] = self.wrong[:], []
        return said


@pytest.fixture(scope="module")
def browser(chromium, ready, people):
    made = Browser(chromium, ready, people["cookies"])
    yield made
    made.context.close()


def judged(browser: Browser, address: str, whole: bool) -> list[str]:
    """What is to be said against a page as it stands: the answer, the checks, its width, and whatever went wrong."""
    page = browser.page
    answer = browser.go(address)
    if not answer.headers["content-type"].startswith("text/html"):
        return [f"is no page but {answer.headers['content-type']}"]
    begins = page.evaluate("Boolean(document.activeElement.closest('[autofocus]'))")  # a form that is the whole purpose of its page has the cursor at once
    page.keyboard.press("Tab")
    said = [] if begins or page.evaluate("document.activeElement.matches('a.skip')") else ["Tab does not come to the skip link first"]
    said += page.evaluate(CHECK, whole) + ([] if answer.ok else [f"answers {answer.status}"])
    more = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    said += [f"wider than its window by {more}"] if more > 0 else []
    return said + (small_targets(page) if address.startswith("/my/") and not whole else []) + browser.take_wrong()


def test_every_page_of_the_site_stands_before_everybody(browser, people):
    """Every route that gives a page, opened by somebody it is for, in both languages; fails once, with all that was found."""
    found, accounts = [], set()
    pages = [each for each in people["routes"] if not kind_without_page(each[0])]
    for language, window in WINDOWS.items():
        browser.page.set_viewport_size(window)
        for route, name, roles in pages:
            account = opened_by(roles, name)
            browser.become(account, language)
            try:
                said = judged(browser, address_of(route, name, people["made"]), language == "zh")
            except KeyError as missing:
                said = [f"no example of {missing}: tell people_world.py how one is made"]
            found += [f"{route} ({account}, {language}): {each}" for each in said]
            accounts.add(account)
    browser.page.set_viewport_size(WINDOWS["zh"])
    print(f"{len(pages)} pages, opened by {len(accounts)} accounts: {len(found)} findings")
    assert not found, "\n".join(found)
    assert len(pages) > 140 and len(accounts) >= 8


def test_what_counts_as_no_page_gives_none(browser, people):
    """So that no page hides among the exceptions, each kind of which is there for a reason."""
    kinds = set()
    for route, name, roles in people["routes"]:
        kind = kind_without_page(route)
        if kind and kind.startswith(("files", "parts")):
            browser.become(opened_by(roles))
            answer = browser.context.request.get(browser.site.address + address_of(route, name, people["made"]))
            assert "<main" not in answer.text() if answer.headers["content-type"].startswith("text/") else True, route
            kinds.add(kind)
        kinds |= {kind} if kind else set()
    assert kinds == set(NO_PAGE)


def small_targets(page) -> list[str]:
    """On a phone whatever is tapped is 44 pixels high at least; a word within a sentence is not a target."""
    return page.evaluate("""() => [...document.querySelectorAll('main a[href], main button, main select, main summary, main input:not([type=hidden], [type=checkbox], [type=radio]), header button, header a.btn')]
        .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 44 && !each.closest('.why-line')).map(each => `lower than 44 pixels: ${each.innerText || each.name}`)""")


@pytest.mark.parametrize(("account", "address"), [("wang", "/my/"), ("wang", "/my/consents/"), ("gp", "/contracts/"), ("desk", "/appointments/"), ("a-office", "/indicators/IND-43/")])
def test_a_page_is_walked_by_tab_alone(browser, account, address):
    """The skip link comes first and leads to the text; Tab then comes to every control once, in the order of the page, and goes on at the end."""
    page = browser.page
    browser.become(account)
    browser.go(address)
    wanted = page.evaluate("""() => { window.walked = [];
        addEventListener('focusin', event => walked.push(Number(event.target.dataset.walked ?? -1)));
        return [...document.querySelectorAll('a[href], button:not(:disabled), input:not([type=hidden], :disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]')]
            .filter(each => each.checkVisibility()).map((each, place) => { each.dataset.walked = place; return place; }).length }""")
    assert wanted > 5
    for _ in range(wanted + 6):  # a date has three stops of its own
        page.keyboard.press("Tab")
    assert page.evaluate("walked")[:wanted] == list(range(wanted)), "Tab jumps or is caught"


def test_what_is_opened_by_space_and_enter_works_without_a_mouse(browser):
    """The skip link, a fold, a choice and a form, by the keyboard alone."""
    page = browser.page
    browser.become("wang")
    browser.go("/my/consents/")
    page.keyboard.press("Tab"), page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"
    page.focus("main summary"), page.keyboard.press("Space")
    assert page.evaluate("document.querySelector('main details').open")
    page.focus("select[name=purpose]"), page.keyboard.press("ArrowDown")
    page.focus("#give"), page.keyboard.press("Enter")
    page.wait_for_selector("#said")
    assert page.locator(".consent").count() == 2
    browser.go("/my/referrals/"), page.focus("main a.my-row"), page.keyboard.press("Enter")
    page.wait_for_selector("#where")


def test_the_language_of_a_page_switches_with_its_words(browser):
    page = browser.page
    browser.become("wang")
    browser.go("/my/")
    page.focus("#switch-language"), page.keyboard.press("Enter")
    page.wait_for_selector("html[lang=en]")
    assert "My doctor" in page.inner_text("main")
    page.focus("#switch-language"), page.keyboard.press("Enter")
    page.wait_for_selector("html[lang=zh-CN]")
