"""The chat page with real cards, in light and dark, on a desk and on a phone: axe-core finds nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.axe import LOOKS, findings
from tests.chat import PAT
from tests.demo import running_demo

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_demo(Path(tmp_path_factory.mktemp("demo"))) as address:
        yield address


@pytest.fixture(params=LOOKS)
def page(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(**LOOKS[request.param], reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(address)
    yield page
    context.close()


def ask(page: Any, text: str) -> None:
    cards = page.locator(".card-frame")
    before = cards.count()
    page.get_by_label("Message", exact=True).fill(text)
    page.keyboard.press("Enter")
    cards.nth(before).wait_for()


def test_a_conversation_its_mails_and_the_faults(page: Any) -> None:
    page.get_by_label("You are").select_option(label="Ana Ruiz, partner admin")
    page.get_by_role("button", name="Support desk").click()
    for text in (PAT, f"unsuppress {PAT}", "audit"):
        ask(page, text)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Faults").click()
    assert findings(page) == []
    page.get_by_role("button", name="Close").click()
    mailbox = page.get_by_role("button", name="Mailbox")
    if mailbox.is_visible():  # on a phone, where it takes the place of the conversation
        mailbox.click()
        assert findings(page) == []
