"""What cards are made of. Only this file knows Adaptive Cards (version 1.3, what Webex renders).

Texts given here are plain: they are escaped here, and here alone. Each element also knows itself as
plain text, since notifications and clients that refuse a card show only that.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache, cached_property
from typing import Any

from webexpythonsdk.models.cards import (
    ActionSet,
    AdaptiveCard,
    Choice,
    ChoiceSet,
    Column,
    ColumnSet,
    Container,
    Fact,
    FactSet,
    OpenUrl,
    RichTextBlock,
    Submit,
    TextBlock,
    TextRun,
)
from webexpythonsdk.models.cards import Text as TextInput
from webexpythonsdk.models.cards.options import (
    ActionStyle,
    AssociatedInputs,
    Colors,
    FontSize,
    FontType,
    FontWeight,
    Spacing,
)

from cards.markdown import escape
from helpdesk.platform.text.showing import isolated, isolated_line, visible

Json = dict[str, Any]

# A button outlives the conversation it was made for by little.
BUTTON_LIFE = timedelta(hours=24)
# What fits one row of buttons on a phone, in pixels: clients cut off a row that is longer.
_ROW_PIXELS = 260
_LETTER_PIXELS = 7
_BUTTON_PIXELS = 36
# The longest word that a fact's column takes on a phone without running over the edge.
_LONGEST_WORD = 16
# Webex takes messages of about 80 KB and texts of 7 439 bytes; half of that leaves room for signed tokens.
PAGE_BYTES = 30_000
PAGE_TEXT_BYTES = 6_000
_BLOCK = 1_500  # characters of one text block
_WORD_BREAK = re.compile(r"[\s-]")
_BETWEEN_BRACES = re.compile(r"(?<=\{)(?=\{)")


class Tone(StrEnum):
    PLAIN = "default"
    GOOD = "good"
    ATTENTION = "attention"
    WARNING = "warning"
    SUBTLE = "subtle"


@dataclass(frozen=True)
class Element:
    """A part of a card and what it says in plain text."""

    model: Any
    plain: str = ""

    @cached_property
    def json(self) -> Json:
        # Asked for twice: how long it is, and when it is sent.
        made: Json = self.model.to_dict()
        return made


@dataclass(frozen=True, slots=True)
class Card:
    """Elements from top to bottom, then buttons. The first element, a heading, alone answers the question."""

    elements: tuple[Element, ...]
    buttons: tuple[Element, ...] = ()

    @property
    def json(self) -> Json:
        """The Adaptive Card. Buttons are not signed yet: bot.dispatch.buttons does that before a card is sent."""
        rows = _rows(self.buttons)
        body = [element.json for element in self.elements]
        if len(rows) == 1:
            return {**_frame(), "body": body, "actions": [button.json for button in rows[0]]}
        sets = [ActionSet(actions=[button.model for button in row]).to_dict() for row in rows]
        return {**_frame(), "body": [*body, *sets]}

    @property
    def plain(self) -> str:
        return "\n".join(element.plain for element in self.elements if element.plain)


def card(*elements: Element | Iterable[Element], buttons: Sequence[Element | None] = ()) -> Card:
    """A card of `elements`; groups of them are flattened, buttons that are None left out."""
    flat = [one for each in elements for one in ([each] if isinstance(each, Element) else each)]
    return Card(tuple(flat), tuple(button for button in buttons if button is not None))


def pages(whole: Card) -> list[Card]:
    """`whole` as one card or, where Webex would refuse its size, as several; buttons go on the last."""
    found: list[Card] = []
    page: list[Element] = []
    size = text = 0
    for element in whole.elements:
        bytes_here = len(json.dumps(element.json))
        text_here = len(element.plain.encode()) + 1
        if page and (size + bytes_here > PAGE_BYTES or text + text_here > PAGE_TEXT_BYTES):
            found.append(Card(tuple(page)))
            page, size, text = [], 0, 0
        page.append(element)
        size, text = size + bytes_here, text + text_here
    return [*found, Card(tuple(page), whole.buttons)]


@cache
def _frame() -> Json:
    frame: Json = AdaptiveCard().to_dict()
    return frame


def heading(content: str, tone: Tone = Tone.PLAIN) -> Element:
    model = TextBlock(
        text=escape(content), wrap=True, size=FontSize.LARGE, weight=FontWeight.BOLDER, color=_color(tone)
    )
    return Element(model, isolated(content))


def text(content: str, tone: Tone = Tone.PLAIN, *, is_strong: bool = False) -> Element:
    """A paragraph."""
    model = TextBlock(
        text=escape(content),
        wrap=True,
        color=_color(tone),
        weight=FontWeight.BOLDER if is_strong else None,
        isSubtle=True if tone is Tone.SUBTLE else None,
    )
    return Element(model, isolated(content))


def long_text(content: str) -> list[Element]:
    """A paragraph of any length, in blocks that fit a page."""
    return [text(piece) for piece in _pieces(visible(content))]


def section(title: str) -> Element:
    model = TextBlock(text=escape(title), wrap=True, weight=FontWeight.BOLDER, spacing=Spacing.MEDIUM, separator=True)
    return Element(model, isolated(title))


def verbatim(content: str) -> list[Element]:
    """What a machine said, letter by letter: text runs, which no client reads as Markdown. Any length: see `pages`."""
    pieces = _pieces(visible(content))
    blocks = (RichTextBlock(inlines=_runs(piece, fontType=FontType.MONOSPACE)) for piece in pieces)
    return [Element(block, isolated_line(piece)) for block, piece in zip(blocks, pieces, strict=True)]


def facts(pairs: Iterable[tuple[str, str]]) -> list[Element]:
    """Titles with values, in sets small enough to be spread over pages; a pair without a value is left out."""
    elements: list[Element] = []
    run: list[tuple[str, str]] = []
    left = _BLOCK
    for title, value in pairs:
        length = len(visible(title)) + len(visible(value))
        is_long = length > _BLOCK or max(map(len, _WORD_BREAK.split(value))) > _LONGEST_WORD
        if run and (is_long or len(run) == 12 or length > left):
            elements.append(_fact_set(run))
            run, left = [], _BLOCK
        if is_long:
            elements += _long_fact(title, value)
        elif value:
            run.append((title, value))
            left -= length
    return [*elements, _fact_set(run)] if run else elements


def _long_fact(title: str, value: str) -> list[Element]:
    """A fact over the card's whole width: columns of facts do not break long words, such as addresses."""
    first, *others = _pieces(visible(value))
    name = _runs(f"{visible(title)}\u2002", weight=FontWeight.BOLDER)
    element = Element(RichTextBlock(inlines=[*name, *_runs(first)]), f"{isolated(title)}: {isolated_line(first)}")
    return [element, *(Element(RichTextBlock(inlines=_runs(piece)), isolated_line(piece)) for piece in others)]


