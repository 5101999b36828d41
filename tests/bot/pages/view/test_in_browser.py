"""The view in a real browser: by mouse, by keyboard, on a phone; nothing is complained of, and nothing runs over."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.bot.pages.serving import Serving
from tests.bot.pages.viewers import ACME

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Any, serving: Serving) -> Iterator[Any]:
    """With an open link. What the browser complains of, a refused style for one, fails the test."""
    complaints: list[str] = []
    context = browser.new_context(viewport=request.param, base_url=serving.stage.address)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(serving.run(serving.stage.link()))
    yield page
    context.close()
    # A page that says that the view is closed is a refusal, which browsers mention.
    assert [each for each in complaints if "403 (Forbidden)" not in each] == []


def test_every_page_is_reached_and_fits(page: Any) -> None:
    page.get_by_role("button", name="Open the view").click()
    for name in (
        "Users",
        "Devices",
        "Numbers",
        "Licenses",
        "Sites",
        "Domains",
        "Administrators",
        "Settings",
        "Overview",
    ):
        page.get_by_role("navigation", name="Pages of this customer").get_by_role("link", name=name).click()
        assert page.get_by_role("banner").get_by_text(ACME).is_visible()
        assert page.get_by_role("heading", level=1).is_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), name


def test_a_user_is_searched_and_opened_by_keyboard_alone(page: Any) -> None:
    def tab_to(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            focused = page.evaluate("() => document.activeElement.innerText || document.activeElement.name")
            if focused == name:
                # Where one is must be seen.
                assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"
                return
        raise AssertionError(f"{name} is not reached")

    tab_to("Open the view")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=ACME).wait_for()
    tab_to("Users")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Users").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    tab_to("q")
    page.keyboard.type("pat lind")
    page.keyboard.press("Enter")
    page.get_by_role("row", name="Pat Lindqvist").wait_for()
    tab_to("Pat Lindqvist")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Pat Lindqvist").wait_for()
    tab_to("End the view")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="You ended this view.").wait_for()


def test_a_list_stays_a_table_for_who_cannot_see_it(page: Any) -> None:
    page.get_by_role("button", name="Open the view").click()
    page.get_by_role("link", name="Users", exact=True).click()
    table = page.get_by_role("table", name=f"Users of {ACME}")
    assert table.get_by_role("row").count() == 51
    assert table.get_by_role("rowheader").count() == 50
    assert page.locator("caption").bounding_box()["height"] < 60, "it is read in a line or two"


def test_what_was_shown_goes_when_the_time_is_up(page: Any, serving: Serving) -> None:
    page.get_by_role("button", name="Open the view").click()
    page.get_by_role("heading", name=ACME).wait_for()
    serving.stage.passes(minutes=59, seconds=59)
    page.reload()
    serving.stage.passes(seconds=1)
    page.get_by_role("heading", name="The time of this view is up.").wait_for()
    assert page.get_by_text(ACME).count() == 0
