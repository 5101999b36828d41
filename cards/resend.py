"""Sending again: the ways there are, our own test mail on its way, and what became of it."""

from collections.abc import Sequence
from datetime import timedelta

from cards import activation as activation_card
from cards import email as email_card
from cards import suppression as suppression_card
from cards import verification as verification_card
from cards.elements import Card, Element, Tone, button, card, facts, heading, link, text, verbatim
from cards.mail_codes import in_plain_words
from cards.words import DELIVERY, REASON
from helpdesk.directory import PersonDetails
from helpdesk.mail.delivery import LastDelivery
from helpdesk.mail.probe import ProbeMail, ProbeOutcome
from helpdesk.mail.suppression import SuppressionEntry
from helpdesk.people.access import Permission, Sender
from helpdesk.platform.language import Language
from helpdesk.platform.store.tables.mail import DeliveryStatus

SHOW = "resend.show"
SEND = "resend.send"
PERSON = "person"
ADDRESS = "address"
# Control Hub's own address of a user; no document names it.
CONTROL_HUB = "https://admin.webex.com/manage-users/users/{id}"


def ways(user: PersonDetails, may_activate: bool, reader: Sender, say: Language) -> Card:
    """What can be sent to a user; `may_activate` offers Webex's own welcome mails."""
    return card(
        heading(say("Send mail to {name} again", name=user.person.display_name)),
        facts([(say("Email"), user.person.email), (say("Customer"), user.organization.display_name)]),
        text(say("A test mail shows whether mail arrives. A code does too, and confirms the mailbox.")),
        text(say("Webex sends its own welcome mail to one user only from Control Hub.")),
        buttons=[
            *send_buttons(user, reader, say)[:2],
            activation_card.ask_button(user, say) if may_activate else None,
            link(say("Open in Control Hub"), CONTROL_HUB.format(id=user.person.id)),
        ],
    )


def send_buttons(user: PersonDetails, reader: Sender, say: Language) -> list[Element | None]:
    """The ways that a card about something else offers; the last one leads to all of them."""
    about = {PERSON: user.person.id, ADDRESS: user.person.email}
    return [
        button(say("Send test mail"), SEND, about, once=True, is_main=True),
        verification_card.send_button(user.person.id, say) if reader.may(Permission.VERIFY) else None,
        button(say("More ways"), SHOW, about),
    ]


def form(field_for_address: Element, say: Language) -> Card:
    """What `resend` without an address shows."""
    return card(
        heading(say("Send mail again")),
        text(say("You see the ways there are before anything is sent.")),
        field_for_address,
        buttons=[button(say("Check"), SHOW, reads_inputs=True, is_main=True)],
    )


def held_back(address: str, suppressions: Sequence[SuppressionEntry], say: Language) -> Card:
    """No mail would arrive, so none was sent."""
    return card(
        heading(say("No mail was sent: mail to {address} is held back", address=address), Tone.ATTENTION),
        facts([(say("Reason"), ", ".join(say(REASON[each.reason]) for each in suppressions))]),
        text(say("If you have cleared it just now, the list may lag: try again in a minute.")),
        buttons=[suppression_card.show_button(address, say)],
    )


def sent(trial: ProbeMail, watched_for: timedelta | None, say: Language) -> Card:
    """What our own mail server said; `watched_for` is how long the desk looks out for more."""
    address = trial.address
    look = email_card.show_button(address, say)
    answer = [text(say("The mail server said:"), is_strong=True), *verbatim(trial.answer)] if trial.answer else []
    match trial.outcome:
        case ProbeOutcome.REFUSED:
            return card(heading(say("The test mail to {address} was refused", address=address), Tone.ATTENTION), answer)
        case ProbeOutcome.UNCERTAIN:
            title = heading(say("The test mail to {address} may have been sent", address=address), Tone.WARNING)
            return card(title, text(say("The desk was not told whether it went out.")), buttons=[look])
        case ProbeOutcome.TAKEN_TELLS_NOTHING:
            more = say("This mail server does not report delivery. Ask the caller whether the mail has arrived.")
        case _ if watched_for is None:
            more = say("The desk cannot look by itself what becomes of it right now. Look in a minute.")
        case ProbeOutcome.TAKEN_TELLS_FAILURES:
            more = say(
                "This mail server reports failures only: if it comes back within {length}, the desk says so here. "
                "Ask the caller whether the mail has arrived.",
                length=watched_for,
            )
        case _:
            more = say("The desk looks for up to {length} what becomes of it, and says so here.", length=watched_for)
    return card(heading(say("Test mail sent to {address}", address=address)), text(more), answer, buttons=[look])


def became(address: str, last: LastDelivery, suppressions: Sequence[SuppressionEntry], say: Language) -> Card:
    """What is known of the mail that was watched."""
    said = [text(say("The mail server said:"), is_strong=True), *verbatim(last.answer)] if last.answer else []
    known = facts([(say("Status"), say(DELIVERY[last.status])), (say("Subject"), last.subject or "")])
    match last.status:
        case DeliveryStatus.DELIVERED:
            title = heading(say("Delivered to {address}", address=address), Tone.GOOD)
            return card(
                title, text(say("The user's mail server took it. It may still lie in a spam folder.")), known, said
            )
        case DeliveryStatus.ERROR:
            title = heading(say("Not delivered to {address}", address=address), Tone.ATTENTION)
            again = suppression_card.show_button(address, say) if suppressions else None
            plainly = in_plain_words(last.code, last.answer)
            meaning = [text(say(plainly))] if plainly else []
            return card(title, meaning, known, said, buttons=[email_card.show_button(address, say), again])
    return card(
        heading(say("No word yet about the mail to {address}", address=address), Tone.WARNING),
        text(say("Nobody has told yet whether it arrived. The desk does not look any longer by itself.")),
        [text(say(last.problem))] if last.problem else [],
        known,
        said,
        buttons=[email_card.look_again_button(address, say)],
    )