def _pieces(shown: str) -> list[str]:
    return [shown[start : start + _BLOCK] for start in range(0, len(shown), _BLOCK)]


def _runs(shown: str, **look: Any) -> list[TextRun]:
    """Runs that read as `shown`, with no two braces beside each other in one: those begin the card's date function."""
    return [TextRun(text=part, **look) for part in _BETWEEN_BRACES.split(isolated_line(shown))]


def _fact_set(pairs: Sequence[tuple[str, str]]) -> Element:
    model = FactSet(facts=[Fact(title=escape(title), value=escape(value)) for title, value in pairs])
    return Element(model, "\n".join(f"{isolated(title)}: {isolated(value)}" for title, value in pairs))


def line(title: str, detail: str, button: Element) -> Element:
    """One hit of a list: a name, what tells it apart, and its button at the right."""
    words = [TextBlock(text=escape(title), wrap=True, weight=FontWeight.BOLDER)]
    if detail:
        words.append(TextBlock(text=escape(detail), wrap=True, isSubtle=True, spacing=Spacing.NONE))
    columns = [
        Column(items=words, width="stretch"),
        Column(items=[ActionSet(actions=[button.model])], width="auto"),
    ]
    plain = f"{isolated(title)}, {isolated(detail)}" if detail else isolated(title)
    return Element(Container(items=[ColumnSet(columns=columns)], separator=True), f"- {plain}")


def button(
    title: str,
    action: str,
    about: Mapping[str, object] | None = None,
    *,
    only_for: str | None = None,
    once: bool = False,
    life: timedelta = BUTTON_LIFE,
    reads_inputs: bool = False,
    is_main: bool = False,
) -> Element:
    """A button that submits `action`, `<keyword>.<verb>`, about something.

    `only_for` is the person id of who alone may press it; `once` lets one press through; it goes stale
    after `life`. A button that does not read the inputs does not ask for them to be filled in.
    """
    data = {
        "action": action,
        "about": dict(about or {}),
        "only_for": only_for,
        "once": once,
        "life": int(life.total_seconds()),
    }
    return Element(
        Submit(
            title=isolated(title),
            data=data,
            associatedInputs=AssociatedInputs.AUTO if reads_inputs else AssociatedInputs.NONE,
            style=ActionStyle.POSITIVE if is_main else None,
        )
    )


def link(title: str, url: str) -> Element:
    """A button that opens a web page of our choosing; nothing comes back from it."""
    return Element(OpenUrl(title=isolated(title), url=url))


def field(
    name: str,
    label: str,
    error: str,
    *,
    pattern: str | None = None,
    placeholder: str = "",
    value: str = "",
    longest: int = 254,
) -> Element:
    """A line to fill in. Clients check `pattern`; the command checks again, since anyone can post anything."""
    model = TextInput(
        id=name,
        label=isolated(label),
        isRequired=True,
        errorMessage=isolated(error),
        regex=pattern,
        placeholder=isolated(placeholder) or None,
        value=visible(value) or None,
        maxLength=longest,
    )
    return Element(model)


def area(name: str, label: str, error: str, *, placeholder: str = "", longest: int) -> Element:
    """Several lines to fill in."""
    model = TextInput(
        id=name,
        label=isolated(label),
        isRequired=True,
        errorMessage=isolated(error),
        isMultiline=True,
        placeholder=isolated(placeholder) or None,
        maxLength=longest,
    )
    return Element(model)


def choice(name: str, label: str, options: Mapping[str, str], value: str) -> Element:
    """One of `options`, value to title. Values hold no comma (Webex joins several by it)."""
    choices = [Choice(title=isolated(title), value=key) for key, title in options.items()]
    return Element(ChoiceSet(id=name, label=isolated(label), choices=choices, value=value, isRequired=True))


def _rows(buttons: Sequence[Element]) -> list[list[Element]]:
    """The buttons in rows that fit a phone."""
    rows: list[list[Element]] = []
    left = 0
    for each in buttons:
        width = len(each.model.title) * _LETTER_PIXELS + _BUTTON_PIXELS
        if width > left or not rows:
            rows.append([])
            left = _ROW_PIXELS
        rows[-1].append(each)
        left -= width
    return rows


def _color(tone: Tone) -> Colors | None:
    return None if tone in (Tone.PLAIN, Tone.SUBTLE) else Colors(tone.value)
