"""The whole job in the chat page, in a real browser, with the bot as its own process and real mail."""

import re
from typing import Any

import pytest

from tests.chat import PAT, SAM
from tests.demo import code_sent_in_webex, running_demo


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with running_demo(tmp_path_factory.mktemp("demo")) as address:
        yield address


@pytest.fixture
def page(browser: Any, address: str) -> Any:
    """Ana's page, in the support desk's space; whatever its scripts complain of fails the test."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    page.get_by_label("You are").select_option(label="Ana Ruiz, partner admin")
    # What was said before is on the page before anything is counted there.
    with page.expect_response(re.compile(r"/v1/messages\?")) as history:
        page.get_by_role("button", name="Support desk").click()
    history.value.finished()
    page.evaluate("() => new Promise(done => setTimeout(done, 100))")
    yield page
    context.close()
    assert complaints == []


def ask(page: Any, text: str) -> Any:
    """Types a line; gives the card that answers."""
    cards = page.locator(".card-frame")
    before = cards.count()
    page.get_by_label("Message", exact=True).fill(text)
    page.keyboard.press("Enter")
    cards.nth(before).wait_for()
    return cards.nth(before)


def press(page: Any, card: Any, title: str) -> Any:
    cards = page.locator(".card-frame")
    before = cards.count()
    card.get_by_role("button", name=title, exact=True).click()
    cards.nth(before).wait_for()
    return cards.nth(before)


def test_from_a_pasted_address_to_mail_that_flows_again(page: Any, browser: Any, address: str) -> None:
    user = ask(page, PAT)
    held = press(page, user, "Send code")
    why = press(page, held, "Clear suppression")
    unproven = press(page, why, "Clear it")
    assert unproven.get_by_text("First prove that the caller is Pat Lindqvist").is_visible()
    sent = press(page, unproven, "Send code in Webex")
    sent.get_by_role("textbox").fill(code_sent_in_webex(browser, address))
    proven = press(page, sent, "Check")
    assert proven.get_by_text("Webex account confirmed, 15 min left").is_visible()
    cleared = press(page, why, "Clear it")
    assert cleared.get_by_text("is off the suppression list").is_visible()


def test_from_a_pasted_address_to_a_green_badge(page: Any) -> None:
    user = ask(page, SAM)
    assert user.get_by_text("Not verified").is_visible()
    sent = press(page, user, "Send code")
    mail = page.locator(".mails > li").first
    mail.locator("summary").click()
    code = re.search(r"\d{3} \d{3}", mail.locator("pre").inner_text())
    assert code
    sent.get_by_role("button", name="Check", exact=True).click()
    assert sent.get_by_text("Six digits, such as 123 456.").is_visible()
    sent.get_by_role("textbox").fill(code[0])
    proven = press(page, sent, "Check")
    badge = proven.get_by_text("Mailbox confirmed, 15 min left")
    assert badge.is_visible()
    # Green, not the attention colour of the badge before.
    red, green, _ = map(int, re.findall(r"\d+", badge.evaluate("element => getComputedStyle(element).color"))[:3])
    assert green > red


def test_the_form_does_what_the_typed_command_does(page: Any) -> None:
    form = ask(page, "email")
    form.get_by_role("button", name="Show", exact=True).click()
    assert form.get_by_text("Type one address, like pat@acme.example.").is_visible()
    form.get_by_label("Email address").fill(SAM)
    assert press(page, form, "Show").get_by_text("Last email:").is_visible()


def vouched_for(page: Any, refused: Any) -> None:
    """Bo vouches for the caller that Ana was refused for."""
    form = press(page, refused, "Ask a second agent")
    form.get_by_role("textbox").fill("Known to me from the site visit")
    press(page, form, "Ask an agent")
    people = page.get_by_label("You are")
    bo = next(each for each in people.locator("option").all_inner_texts() if each.startswith("Bo "))
    people.select_option(label=bo)
    page.get_by_role("button", name="Support desk").click()
    page.get_by_role("button", name="Approve", exact=True).last.click()
    page.get_by_text("can go on with this caller").wait_for()
    people.select_option(label="Ana Ruiz, partner admin")
    page.get_by_role("button", name="Support desk").click()
    # The last of what was said before: then all of it is on the page.
    page.get_by_text("can go on with this caller").wait_for()
    page.evaluate("() => new Promise(done => setTimeout(done, 500))")


def test_markup_in_a_name_stays_text(page: Any) -> None:
    eve = ask(page, "eve.markup@acme.example")
    assert eve.get_by_text("<b>Eve</b> [x](http://evil.example)").is_visible()
    assert eve.locator("a, b").count() == 0


def test_a_stranger_is_told_so(page: Any) -> None:
    page.get_by_label("You are").select_option(label="Kim Stranger, stranger")
    page.get_by_role("button", name="Help Desk").first.click()
    assert ask(page, PAT).get_by_text("This desk is for support agents").is_visible()


def test_a_file_of_addresses_is_cleared_and_its_result_downloaded(page: Any) -> None:
    bounced = "tomas.brandt@labs.acme.example"
    sheet = f"Name;E-mail\nTomás;{bounced}\nSam;{SAM}\nNobody;nobody\n"
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": sheet.encode()}
    page.locator("#file").set_input_files(file)
    shown = ask(page, "bulk")
    assert shown.get_by_text("1 of 3 lines can be cleared").is_visible()
    assert shown.get_by_text("Read from the column “E-mail”.").is_visible()
    shown.get_by_role("textbox").fill("Their mail server was down on Monday")
    vouched_for(page, press(page, shown, "Clear them"))
    # What was filled in is gone with the page of the other agent.
    page.locator("#file").set_input_files(file)
    shown = ask(page, "bulk")
    shown.get_by_role("textbox").fill("Their mail server was down on Monday")
    press(page, shown, "Clear them")
    result = page.get_by_role("button", name=re.compile(r"Download list-.*\.csv"))
    result.wait_for(timeout=30_000)
    assert page.get_by_text(re.compile(r"^List \w{6}: 2 of 2 addresses done\.$")).is_visible()
    with page.expect_download() as download:
        result.click()
    head, *rows = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert head == "Line,Address,Result,Listed for"
    assert rows == [f"2,{bounced},Cleared,bounce", f"3,{SAM},Not listed,", "4,nobody,No address,"]
