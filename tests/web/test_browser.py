"""Real Chromium: a meeting in two windows, votes, the what-if, sign-in, notice, keyboard, axe."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from hansa.faces.web.demo import TARIFF, prepare
from web.serving import WARNING, Running, examples, serving
from web.test_pages import ALL
from web.test_sign_in import FORBIDDEN

OWN = "Isfara_caravan.report"
MEMBERS = ("arm", "blr", "kaz", "kgz", "rus", "tjk")


@pytest.fixture(scope="module")
def union(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The demo as `make serve` opens it."""
    folder = tmp_path_factory.mktemp("demo")
    with serving(folder, demo=True, tariff=TARIFF, tariff_union="EAEU") as running:
        for line in prepare(running.site):
            found = re.match(r"  (\w+) +(\S+)", line)
            if found is not None:
                running.passwords[found[1]] = found[2]
        examples(running)
        said = {"kind": "smuggling_drugs", "title": "Caravan at Isfara", "tlp": "AMBER",
                "audience": ["CSTO", "SCO"], "text": "Two lorries."}  # fmt: skip
        running.record("report", "Isfara caravan", "CSTO Secretariat", said, id=OWN)
        yield running


@pytest.fixture
def window(chromium: Any, union: Running) -> Iterator[Any]:
    """Opens windows, each a reader of its own; what goes wrong in one is a failure."""
    opened, wrong = [], []

    def open_one(name: str = "", **options: Any) -> Any:
        context = chromium.new_context(
            base_url=union.url, viewport={"width": 1200, "height": 900}, **options
        )
        context.set_default_timeout(120_000)  # the first question waits for compilers
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "console",
            lambda said: wrong.append(said.text) if "Content Security" in said.text else None,
        )
        page.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(
            (union.url, "data:")) else None)  # fmt: skip
        if name:
            page.goto("/sign-in")
            page.get_by_label("Name").fill(name)
            page.get_by_label("Password").fill(union.passwords[name])
            page.get_by_role("button", name="Sign in").click()
            page.get_by_role("button", name="Sign out").wait_for()
        return page

    yield open_one
    for context in opened:
        context.close()
    assert wrong == []


def meeting_of(union: Running) -> str:
    return next(e.act.subject for e in union.site.live.entries if e.act.kind == "convene")


