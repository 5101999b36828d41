"""Proving the caller: the badge, the code on its way, the entry, and the other proofs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cards import suppression as suppression_card
from cards.elements import Card, Element, Tone, button, card, facts, field, heading, text
from cards.words import PROVEN
from cards.words import REASON as REASONS
from helpdesk.directory import PersonDetails, UserStatus
from helpdesk.mail.suppression import SuppressionEntry
from helpdesk.people.access import Sender
from helpdesk.platform.language import Language, Text
from helpdesk.proof.gate import Subject
from helpdesk.proof.verification import Challenge, Proof, Verified, Wrong

SEND = "verify.send"
START = "verify.start"
CHECK = "verify.check"
ASK = "verify.ask"
REQUEST = "verify.request"
APPROVE = "verify.approve"
CODE = "code"
REASON = "reason"
# Who vouches says that this is the caller, now: not tomorrow.
REQUEST_LIFE = timedelta(hours=1)


def badge(verified: Verified | None, now: datetime, say: Language) -> Element:
    """Claims what was proven, and no more."""
    if verified is None:
        return text(say("Not verified"), Tone.ATTENTION, is_strong=True)
    return text(say(PROVEN[verified.proof], left=say.minutes(verified.until - now)), Tone.GOOD, is_strong=True)


def send_button(person_id: str, say: Language, proof: Proof = Proof.MAILBOX, *, is_main: bool = False) -> Element:
    title = say("Send code") if proof is Proof.MAILBOX else say("Send code in Webex")
    return button(title, SEND, {"person": person_id, "proof": proof.value}, is_main=is_main)


def sent(challenge: Challenge, to: PersonDetails, doubt: Text | None, reader: Sender, say: Language) -> Card:
    """The code is on its way; the field takes what the caller reads aloud.

    `doubt` is why it is not known whether mail to the user is held back, where it is not.
    """
    where = to.person.email if challenge.proof is Proof.MAILBOX else say("{name} in Webex", name=to.person.display_name)
    title = (
        heading(say("Code sent to {where}", where=where))
        if challenge.is_certain
        else heading(say("The code may have been sent to {where}", where=where), Tone.WARNING)
    )
    uncertain = text(say("The desk was not told whether it went out. Wait a little, then send a new one."))
    return card(
        title,
        [] if challenge.is_certain else [uncertain],
        [text(say("Whether mail to this address is held back is not known: {why}", why=doubt))] if doubt else [],
        text(say("Ask the caller to read it to you. It works until {time}.", time=challenge.expires_at)),
        _entry(challenge, say),
        buttons=_entry_buttons(challenge, reader, say),
    )


def wrong(outcome: Wrong, to: PersonDetails, reader: Sender, say: Language) -> Card:
    """Not the code: how many tries are left, or until when codes are locked."""
    challenge, locked_until = outcome.challenge, outcome.locked_until
    title = heading(say("That is not the code"), Tone.ATTENTION)
    if outcome.agent_locked_until is not None:
        until = outcome.agent_locked_until
        return card(
            title,
            text(say("You have entered as many wrong codes as one hour allows.")),
            text(say("You can send and enter codes again at {time}. Until then, use another proof.", time=until)),
            buttons=[ask_button(Subject(to.person.email, to), say)],
        )
    if locked_until is not None:
        return card(
            title,
            text(say("Too many wrong codes were entered for this user: locked until {time}.", time=locked_until)),
            text(say("Someone may be guessing. Be careful with this caller.")),
        )
    if challenge.tries_left == 0:
        return card(
            title,
            text(say("No tries left; this code is void.")),
            buttons=[send_button(challenge.person_id, say, challenge.proof)],
        )
    return card(
        title,
        text(say.many("{count} try left.", "{count} tries left.", challenge.tries_left)),
        _entry(challenge, say),
        buttons=_entry_buttons(challenge, reader, say),
    )


def cannot_arrive(to: PersonDetails, suppressions: Sequence[SuppressionEntry], say: Language) -> Card:
    """The address is held back, so no code was sent: clear it, or use another proof."""
    return card(
        heading(say("No code was sent: mail to {address} is held back", address=to.person.email), Tone.ATTENTION),
        facts([(say("Reason"), ", ".join(say(REASONS[each.reason]) for each in suppressions))]),
        text(say("Clear the suppression first, or verify the caller in another way.")),
        buttons=[
            suppression_card.show_button(to.person.email, say),
            *other_proofs(to, say),
        ],
    )


def not_sent(to: PersonDetails, problem: str, advice: str, say: Language) -> Card:
    """The mail server did not take the code."""
    return card(
        heading(say("No code was sent to {address}", address=to.person.email), Tone.ATTENTION),
        text(problem),
        text(advice),
        buttons=[send_button(to.person.id, say), *other_proofs(to, say)],
    )


def other_proofs(to: PersonDetails, say: Language) -> list[Element | None]:
    is_reachable = to.status is UserStatus.ACTIVE
    return [
        send_button(to.person.id, say, Proof.WEBEX) if is_reachable else None,
        ask_button(Subject(to.person.email, to), say),
    ]


def ask_button(subject: Subject, say: Language) -> Element:
    return button(say("Ask a second agent"), ASK, _about(subject))


def form(address_field: Element, say: Language) -> Card:
    """What `verify` without an address shows."""
    return card(
        heading(say("Send the caller a code")),
        text(say("It goes to the user's mailbox; the caller reads it back to you.")),
        address_field,
        buttons=[button(say("Send code"), START, reads_inputs=True, is_main=True)],
    )


def ask(subject: Subject, reader: Sender, say: Language) -> Card:
    """The form for a second agent's approval."""
    return card(
        heading(say("Ask a second agent to vouch for {name}", name=_name(subject))),
        text(
            say("They confirm that this caller is the user. Your name, theirs and the reason are recorded.")
            if subject.user
            else say("They confirm that this address is the caller's. Your name, theirs and the reason are recorded.")
        ),
        _reason_field(say),
        buttons=[
            button(
                say("Ask an agent"), REQUEST, _about(subject), only_for=reader.person_id, once=True, reads_inputs=True
            )
        ],
    )


