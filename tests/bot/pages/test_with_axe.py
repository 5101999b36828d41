"""Every page, in light and dark, on a desk and on a phone: axe-core finds nothing, and nothing runs over the edge."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from helpdesk.people.access import Role
from helpdesk.proof.consent.asking import ConsentQuestion
from helpdesk.proof.consent.links import Seat
from tests.axe import LOOKS, findings
from tests.bot.pages.serving import Serving
from tests.bot.pages.viewers import LEE, SECTIONS, Stage
from tests.helpdesk.proof.consent.asked import MUELLER, WHY

pytestmark = pytest.mark.long

Look = Callable[[str], None]


@pytest.fixture(params=LOOKS)
def page(request: pytest.FixtureRequest, browser: Any, serving: Serving) -> Iterator[Any]:
    context = browser.new_context(**LOOKS[request.param], base_url=serving.stage.address)
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def assert_fit_for_everybody(page: Any) -> None:
    assert findings(page) == [], page.url
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), page.url
    # A finger finds what one presses.
    heights = page.locator("button, .button").evaluate_all("all => all.map(each => each.offsetHeight)")
    assert [each for each in heights if each < 40] == [], page.url


def test_the_view(page: Any, serving: Serving) -> None:
    page.goto(serving.run(serving.stage.link()))
    assert_fit_for_everybody(page)
    page.get_by_role("button", name="Open the view").click()
    view = page.url
    for tail in (*SECTIONS, "/users?q=lind", "/users?q=nobody+at+all", "/users/nobody", "/nowhere"):
        page.goto(view + tail)
        assert_fit_for_everybody(page)
    page.goto(f"{view}/users?q=pat lind")
    page.get_by_role("link", name="Pat Lindqvist").click()
    page.get_by_role("heading", name="Pat Lindqvist").wait_for()
    assert_fit_for_everybody(page)
    page.get_by_role("button", name="End the view").click()
    page.get_by_role("heading", name="You ended this view.").wait_for()
    assert_fit_for_everybody(page)


async def asked(stage: Stage) -> str:
    """The path of a question to Müller's administrator."""
    who = replace(LEE, role=Role.ADVANCED)
    question = ConsentQuestion(who, stage.customers[MUELLER], WHY, "a press", "the space", "the thread", False)
    case = await stage.desk.consent.ask(question)
    return f"/desk/consent/{stage.desk.consent.links.token(Seat(case.consent.id, 1))}"


def test_the_consent_page_from_the_question_to_its_end(page: Any, serving: Serving) -> None:
    page.goto(serving.run(asked(serving.stage)))
    assert_fit_for_everybody(page)
    page.get_by_role("button", name="Allow it").click()
    page.get_by_role("button", name="End the access now").wait_for()
    assert_fit_for_everybody(page)
    page.get_by_role("button", name="End the access now").click()
    page.get_by_text("There is nothing left to do here").wait_for()
    assert_fit_for_everybody(page)


def test_an_answer_that_came_too_late(page: Any, serving: Serving) -> None:
    page.goto(serving.run(asked(serving.stage)))
    serving.stage.passes(hours=1)
    page.get_by_role("button", name="Allow it").click()
    page.get_by_role("alert").wait_for()
    assert_fit_for_everybody(page)


@pytest.mark.parametrize("page", ["desktop, light"], indirect=True)
def test_the_question_is_answered_by_keyboard_alone(page: Any, serving: Serving) -> None:
    def press(name: str) -> None:
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("() => document.activeElement.innerText").startswith(name):
                assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"
                page.keyboard.press("Enter")
                return
        raise AssertionError(f"{name} is not reached")

    page.goto(serving.run(asked(serving.stage)))
    press("Allow it")
    page.get_by_role("button", name="End the access now").wait_for()
    press("End the access now")
    page.get_by_text("There is nothing left to do here").wait_for()