def until(page: Any, expression: str, seconds: float = 10) -> None:
    """Wait for something in the page; the policy forbids that the page itself evaluates texts."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(50)


def listening(page: Any) -> Any:
    until(page, "document.body.dataset.stream === 'open'")
    return page


def test_a_meeting_live_in_two_windows(union: Running, window: Any) -> None:
    """Follow it, vote as delegations, see it adopted, and what that does to the register."""
    path = f"/meetings/{meeting_of(union)}"
    one, two = window(), window()
    for page in (one, two):
        page.goto(path)
        listening(page)
        assert page.get_by_role("heading", name="What you may do").count() == 0

    arm = window("arm")
    arm.goto(path)
    form = arm.get_by_role("form", name=re.compile("Position of ARM on Mongolia"))
    form.get_by_label("for", exact=True).check()
    form.get_by_role("button").click()
    assert arm.get_by_text("now: for").count() == 1
    for page in (one, two):
        page.locator("#votes td", has_text="for").first.wait_for(timeout=5000)
        assert page.locator("#news").inner_text() != ""

    secretariat = window("csto")
    secretariat.goto(path)
    adopt = secretariat.get_by_role("button", name=re.compile("Record the adoption.*Mongolia"))
    adopt.click()
    refused = secretariat.get_by_role("alert")
    assert "consensus" in refused.inner_text()
    assert "BodiesAdoptByTheirRule" in refused.inner_text()

    for name in MEMBERS[1:]:
        delegation = window(name)
        delegation.goto(path)
        form = delegation.get_by_role("form", name=re.compile("on Mongolia"))
        form.get_by_label("for", exact=True).check()
        form.get_by_role("button").click()
        delegation.context.close()
    secretariat.goto(path)
    secretariat.get_by_role("button", name=re.compile("Record the adoption.*Mongolia")).click()
    for page in (one, two):
        page.locator("#following").wait_for(timeout=5000)
        assert "MNG is observer" in page.locator("#following").inner_text()
    one.goto("/organisations/CSTO")
    row = one.locator("#members tr", has_text="Mongolia")
    assert "observer" in row.inner_text()


def test_a_window_that_was_away_catches_up(union: Running, window: Any) -> None:
    page = window()
    page.goto("/organisations/CSTO")
    listening(page)
    page.context.set_offline(True)
    union.record("declare", "CSTO", "KAZ", {"position": "waiting", "text": "waits and sees"})
    page.context.set_offline(False)
    page.locator("#members", has_text="waits and sees").wait_for(timeout=15000)


def test_an_open_answer_and_the_focus_survive_an_update(union: Running, window: Any) -> None:
    page = window()
    page.goto("/organisations/CSTO")
    listening(page)
    first = page.locator("#members details.why").nth(1)
    first.locator("summary").click()
    link = page.locator("#members tbody th a").nth(2)
    link.focus()
    union.record("declare", "CSTO", "BLR", {"position": "new", "text": "something new"})
    page.locator("#members", has_text="something new").wait_for(timeout=5000)
    assert page.locator("#members details.why[open]").count() >= 1
    assert page.evaluate("document.activeElement.closest('#members') !== null")


def test_the_what_if_is_built_and_shared(union: Running, window: Any) -> None:
    page = window()
    page.goto("/what-if?on=2000-05-24")
    page.get_by_label("Kind of act").select_option("accede")
    page.get_by_label("About").fill("CU1995A")
    page.get_by_label("Who").select_option("ARM")
    page.get_by_label("Done on").fill("2000-05-24")
    page.get_by_role("button", name="Show the consequences").click()
    page.get_by_text("accede|CU1995A|ARM|2000-05-24").first.wait_for(timeout=60000)
    shared = page.url
    other = window()
    other.goto(shared)
    assert other.locator("main section .new").count() > 0
    assert "ARM" in other.locator("#membership").inner_text()
    other.get_by_role("link", name=re.compile("Take out")).click()
    assert other.get_by_text("accede|CU1995A").count() == 0


def test_the_day_moves_by_the_slider(union: Running, window: Any) -> None:
    page = window()
    page.goto("/map?organisation=CSTO&on=2007-10-05")
    assert "UZB" in page.locator("#map").inner_text()
    slider = page.get_by_role("slider")
    slider.focus()
    day = "Date.parse('2014-01-01') / 864e5"
    slider.evaluate(f"s => {{ s.value = {day}; s.dispatchEvent(new Event('input')); }}")
    page.get_by_role("heading", name="1 January 2014").wait_for(timeout=5000)
    assert "on=2014-01-01" in page.url
    page.keyboard.press("ArrowRight")
    page.get_by_role("heading", name="2 January 2014").wait_for(timeout=5000)
    assert slider.get_attribute("aria-valuetext") == "2014-01-02"


def test_without_a_script_everything_but_live_works(union: Running, window: Any) -> None:
    page = window(java_script_enabled=False)
    page.goto("/map?organisation=CSTO&on=2007-10-05")
    page.get_by_label("On the day").fill("2014-01-01")
    page.get_by_role("button", name="Show").click()
    assert "1 January 2014" in page.locator("h1").inner_text()
    page.get_by_role("link", name=re.compile("change before")).click()
    page.goto("/sign-in")
    page.get_by_label("Name").fill("kaz")
    page.get_by_label("Password").fill(union.passwords["kaz"])
    page.get_by_role("button", name="Sign in").click()
    page.goto("/act?kind=declare")
    page.get_by_label("About").fill("CSTO")
    page.get_by_label("position (needed)").fill("no script")
    page.get_by_role("button", name="Record the act").click()
    assert "no script" in page.locator("main").inner_text()


def test_what_is_forbidden_is_said_and_not_done(union: Running, window: Any) -> None:
    page = window("arm")
    before = union.site.live.position
    page.goto("/act?kind=declare")
    page.get_by_label("Who").evaluate(
        "s => { const o = new Option('KAZ'); s.add(o); s.value = 'KAZ'; }"
    )
    page.get_by_label("About").fill("CSTO")
    page.get_by_label("position (needed)").fill("not mine")
    page.get_by_role("button", name="Record the act").click()
    said = page.get_by_role("alert").inner_text()
    assert "A delegation acts for its own state only" in said
    assert "DelegationsActForTheirOwnState" in said
    assert page.get_by_label("position (needed)").input_value() == "not mine"
    assert union.site.live.position == before


HAND_IN = """fields => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/act";
  const token = document.querySelector("input[name=csrf]");
  for (const [name, value] of Object.entries({ csrf: token ? token.value : "", ...fields })) {
    const input = document.createElement("input");
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}"""
"""Hands in whatever is given, whatever the page offered."""
OUTSIDERS = [
    ("uzb", {"kind": "vote", "subject": "MEETING", "actor": "UZB",
             "payload": {"item": "budget", "position": "for"}}, "OnlyMembersVote"),
    ("csto", {"kind": "chair", "subject": "CSTO chair", "actor": "AFG"}, "AssociatesDoNotChair"),
    ("csto", {"kind": "adopt", "subject": "MEETING", "actor": "CSTO Council",
              "payload": {"item": "budget"}}, "BodiesAdoptByTheirRule"),
]  # fmt: skip


def test_every_forbidden_thing_is_refused(union: Running, window: Any) -> None:
    """The form is not asked what it offers: it carries what a mischievous browser sends."""
    for name, *mandates in (("chn", "SCO:CHN"), ("uzb", "CSTO:UZB"), ("nobody",)):
        union.account(name, *mandates)
    meeting, before = meeting_of(union), union.site.live.position
    pages: dict[str, Any] = {}
    for account, body, rule in [*FORBIDDEN, *OUTSIDERS]:
        page = pages.get(account) or pages.setdefault(account, window(account))
        given = {key: str(value) for key, value in body.items() if key != "payload"}
        given |= {f"p.{key}": value for key, value in body.get("payload", {}).items()}
        given["subject"] = given["subject"].replace("MEETING", meeting)
        page.goto("/act")
        with page.expect_navigation():
            page.evaluate(HAND_IN, given)
        assert rule in page.get_by_role("alert").inner_text(), (account, body)
    public = window()
    public.goto("/act?kind=declare")
    assert public.get_by_role("button", name="Record the act").count() == 0
    with public.expect_navigation():
        public.evaluate(HAND_IN, {"kind": "declare", "subject": "CSTO", "actor": "ARM",
                                  "p.position": "x"})  # fmt: skip
    assert "only who has signed in may act" in public.get_by_role("alert").inner_text()
    assert union.site.live.position == before


def test_a_wrong_password_lets_nobody_in(union: Running, window: Any) -> None:
    page = window()
    page.goto("/sign-in")
    page.get_by_label("Name").fill("arm")
    page.get_by_label("Password").fill("not " + union.passwords["arm"])
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("alert").count() == 1
    assert page.get_by_role("button", name="Sign out").count() == 0


def test_a_draft_reaches_those_it_is_for_and_nobody_else(union: Running, window: Any) -> None:
    """In pages and in streams: the public hears of the act after it, never of the draft."""
    path = f"/meetings/{meeting_of(union)}"
    public, kaz = window(), window("kaz")
    for page in (public, kaz):
        page.goto(path)
        listening(page)
    draft = {"item": "draft", "title": "a draft about fees", "draft": True}
    union.record("table", meeting_of(union), "CSTO", draft)
    kaz.locator("#agenda", has_text="a draft about fees").wait_for(timeout=5000)
    union.record("declare", "CSTO", "KGZ", {"position": "what comes after the draft"})
    public.locator("#news", has_text="KGZ").wait_for(timeout=5000)
    assert "a draft about fees" not in public.content()
    public.reload()
    assert "a draft about fees" not in public.content()


def test_who_is_shut_out_is_out_on_open_pages_too(union: Running, window: Any) -> None:
    union.account("guest", "CSTO:KGZ")
    page = window("guest")
    page.goto("/organisations/CSTO")
    listening(page)
    union.site.accounts.disable("guest")
    page.get_by_role("link", name="Sign in").wait_for(timeout=10000)
    assert page.get_by_role("button", name="Sign out").count() == 0


def test_a_code_is_looked_up_and_a_shipment_assessed(window: Any) -> None:
    page = window()
    page.goto("/customs")
    page.get_by_role("link", name=re.compile("Look up a code")).click()
    page.get_by_label("Code, or a word").fill("cheddar")
    page.get_by_role("button", name="Look up").click()
    page.locator("#tariff").get_by_role("link", name="0406902100").click()
    assert "not less than 0.28 EUR per kg" in page.locator("#tariff").inner_text()
    page.get_by_label("Code", exact=True).fill("0406902100")
    page.get_by_label("Price").fill("1000")
    page.get_by_text("Quantities, costs, documents").click()
    page.get_by_label("kg", exact=True).fill("100")
    page.get_by_role("button", name="Assess").click()
    pays = page.locator("#pays")
    assert "The shipment pays 140.00 EUR" in pays.inner_text()
    pays.locator("tr", has_text="third-country duty").locator("summary").click()
    assert pays.locator("details[open]").count() == 1


def test_a_notice_comes_before_the_content_when_declared(window: Any) -> None:
    page = window()
    page.goto("/treaties")
    assert page.get_by_role("button", name="I have read this").count() == 0
    page.goto("/reader")
    page.get_by_label("I live in").select_option("FRA")
    page.get_by_role("button", name="Keep").click()
    page.goto("/treaties")
    notice = page.get_by_role("region", name="Legal notices")
    assert "European Economic Area" in notice.inner_text()
    above = notice.bounding_box()["y"] < page.locator("main").bounding_box()["y"]
    assert above
    page.goto("/feeds")
    href = page.get_by_role("link", name="Atom").first.get_attribute("href")
    assert "residence=FRA" in href
    feed = page.request.get(href).text()
    assert "European Economic Area" in feed
    page.goto("/treaties")
    page.get_by_role("button", name="I have read this").click()
    assert page.url.endswith("/treaties")
    assert page.get_by_role("button", name="I have read this").count() == 0


def test_notifications_by_subject(union: Running, window: Any) -> None:
    page = window(permissions=["notifications"])
    page.add_init_script(
        "window.told = [];"
        "window.Notification = class { constructor(t, o) { told.push([t, o.body]); }"
        " static get permission() { return 'granted'; }"
        " static async requestPermission() { return 'granted'; } };"
    )
    page.goto("/reader")
    for wish in ("KGZ", "OSCE", "CST1992"):
        page.get_by_label("Organisation, state or subject").fill(wish)
        page.get_by_role("button", name="Notify me").click()
        page.get_by_role("button", name=f"Remove: {wish}").wait_for()
    page.goto("/")
    listening(page)
    union.record("declare", "SCO", "CHN", {"position": "elsewhere"})
    union.record("declare", "CSTO", "KGZ", {"position": "by state"})
    union.record("declare", "OSCE", "USA", {"position": "by organisation"})
    union.record("object", "CST1992.sign.KAZ", "ARM", {"text": "about its subject"})
    union.record("declare", "CST1992", "RUS", {"position": "by subject"})
    until(page, "told.length >= 3")
    said = page.evaluate("told.map(one => one.join(' '))")
    assert "KGZ" in said[0]
    assert "OSCE" in said[1]
    assert "CST1992" in said[-1]
    assert not any("CHN" in one for one in said)


def test_all_can_be_done_by_keyboard(union: Running, window: Any) -> None:
    """Sign in, go to the meeting, vote: with Tab, arrows, Space and Enter only."""
    page = window()
    page.goto("/sign-in")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    box = page.locator(".skip").bounding_box()
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    def tab_to(test: str) -> None:
        for _ in range(120):
            page.keyboard.press("Tab")
            if page.evaluate(f"(a => {test})(document.activeElement)"):
                style = page.evaluate(
                    "(s => [s.outlineStyle, s.outlineWidth])"
                    "(getComputedStyle(document.activeElement))"
                )
                assert style[0] != "none", test
                assert style[1] not in ("0px", ""), test
                return
        raise AssertionError(f"no way to {test}")

    tab_to("a.id === 'name'")
    page.keyboard.type("rus")
    tab_to("a.id === 'password'")
    page.keyboard.type(union.passwords["rus"])
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()
    page.goto("/meetings")
    tab_to("a.tagName === 'A' && a.textContent.includes('demo session')")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What you may do").wait_for()
    tab_to("a.name === 'p.position'")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to("a.tagName === 'BUTTON' && a.textContent.startsWith('Vote')")
    page.keyboard.press("Enter")
    page.get_by_text("now: abstain").wait_for()
    page.goto("/states/ARM")
    tab_to("a.tagName === 'SUMMARY' && a.closest('.why')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")


def test_reduced_motion_is_respected(window: Any) -> None:
    page = window(reduced_motion="reduce")
    page.goto("/")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate("document.getAnimations().length") == 0


VIEWS = [("light", 320), ("dark", 1200)]
"""Beside light and wide, where every rule is tried: what these can change is tried again."""
WHOLE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SEEN = ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"]
SIGNED_IN = [
    f"/reports/{OWN}",
    f"/seen/{OWN}",
    f"/warnings/{WARNING}",
    "/act?kind=report",
    "/account",
    "/act",
    "/act?kind=vote",
    "/act?kind=table",
    "MEETING",
    "/",
]
PUBLIC = [
    *ALL, "/nowhere", "/customs/shipment", "/customs/shipment?ask=code&code=0406902100",
    "/customs/shipment?ask=pays&code=0406902100&price=1000&q.KGM=100",
]  # fmt: skip


def violations(page: Any, wanted: dict[str, Any]) -> list[tuple[str, str]]:
    """What axe finds on a page as it stands, and whether it is wider than its window."""
    result = page.evaluate(
        "wanted => axe.run(document, { runOnly: wanted, resultTypes: ['violations'] })", wanted
    )
    found = [(v["id"], v["nodes"][0]["html"][:160]) for v in result["violations"]]
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    found += [("id twice", one) for one in sorted(set(ids)) if ids.count(one) > 1]
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [*found, ("too wide", f"by {wide} pixels")] if wide > 0 else found


def judged(page: Any, paths: list[str]) -> list[tuple[str, str, int, str, str]]:
    """All violations of pages: light and dark, wide and at 320 pixels."""
    found = []
    for path in paths:
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1200, "height": 800})
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach(d => { d.open = true; })")
        page.evaluate(Axe().axe_script)
        told = violations(page, {"type": "tag", "values": WHOLE})
        found += [(path, "light", 1200, *one) for one in told]
        for scheme, width in VIEWS:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            told = violations(page, {"type": "rule", "values": SEEN})
            found += [(path, scheme, width, *one) for one in told]
    return found


@pytest.mark.slow
def test_axe_finds_nothing_on_what_everybody_reads(window: Any) -> None:
    assert judged(window(), PUBLIC) == []


def test_axe_finds_nothing_on_what_those_who_signed_in_use(union: Running, window: Any) -> None:
    meeting = f"/meetings/{meeting_of(union)}"
    paths = [meeting if path == "MEETING" else path for path in SIGNED_IN]
    assert judged(window("csto"), paths) == []
