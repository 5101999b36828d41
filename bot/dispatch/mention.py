"""Taking the bot's own name out of what was typed to it.

In a group space a message reaches the bot only with a mention, which stands in the text as plain words:
the display name, or only the nickname. Where Webex gives the HTML, the mention is an element and exactly
those words are taken out; else the names the bot is known by are tried. A mention of everyone beside
it, `@All`, is no part of what was asked either.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser

from helpdesk.platform.identifiers import canonical_id

_BEFORE = r"(?<![\w.@+-])"
_BEHIND = r"(?![\w@+]|[.-]\w)"
_BLOCKS = ("p", "br", "li", "div")
_AFTER = r"\s*[,:;–—-]?"


def without_mention(text: str, html: str, bot_id: str, names: Sequence[str], *, is_direct: bool) -> str:
    """`text` without the mention of the bot, wherever it stands, and without a comma that followed it.

    `bot_id` is a key (helpdesk.platform.identifiers); `names` are the bot's display name and nickname. In a direct
    conversation nothing but a real mention is taken out: there the bot's name may be what is looked for.
    """
    mentions = _Mentions(bot_id)
    with suppress(AssertionError):  # how the parser meets a declaration that it does not know
        mentions.feed(html)
        mentions.close()
    found = [each for each in mentions.found if each.name.strip()]
    for each in reversed(found):  # the last first: what stands before it stays where it is
        text = _without(text, [each.name], each.before)
    if not any(each.is_bot for each in found) and not is_direct:
        text = _without(text, sorted(names, key=len, reverse=True))
    return text.strip()


def _places(name: str, text: str) -> list[re.Match[str]]:
    """Where `name` stands as whole words, not as a part of an address."""
    words = r"\s+".join(map(re.escape, name.split()))
    return list(re.finditer(rf"{_BEFORE}@?{words}{_BEHIND}({_AFTER}(?=\s|$))?", text, re.IGNORECASE))


def _without(text: str, names: Iterable[str], before_it: str = "") -> str:
    """`text` without the first place where one of `names` stands; the first behind the words `before_it`, if it can."""
    for name in filter(str.strip, names):
        places = _places(name, text)
        if places:
            found = places[min(len(_places(name, before_it)), len(places) - 1)]
            before, after = text[: found.start()].rstrip(" \t"), text[found.end() :].lstrip(" \t")
            # A comma before a mention at the end belongs to it: `pat@acme.example, Help`.
            before = before.rstrip(",") if not after else before
            return f"{before} {after}".strip()
    return text


@dataclass(slots=True)
class _Mention:
    """`before` is what stands before it in the message."""

    is_bot: bool
    before: str
    name: str = ""


class _Mentions(HTMLParser):
    """Collects each `<spark-mention>` of the bot and of everyone."""

    def __init__(self, bot_id: str) -> None:
        super().__init__()
        self.found: list[_Mention] = []
        self._bot_id = bot_id
        self._inside = False
        self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        kind = given.get("data-object-type")
        is_bot = kind == "person" and canonical_id(given.get("data-object-id") or "") == self._bot_id
        if tag == "spark-mention" and (is_bot or kind == "groupMention"):
            self._inside = True
            self.found.append(_Mention(is_bot, self._words))
        self._words += " " if tag in _BLOCKS else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "spark-mention":
            self._inside = False

    def handle_data(self, data: str) -> None:
        self._words += data
        if self._inside:
            self.found[-1].name += data
