"""Asking a customer to be let in: the question, what became of it, and how long it is good for."""

from datetime import datetime

from cards import customer_choice
from cards import view as view_card
from cards.elements import Card, Element, Tone, area, button, card, facts, heading, link, text
from helpdesk.people.access import Sender
from helpdesk.platform.language import Language
from helpdesk.proof.consent import GRANT_LIFE, MOST_ASKED, REQUEST_LIFE, ConsentState, words
from helpdesk.proof.consent.cases import Case

FIND = "consent.find"
ASK = "consent.ask"
REQUEST = "consent.request"
END = "consent.end"
REASON = "reason"
LONGEST_REASON = 500
_TONES = {ConsentState.GRANTED: Tone.GOOD, ConsentState.REFUSED: Tone.ATTENTION, ConsentState.REVOKED: Tone.ATTENTION}


def form(say: Language) -> Card:
    """What `consent` without a customer shows."""
    return customer_choice.form(say("Ask a customer to let you look"), say("Go on"), FIND, say)


def ask_button(organization_id: str, say: Language) -> Element:
    return button(say("Ask for access"), ASK, {"organization": organization_id})


def ask(organization_id: str, organization: str, reader: Sender, say: Language) -> Card:
    """The question is made here; nobody has been written to yet."""
    return card(
        heading(say("Ask {organization} to let you look", organization=organization)),
        text(
            say(
                "Its full administrators get a mail with your name and your reason. "
                "The first one to answer, within {request}, decides; then you may look for {grant}.",
                request=REQUEST_LIFE,
                grant=GRANT_LIFE,
            )
        ),
        area(
            REASON,
            say("Why, for the customer to read"),
            say("Say why, in ten characters or more."),
            placeholder=say("Calls of your Oslo office fail since Monday"),
            longest=LONGEST_REASON,
        ),
        buttons=[
            button(
                say("Ask them"),
                REQUEST,
                {"organization": organization_id},
                only_for=reader.person_id,
                once=True,
                reads_inputs=True,
                is_main=True,
            )
        ],
    )


def asked(case: Case, say: Language) -> Card:
    """The question is on its way."""
    row, count = case.consent, len(case.administrators)
    written = say.many("{count} administrator", "{count} administrators", count)
    return card(
        heading(say("{organization} is asked to let you look", organization=row.organization_name)),
        facts(
            [
                (say("Who is asked"), written),
                (say("They can answer until"), say.time(row.lapses_at)),
                (say("Reason"), row.reason),
            ]
        ),
        text(say("These are the {count} who were seen last.", count=count)) if count == MOST_ASKED else [],
        text(say("You are told here as soon as one of them has answered."), Tone.SUBTLE),
        buttons=[_end_button(case, say("Withdraw the question"))],
    )


def not_written(case: Case, say: Language) -> Card:
    """Some of those who are asked do not have their mail yet."""
    missing = sum(each.mailed_at is None for each in case.administrators)
    return card(
        heading(
            say(
                "{missing} of the {count} administrators of {organization} did not get the mail",
                missing=missing,
                count=len(case.administrators),
                organization=case.consent.organization_name,
            ),
            Tone.WARNING,
        ),
        text(say("Their mail server refused it, holds it back or does not answer. What may help is tried again.")),
    )


def told(case: Case, say: Language) -> Card:
    """What became of the question."""
    row, granted = case.consent, case.state is ConsentState.GRANTED
    alone = text(say("This is for you alone, and for reading: nothing can be changed there."), Tone.SUBTLE)
    ways = [view_card.open_button(row.organization_id, say, is_main=True), _end_button(case, say("End the access"))]
    return card(
        heading(say(words.heading(case)), _TONES.get(case.state, Tone.PLAIN)),
        text(say(words.news(case))),
        facts([(say("Reason"), row.reason)]),
        alone if granted else [],
        buttons=ways if granted else [ask_button(row.organization_id, say)],
    )


def countdown(case: Case, now: datetime, say: Language) -> str:
    """A line that is edited as time passes; its first line stays as it is."""
    until = case.consent.until
    if case.state is ConsentState.GRANTED and until is not None:
        left = say("Until {time}: {left} left.", time=until, left=until - now)
        return f"{_granted(case, say)}\n{left}"
    return f"{_granted(case, say)}\n{say(words.news(case))}"


def question(case: Case, address: str, say: Language) -> Card:
    """For an administrator of the customer, in their own conversation with the bot. It is answered on the page."""
    row = case.consent
    return card(
        heading(say(words.heading(case)), Tone.WARNING),
        facts(
            [
                (say("Who asks"), row.agent_email),
                (say("Customer"), row.organization_name),
                (say("Reason"), row.reason),
                (say("For how long"), say.minutes(GRANT_LIFE)),
                (say("You can answer until"), say.time(row.lapses_at)),
            ]
        ),
        text(say("You are asked as a full administrator of this customer. The page that opens is yours alone.")),
        buttons=[link(say("Read the question and answer it"), address)],
    )


def _granted(case: Case, say: Language) -> str:
    return say(
        "Access of {agent} to {organization}",
        agent=case.consent.agent_email,
        organization=case.consent.organization_name,
    )


def _end_button(case: Case, title: str) -> Element:
    return button(title, END, {"consent": case.consent.id}, only_for=case.consent.agent_id)
