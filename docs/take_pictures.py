"""Takes the README's pictures: the demo, in a real browser. When cards change: `python -m docs.take_pictures`."""

import re
import tempfile
from pathlib import Path
from typing import Any

from tests.chat import PAT, SAM
from tests.demo import chromium, running_demo

PICTURES = Path(__file__).parent / "pictures"
WIDE, TALL = {"width": 1280, "height": 900}, {"width": 1280, "height": 2400}  # the tall one shows any card whole


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_demo(Path(folder)) as address, chromium() as browser:
        page = browser.new_page(viewport=TALL, device_scale_factor=2)
        page.goto(address)
        page.get_by_label("You are").select_option(label="Ana Ruiz, partner admin")
        page.get_by_role("button", name="Support desk").click()
        user = ask(page, PAT)
        keep(user, "user")
        why = press(page, press(page, user, "Send code"), "Clear suppression")
        keep(why, "suppressed")
        unproven = press(page, why, "Clear it")
        keep(unproven, "gate")
        sent = press(page, ask(page, SAM), "Send code")
        page.locator(".mails > li").first.locator("summary").click()
        (code,) = re.findall(r"\d{3} \d{3}", page.locator(".mails pre").first.inner_text())
        sent.get_by_role("textbox").fill(code)
        keep(sent, "code")
        proven = press(page, sent, "Check")
        keep(proven, "proven")
        page.set_viewport_size(WIDE)
        proven.scroll_into_view_if_needed()
        page.screenshot(path=PICTURES / "page.png")
        page.set_viewport_size(TALL)
        keep(ask(page, "acme.example"), "customer")
        page.get_by_role("button", name="Help Desk", exact=True).click()
        ready = ask(page, "view acme.example")
        with page.expect_popup() as opened:
            ready.get_by_role("link", name="Open the view").or_(
                ready.get_by_role("button", name="Open the view")
            ).click()
        view = opened.value
        view.set_viewport_size(WIDE)
        view.get_by_role("button", name="Open").click()
        view.screenshot(path=PICTURES / "view.png")


def keep(card: Any, name: str) -> None:
    card.screenshot(path=PICTURES / f"{name}.png")


def ask(page: Any, text: str) -> Any:
    """Types a line; gives the card that answers."""
    before = page.locator(".card-frame").count()
    page.get_by_label("Message", exact=True).fill(text)
    page.keyboard.press("Enter")
    return answer(page, before)


def press(page: Any, card: Any, title: str) -> Any:
    before = page.locator(".card-frame").count()
    card.get_by_role("button", name=title, exact=True).click()
    return answer(page, before)


def answer(page: Any, before: int) -> Any:
    card = page.locator(".card-frame").nth(before)
    card.wait_for()
    return card


if __name__ == "__main__":
    main()
