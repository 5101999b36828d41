"""A hostile name in every stored text, on every page: what is seen of it is letters, and nothing more."""

from html import unescape

import pytest

from tests.bot.pages.viewers import SECTIONS, Stage
from tests.hostile import HOSTILE, dangerous, plant

ARABIC = "محمد علي"


@pytest.mark.parametrize("words", [HOSTILE, ARABIC], ids=["hostile", "right to left"])
async def test_every_page_shows_every_text_letter_by_letter(stage: Stage, words: str) -> None:
    browser, view = await stage.looking()
    pat = next(each for each in await stage.people_of("Acme Corporation") if each.email.startswith("pat."))
    assert await plant(stage.store, words) > 25
    said = 0
    for path in (*SECTIONS, f"/users/{pat.id}", "/users?q=%E2%80%AE%1B", "/nothing"):
        seen = await browser.get(view + path)
        page = unescape(seen.text)
        # What isolates words from right to left is ours, and always comes in pairs.
        assert dangerous(page, allowed="\n\u2068\u2069") == [], path
        assert page.count("\u2068") == page.count("\u2069") == page.count(f"\u2068{ARABIC}\u2069"), path
        assert "<b>" not in seen.text
        said += ("Eve⟨U+202E⟩" if words is HOSTILE else ARABIC) in page
    assert said > 8
