"""Taking the bot's own name out of what was typed to it.

In a group space a message reaches the bot only with a mention, which stands in the text as plain words:
the display name, or only the nickname. Where Webex gives the HTML, the mention is an element and exactly
those words are taken out; else the names the bot is known by are tried.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from html.parser import HTMLParser

from helpdesk.identifiers import canonical_id

_BEFORE = r"(?<![\w.@+-])"
_BEHIND = r"(?![\w@+]|[.-]\w)"
_AFTER = r"\s*[,:;–—-]?"


def without_mention(text: str, html: str, bot_id: str, names: Sequence[str], *, is_direct: bool) -> str:
    """`text` without the mention of the bot, wherever it stands, and without a comma that followed it.

    `bot_id` is a key (helpdesk.identifiers); `names` are the bot's display name and nickname. In a direct
    conversation nothing but a real mention is taken out: there the bot's name may be what is looked for.
    """
    mentions = _Mentions(bot_id)
    with suppress(AssertionError):  # how the parser meets a declaration that it does not know
        mentions.feed(html)
        mentions.close()
    found = [name for name in mentions.found if name.strip()]
    for name in found:
        text = _without(text, [name])
    if not found and not is_direct:
        text = _without(text, sorted(names, key=len, reverse=True))
    return text.strip()


def _without(text: str, names: Iterable[str]) -> str:
    """`text` without the first place where one of `names` stands as whole words, not as a part of an address."""
    for name in filter(str.strip, names):
        words = r"\s+".join(map(re.escape, name.split()))
        found = re.search(rf"{_BEFORE}@?{words}{_BEHIND}({_AFTER}(?=\s|$))?", text, re.IGNORECASE)
        if found:
            before, after = text[: found.start()].rstrip(" \t"), text[found.end() :].lstrip(" \t")
            # A comma before a mention at the end belongs to it: `pat@acme.example, Help`.
            before = before.rstrip(",") if not after else before
            return f"{before} {after}".strip()
    return text


class _Mentions(HTMLParser):
    """Collects the words of each `<spark-mention>` of the bot."""

    def __init__(self, bot_id: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._bot_id = bot_id
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_bot = canonical_id(given.get("data-object-id") or "") == self._bot_id
        if tag == "spark-mention" and given.get("data-object-type") == "person" and is_bot:
            self._inside = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "spark-mention":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data
