"""Cards of a search: several hits, or none and what comes close."""

from collections.abc import Sequence

from cards.elements import Card, Element, Tone, button, card, field, heading, line, text
from cards.words import KIND
from helpdesk.directory import Found, Hit, HitKind
from helpdesk.directory.reading import LONGEST
from helpdesk.language import Language

OPEN = "find.open"
NEXT = "find.next"
SEARCH = "find.search"
QUERY = "query"


def form(say: Language) -> Card:
    """What `find` without a text shows."""
    return card(
        heading(say("Look something up")),
        text(say("A user, a customer, a domain or a Webex site, by email address, name or id.")),
        field(
            QUERY,
            say("What to look for"),
            say("Type an address, a name, a domain, a site or an id."),
            pattern=r"^.*\S.*$",
            placeholder="pat.lindqvist@acme.example",
            longest=LONGEST,
        ),
        buttons=[button(say("Look up"), SEARCH, reads_inputs=True, is_main=True)],
    )


def several(found: Found, say: Language) -> Card:
    """A page of hits, a button each, and the way to the next page."""
    title = say("Several matches for “{text}”", text=found.text)
    more = None
    if found.next is not None:
        about = {
            "text": found.text,
            "organization": found.organization.id if found.organization else None,
            "after": [found.next.kind.value, found.next.search_name, found.next.id],
        }
        more = button(say("Next page"), NEXT, about)
    return card(heading(title), _reading(found, say), _lines(found.hits, say), buttons=[more])


def none(found: Found, say: Language) -> Card:
    """What was looked for, as what, and the nearest names."""
    where = found.organization
    title = (
        say("Nothing found for “{text}” in {organization}", text=found.text, organization=where.display_name)
        if where
        else say("Nothing found for “{text}”", text=found.text)
    )
    if not found.near:
        advice = say("Check the spelling, or try part of the name, the domain or the customer.")
        return card(heading(title), _reading(found, say), text(advice))
    return card(
        heading(title), _reading(found, say), text(say("Close matches:"), is_strong=True), _lines(found.near, say)
    )


def no_more(say: Language) -> Card:
    return card(heading(say("That was the last page")))


def _reading(found: Found, say: Language) -> Element:
    return text(say("Read as {kind}.", kind=KIND[found.kind]), Tone.SUBTLE)


def _lines(hits: Sequence[Hit], say: Language) -> list[Element]:
    return [line(hit.name, _detail(hit, say), button(say("Open"), OPEN, open_about(hit.kind, hit.id))) for hit in hits]


def _detail(hit: Hit, say: Language) -> str:
    if hit.kind is HitKind.ORGANIZATION:
        return say("Customer")
    return " · ".join(part for part in (hit.detail, hit.organization_name) if part)


def open_about(kind: HitKind, identifier: str) -> dict[str, object]:
    """What an OPEN button says it is about."""
    return {"kind": kind.value, "id": identifier}
