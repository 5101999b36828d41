"""Webex's own welcome mails: what sending them again means, and what came of it."""

from cards.elements import Card, Element, Tone, button, card, facts, heading, text
from helpdesk.directory import PersonDetails
from helpdesk.mail.activation import ActivationJob
from helpdesk.people.access import Sender
from helpdesk.platform.language import Language

ASK = "resend.activation"
START = "resend.activate"
PERSON = "person"


def ask_button(user: PersonDetails, say: Language) -> Element:
    return button(say("Webex's welcome mails"), ASK, {PERSON: user.person.id})


def asked(user: PersonDetails, reader: Sender, say: Language) -> Card:
    """Exactly what Webex does, before it does."""
    customer = user.organization.display_name
    start = button(say("Send to all of them"), START, {PERSON: user.person.id}, only_for=reader.person_id, once=True)
    return card(
        heading(say("Send Webex's welcome mails to all of {customer} again?", customer=customer), Tone.WARNING),
        text(
            say(
                "Webex cannot do this for one user: it mails every user of this customer who has not activated their "
                "account, not only {name}.",
                name=user.person.display_name,
            )
        ),
        text(say("Whoever was sent one within the last 24 hours is skipped. One such job runs at a time.")),
        text(say("For one user, send it from Control Hub.")),
        buttons=[start],
    )


def begun(customer: str, is_followed: bool, say: Language) -> Card:
    """Webex has taken the job; `is_followed` says that the desk follows it."""
    follows = say("The desk says here how many were mailed and skipped.")
    alone = say("The desk cannot follow it right now. Look in Control Hub for the counts.")
    return card(
        heading(say("Webex is sending welcome mails to users of {customer}", customer=customer)),
        text(follows if is_followed else alone),
    )


def ended(user: PersonDetails, job: ActivationJob, was_skipped: bool, say: Language) -> Card:
    """Webex's counts, and what they mean for the user it was about."""
    customer = user.organization.display_name
    if not job.is_over:
        title = heading(say("Webex is still sending welcome mails to users of {customer}", customer=customer))
    elif job.has_failed:
        title = heading(say("Webex did not finish its welcome mails to {customer}", customer=customer), Tone.ATTENTION)
    else:
        title = heading(say("Webex has sent its welcome mails to {customer}", customer=customer), Tone.GOOD)
    lately = say("{name} was skipped: Webex sent them one within the last 24 hours.", name=user.person.display_name)
    forbidden = say("This customer does not allow mails that administrators cause.")
    return card(
        title,
        facts(
            [
                (say("Mailed"), say.number(job.sent)),
                (say("Skipped"), say.number(job.skipped)),
                (say("Failed"), say.number(job.failed)),
                (say("Users in all"), say.number(job.total)),
            ]
        ),
        [text(lately, Tone.WARNING)] if was_skipped else [],
        [] if job.is_allowed else [text(forbidden, Tone.WARNING)],
    )
