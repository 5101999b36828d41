"""Cards of a search: several hits, or none and what comes close; and the buttons that lead to what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple

from cards.elements import Card, Element, Tone, button, card, field, heading, line, text
from cards.words import HIT, KIND
from helpdesk.directory import Found
from helpdesk.directory.reading import LONGEST, QueryKind
from helpdesk.platform.language import Language, Text
from helpdesk.platform.store.tables.directory import Organization, Person
from helpdesk.search import Hit, HitKind

OPEN = "find.open"
NEXT = "find.next"
SEARCH = "find.search"
AGAIN = "find.again"
QUERY = "query"


def form(say: Language) -> Card:
    """What `find` without a text shows."""
    return card(
        heading(say("Look something up")),
        text(say("A user, a customer, a device, a number, an order: by whatever name or number you have.")),
        field(
            QUERY,
            say("What to look for"),
            say("Type an address, a name, a domain, a site, a number or an id."),
            pattern=r"^.*\S.*$",
            placeholder="pat.lindqvist@acme.example",
            longest=LONGEST,
        ),
        buttons=[button(say("Look up"), SEARCH, reads_inputs=True, is_main=True)],
    )


def several(found: Found, say: Language) -> Card:
    """A page of hits, a button each, the way to the next page, and to what else the text may be."""
    where = found.organization
    title = (
        say("Several matches for “{text}” in {organization}", text=found.text, organization=where.display_name)
        if where
        else say("Several matches for “{text}”", text=found.text)
    )
    more = None
    if found.next is not None:
        more = button(say("Next page"), NEXT, {**_about(found, found.kind), "after": list(astuple(found.next))})
    return card(
        heading(title),
        read_as(found, say),
        _lines(found.hits, say),
        buttons=[more, *other_buttons(found, say)],
    )


def none(found: Found, say: Language) -> Card:
    """What was looked for, as what, and the nearest names."""
    where = found.organization
    title = (
        say("Nothing found for “{text}” in {organization}", text=found.text, organization=where.display_name)
        if where
        else say("Nothing found for “{text}”", text=found.text)
    )
    kinds = [say(KIND[kind]) for kind in found.tried or (found.kind,)]
    looked = text(say("Looked for as {kinds}.", kinds=", ".join(kinds)), Tone.SUBTLE)
    if not found.near:
        advice = say("Check the spelling, or try part of the name, the domain or the customer.")
        return card(heading(title), looked, text(advice))
    return card(heading(title), looked, text(say("Close matches:"), is_strong=True), _lines(found.near, say))


def each(results: Sequence[Found], left_out: int, say: Language) -> Card:
    """What was found for each of several texts pasted at once."""
    count = sum(bool(found.hits) for found in results)
    advice = text(say("{count} more were left out: paste at most {most} at once.", count=left_out, most=len(results)))
    return card(
        heading(say("{found} of {count} found", found=count, count=len(results))),
        [element for found in results for element in _result(found, say)],
        [advice] if left_out else [],
    )


def no_more(say: Language) -> Card:
    return card(heading(say("That was the last page")))


def read_as(searched: Found | None, say: Language) -> list[Element]:
    """As what the text was read that led to a card, and whether it may be something else; nothing without a search."""
    if searched is None:
        return []
    kind = text(say("Read as {kind}.", kind=KIND[searched.kind]), Tone.SUBTLE)
    return [kind, text(say("Not what you meant?"))] if searched.others else [kind]


def other_buttons(searched: Found | None, say: Language) -> list[Element]:
    """Another reading of the same text, for each that finds something."""
    if searched is None:
        return []
    return [button(say("Search as {kind}", kind=KIND[kind]), AGAIN, _about(searched, kind)) for kind in searched.others]


def open_button(title: str, kind: HitKind, identifier: str) -> Element:
    return button(title, OPEN, open_about(kind, identifier))


def customer_button(organization: Organization, say: Language) -> Element:
    return open_button(say("Customer"), HitKind.ORGANIZATION, organization.id)


def owner_button(owner: Person | None, say: Language) -> Element | None:
    return open_button(say("User"), HitKind.PERSON, owner.id) if owner else None


def shown_as(words: Mapping[str, Text], value: str | None, say: Language) -> str:
    """Webex's word in ours; one that we do not know as it stands."""
    if not value:
        return ""
    return say(words[value]) if value in words else value.replace("_", " ").lower()


def _about(found: Found, kind: QueryKind) -> dict[str, object]:
    return {
        "text": found.text,
        "kind": kind.value,
        "organization": found.organization.id if found.organization else None,
    }


def _result(found: Found, say: Language) -> list[Element]:
    match found.hits:
        case []:
            return [text(say("“{text}”: nothing found", text=found.text))]
        case [hit]:
            return _lines([hit], say)
    again = button(say("Show"), AGAIN, _about(found, found.kind))
    return [line(found.text, say("Several matches"), again)]


def _lines(hits: Sequence[Hit], say: Language) -> list[Element]:
    return [line(hit.name, _detail(hit, say), open_button(say("Open"), hit.kind, hit.id)) for hit in hits]


def _detail(hit: Hit, say: Language) -> str:
    # An address says by itself that this is a user.
    what = "" if hit.kind is HitKind.PERSON else say(HIT[hit.kind])
    return " · ".join(part for part in (what, hit.detail, hit.organization_name) if part)


def open_about(kind: HitKind, identifier: str) -> dict[str, object]:
    """What an OPEN button says it is about."""
    return {"kind": kind.value, "id": identifier}
