"""What was done: acts, newest first, the way to older ones, and to all of them as a file."""

from collections.abc import Mapping, Sequence

from cards.elements import Card, Element, Tone, button, card, heading, line, section, text
from helpdesk.audit.outcomes import BEYOND_SCOPE
from helpdesk.audit_questions import AuditPage, AuditQuestion, Scope
from helpdesk.people.access import Permission, Sender
from helpdesk.platform.language import Language, Text
from helpdesk.platform.store.tables.audit import AuditRow, RefusedTry
from helpdesk.search import Hit

OPEN = "audit.open"
ALL = "audit.all"
NEXT = "audit.next"
FILE = "audit.file"
PAGE = 12
# Of what somebody typed: a reason, what was looked for.
LONGEST = 300
_TITLE = {
    Scope.MINE: Text("What you did today"),
    Scope.USER: Text("What was done about {of}"),
    Scope.CUSTOMER: Text("What was done in {of}"),
    Scope.ALL: Text("What everybody did"),
}
_OWN = {
    Scope.USER: Text("What you did about {of}"),
    Scope.CUSTOMER: Text("What you did in {of}"),
}


def acts(page: AuditPage, reader: Sender, say: Language) -> Card:
    sees_all = reader.may(Permission.READ_AUDIT)
    scope, about = page.question.scope, page.question.about
    title = _TITLE[scope] if sees_all or scope not in _OWN else _OWN[scope]
    older = {**about, "before": page.rows[-1].id} if page.has_more else None
    return card(
        heading(say(title, of=page.of)),
        _refused(page.refused, say),
        [element for row in page.rows for element in _act(row, page, sees_all=sees_all, say=say)],
        [] if page.rows else [text(say("Nothing."))],
        buttons=[
            button(say("Older"), NEXT, older, only_for=reader.person_id) if older else None,
            button(say("CSV file"), FILE, about, only_for=reader.person_id) if page.rows else None,
            _everybodys(reader, say) if sees_all and scope is Scope.MINE else None,
        ],
    )


def several(looked_for: str, customers: Sequence[Hit], say: Language) -> Card:
    return card(
        heading(say("Several matches for “{text}”", text=looked_for)),
        [line(hit.name, hit.detail, _open_button(hit, say)) for hit in customers],
    )


def none(looked_for: str, say: Language) -> Card:
    return card(
        heading(say("Nothing found for “{text}”", text=looked_for)),
        text(say("Write “audit” with an address, or with a customer’s name, id or domain.")),
    )


def file_follows(say: Language) -> Card:
    return card(heading(say("The file follows in a moment")))


def with_file(count: int, reference: str, say: Language, *, has_more: bool) -> str:
    """The words that a file comes with; `reference` tells it from others."""
    words = say.many("{count} act", "{count} acts", count)
    told = say("Audit {reference}: {acts}, newest first, times in UTC", reference=reference, acts=words)
    more = say("There are older ones, which the operator has: helpdesk audit export")
    return f"{told}\n{more}" if has_more else told


def _refused(tries: Sequence[RefusedTry], say: Language) -> list[Element]:
    """Those of the last hour or two, the latest first: they become rows when their hour is over."""
    if not tries:
        return []
    lines = [
        " · ".join([say.time(each.last_at), each.kind, each.who, say.many("{count} time", "{count} times", each.count)])
        for each in tries[:PAGE]
    ]
    rest = len(tries) - PAGE
    if rest > 0:
        lines.append(say("{count} more", count=rest))
    return [section(say("Refused of late")), *[text(each[:LONGEST], Tone.SUBTLE) for each in lines]]


def _act(row: AuditRow, page: AuditPage, *, sees_all: bool, say: Language) -> list[Element]:
    customer = page.customers.get(row.organization_id or "") if page.question.scope is not Scope.CUSTOMER else None
    details = [
        say("not among the agent’s customers") if row.outcome in BEYOND_SCOPE else row.outcome,
        say("by {who}", who=row.actor) if sees_all and page.question.scope is not Scope.MINE else "",
        customer if customer and customer != row.subject else "",
        f"“{row.reason}”" if row.reason else "",
    ]
    title = " · ".join([say.time(row.at), row.action, row.subject])
    return [
        text(title[:LONGEST], is_strong=True),
        text(" · ".join(filter(None, details))[: 2 * LONGEST], Tone.SUBTLE),
    ]


def _everybodys(reader: Sender, say: Language) -> Element:
    return button(say("Everybody’s"), ALL, AuditQuestion(Scope.ALL).about, only_for=reader.person_id)


def _open_button(hit: Hit, say: Language) -> Element:
    about: Mapping[str, str] = AuditQuestion(Scope.CUSTOMER, hit.id).about
    return button(say("Audit"), OPEN, about)
