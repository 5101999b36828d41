"""Long lists: a card shows their beginning, a button leads to the rest, page by page."""

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum

from cards.elements import Card, Element, Tone, button, card, heading, long_text, text
from helpdesk.platform.language import Language, Text
from helpdesk.search import HitKind

SHOW = "find.rest"
# What a card shows of a list; more than that hides the rest of the card on a phone.
MOST = 8
PAGE = 40
LONGEST_LINE = 300


class ListPart(StrEnum):
    """A list on a card."""

    LICENSES = "licenses"
    DEVICES = "devices"
    NUMBERS = "numbers"
    SITES = "sites"
    FEATURES = "features"
    DOMAINS = "domains"
    ORDERS = "orders"
    ADMINISTRATORS = "administrators"
    SETTINGS = "settings"


Parts = Mapping[ListPart, Sequence[str]]
TITLE = {
    ListPart.LICENSES: Text("Licenses"),
    ListPart.DEVICES: Text("Devices"),
    ListPart.NUMBERS: Text("Numbers"),
    ListPart.SITES: Text("Sites"),
    ListPart.FEATURES: Text("Features"),
    ListPart.DOMAINS: Text("Domains"),
    ListPart.ORDERS: Text("Web orders"),
    ListPart.ADMINISTRATORS: Text("Administrators"),
    ListPart.SETTINGS: Text("Settings"),
}


def page(
    part: ListPart, of: tuple[HitKind, str, str], lines: Sequence[str], start: int, total: int, say: Language
) -> Card:
    """`lines` from number `start` on, of `total`. `of` says of what: its kind, its id and its name."""
    kind, identifier, name = of
    end = start + len(lines)
    title = heading(say("{list} of {name}", list=TITLE[part], name=name))
    if not lines:
        return card(title, text(say("none known")))
    more = (
        button(say("Next page"), SHOW, _about(kind, identifier, part, end, _mark(lines[-1]))) if end < total else None
    )
    return card(
        title,
        text(say("{first} to {last} of {total}", first=start + 1, last=end, total=total), Tone.SUBTLE),
        [element for each in lines for element in long_text(each[:LONGEST_LINE])],
        buttons=[more],
    )


def beginning(lines: Sequence[str], first: int, start: int, after: str) -> int:
    """At which of `lines`, the first of which is number `first`, the page from number `start` on begins.

    Behind the line that the page before ended with (`after`), which may have moved since; where that is gone, at
    the number.
    """
    place = min(max(start - first, 0), len(lines))
    moved = [index + 1 for index, line in enumerate(lines) if _mark(line) == after]
    return min(moved, key=lambda index: abs(index - place), default=place)


def shortened(values: Sequence[str], say: Language, most: int = MOST) -> str:
    """The first of `values` on one line, and how many more there are."""
    shown = ", ".join(values[:most])
    left = len(values) - most
    return shown if left <= 0 else say("{list} and {count} more", list=shown, count=left)


def rest_buttons(
    kind: HitKind, identifier: str, totals: Mapping[ListPart, int], say: Language, most: int = MOST
) -> list[Element]:
    """A button for each list that is too long for the card."""
    return [
        button(say("{list}: all {count}", list=TITLE[part], count=count), SHOW, _about(kind, identifier, part, 0, ""))
        for part, count in totals.items()
        if count > most
    ]


def _about(kind: HitKind, identifier: str, part: ListPart, start: int, after: str) -> dict[str, object]:
    return {"kind": kind.value, "id": identifier, "part": part.value, "from": start, "after": after}


def _mark(line: str) -> str:
    """Tells a line from others without holding it: a button's token has little room."""
    return hashlib.sha256(line.encode(errors="replace")).hexdigest()[:12]