def requested(say: Language) -> Card:
    return card(heading(say("A second agent was asked")), text(say("The request is in the desk space.")))


def request(subject: Subject, asker: Sender, space_id: str, reason: str, say: Language) -> Card:
    """What the second agent sees. Any agent with the permission may press, but for the asker."""
    about = {
        **_about(subject),
        "agent": asker.person_id,
        "agent_email": asker.email,
        "space": space_id,
        "reason": reason,
    }
    user = subject.user
    return card(
        heading(say("{agent} asks you to vouch for a caller", agent=asker.email), Tone.WARNING),
        facts(
            [
                (say("User"), f"{user.person.display_name}, {user.person.email}" if user else ""),
                (say("Customer"), user.organization.display_name if user else ""),
                (say("Address"), "" if user else say("{address} (no user here has it)", address=subject.address)),
                (say("Reason"), reason),
            ]
        ),
        text(
            say("Approve only if you know by other means that this caller is the user.")
            if user
            else say("Approve only if you know by other means that this address is the caller's.")
        ),
        buttons=[button(say("Approve"), APPROVE, about, once=True, life=REQUEST_LIFE)],
    )


def approved(
    subject: Subject, verified: Verified, asker_email: str, is_listed: bool, now: datetime, say: Language
) -> Card:
    """`is_listed` says that the address is on the suppression list: what the approval was asked for, most likely."""
    return card(
        heading(say("Approved: {name}", name=_name(subject)), Tone.GOOD),
        badge(verified, now, say),
        text(say("{agent} can go on with this caller.", agent=asker_email)),
        buttons=[suppression_card.show_button(subject.address, say)] if is_listed else [],
    )


def _about(subject: Subject) -> dict[str, str]:
    """What the buttons know of it: a user by id, or an address that was nobody's when the card was made."""
    return {"person": subject.user.person.id} if subject.user else {"address": subject.address}


def _name(subject: Subject) -> str:
    return subject.user.person.display_name if subject.user else subject.address


def _entry(challenge: Challenge, say: Language) -> Element:
    return field(
        CODE,
        say("Code"),
        say("Six digits, such as 123 456."),
        pattern=r"^\s*([0-9][\s.-]*){6}$",
        placeholder="123 456",
        longest=20,
    )


def _entry_buttons(challenge: Challenge, reader: Sender, say: Language) -> list[Element]:
    check = button(
        say("Check"),
        CHECK,
        {"verification": challenge.id},
        only_for=reader.person_id,
        reads_inputs=True,
        is_main=True,
    )
    about = {"person": challenge.person_id, "proof": challenge.proof.value}
    return [check, button(say("Send a new code"), SEND, about)]


def _reason_field(say: Language) -> Element:
    return field(
        REASON,
        say("Why no code can be used"),
        say("Say why, in ten characters or more."),
        pattern=r"^.{10,}$",
        longest=500,
    )
