"""The chat page in a real browser: type, see the card, fill it in, press, see the mail."""

import shutil
from pathlib import Path

import pytest

from tests.demo import running_demo

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of a running demo whose bot is the stand-in."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "bot").mkdir()
    shutil.copy(Path(__file__).parent / "stand_in_bot.py", folder / "bot" / "__main__.py")
    (folder / "bot" / "__init__.py").touch()  # else a `bot` that is installed comes first
    with running_demo(folder) as address:
        yield address


@pytest.fixture
def open_page(browser, address):
    """Opens the page; whatever its scripts complain of fails the test."""
    complaints = []
    contexts = []

    def open_one(**options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        page.goto(address)
        page.wait_for_selector(".space[aria-current]")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def ask(page, text):
    page.get_by_label("Message", exact=True).fill(text)
    page.keyboard.press("Enter")
    page.locator("#messages .content", has_text=text).first.wait_for()


def test_a_whole_exchange(open_page):
    page = open_page()
    page.get_by_role("button", name="Support desk").click()
    ask(page, "who is <b>pat_lindqvist</b> *really*")
    card = page.locator(".card-frame").last
    assert card.locator(".ac-textBlock").first.inner_text() == "Pat <b>Lindqvist</b>"
    # Empty, then wrong: the renderer keeps both from being sent.
    card.get_by_role("button", name="Check").click()
    assert card.get_by_text("Six digits").is_visible()
    card.get_by_label("Code").fill("482913")
    card.get_by_role("button", name="Check").click()
    card.get_by_text("Sent").wait_for()
    page.locator("strong", has_text="Right").last.wait_for()
    mail = page.locator(".mails > li").first
    mail.locator("summary").click()
    assert "482913 <i>plain</i>" in mail.locator("pre").inner_text()
    mail.get_by_role("button", name="HTML").click()
    assert mail.locator("iframe").content_frame.locator("p").inner_text() == "482913"
    assert page.title() == "Help desk playground"


def test_a_message_without_a_mention_does_not_reach_the_bot(open_page):
    page = open_page()
    page.get_by_role("button", name="Coffee corner").click()
    page.get_by_role("button", name="@Help Desk").click()
    ask(page, "just us")
    page.get_by_role("button", name="@Help Desk").click()
    ask(page, "and now you")
    page.locator(".card-frame").first.wait_for()
    assert page.locator(".card-frame").count() == 1


def test_a_reply_goes_below_its_root(open_page):
    page = open_page()
    ask(page, "first words")
    page.locator(".card-frame").first.wait_for()
    root = page.locator("#messages > li", has_text="first words")
    root.get_by_role("button", name="Reply in thread").click()
    ask(page, "a reply")
    root.locator(".replies", has_text="a reply").wait_for()


def test_another_persona_sees_only_what_is_theirs(open_page):
    page = open_page()
    page.get_by_label("You are").select_option(label="Kim Stranger, stranger")
    page.get_by_role("button", name="Support desk").wait_for(state="detached")
    assert page.get_by_role("button", name="Coffee corner").is_visible()


def test_a_file_goes_with_a_message(open_page):
    page = open_page()
    page.locator("#file").set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": b"a,b"})
    assert page.get_by_text("people.csv").is_visible()
    ask(page, "these people")
    page.get_by_role("button", name="Download people.csv").wait_for()


def test_faults_are_switched_by_keyboard(open_page, address):
    page = open_page()
    page.get_by_role("button", name="Faults").press("Enter")
    page.get_by_label("Every call takes longer by").fill("0.2")
    page.keyboard.press("Tab")
    page.get_by_text("Set.").wait_for()
    assert page.request.get(f"{address}playground/faults").json()["latency_seconds"] == 0.2
    page.get_by_role("button", name="All off").press("Enter")
    page.get_by_text("Nothing goes wrong any more.").wait_for()
    page.keyboard.press("Escape")
    assert page.get_by_role("region", name="Faults").is_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_runs_past_the_edge_at_phone_width(open_page, scheme):
    page = open_page(viewport={"width": 360, "height": 720}, color_scheme=scheme)
    ask(page, "a-very-long-address-that-nobody-would-ever-want-to-read-aloud@a-long-name.acme.example")
    page.locator(".card-frame").last.wait_for()
    for tab in ("Chat", "Mailbox"):
        page.get_by_role("button", name=tab).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.get_by_role("heading", name="Mailbox").is_visible()


def test_colours_can_be_chosen_and_stay(open_page):
    page = open_page(color_scheme="light")
    page.get_by_role("button", name="Dark colours").click()
    page.reload()
    page.wait_for_selector(".space[aria-current]")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.get_by_role("button", name="Dark colours").get_attribute("aria-pressed") == "true"
