"""What stands between an agent and an act, and the ways to pass."""

from collections.abc import Sequence

from cards import suppression as suppression_card
from cards.elements import Card, Element, Tone, button, card, facts, heading, line, text
from cards.verification import ask_button, other_proofs, send_button
from cards.words import ACT, NEED
from helpdesk.platform.language import Language
from helpdesk.proof.gate import CallerNotProven, Need


def not_proven(refusal: CallerNotProven, say: Language) -> Card:
    """Why the act was not done; a button for each proof that can be had."""
    if refusal.others:
        return _several_not_proven([refusal, *refusal.others], say)
    subject, user = refusal.subject, refusal.subject.user
    name = user.person.display_name if user else subject.address
    title = say("First prove that the caller is {name}", name=name) if user else say("A second agent must vouch first")
    return card(
        heading(title, Tone.ATTENTION),
        facts(
            [
                (say("User"), f"{user.person.display_name}, {user.person.email}" if user else ""),
                (say("Address"), "" if user and user.person.email == subject.address else subject.address),
                (say("To be done"), say(ACT[refusal.act])),
                (say("It needs"), say(NEED[refusal.need if user else Need.SECOND_AGENT])),
            ]
        ),
        text(_why(refusal, say)),
        text(say("Nothing was changed. Once that is done, press again.")),
        buttons=_ways(refusal, say),
    )


def _several_not_proven(refusals: Sequence[CallerNotProven], say: Language) -> Card:
    """What is missing for each; its button leads to the address, and from there to every way to pass."""
    return card(
        heading(say("First prove who the callers are"), Tone.ATTENTION),
        [
            line(
                each.subject.user.person.display_name if each.subject.user else each.subject.address,
                " · ".join(filter(None, [_beside_name(each), _it_needs(each, say)])),
                button(say("Show"), suppression_card.SHOW, {suppression_card.ADDRESS: each.subject.address}),
            )
            for each in refusals
        ],
        text(say("Nothing was changed. Once that is done for some of them, press again: the others are left out.")),
    )


def _beside_name(refusal: CallerNotProven) -> str:
    return refusal.subject.address if refusal.subject.user else ""


def _it_needs(refusal: CallerNotProven, say: Language) -> str:
    need = refusal.need if refusal.subject.user else Need.SECOND_AGENT
    return say("It needs: {need}.", need=NEED[need])


def _why(refusal: CallerNotProven, say: Language) -> str:
    user = refusal.subject.user
    if user is None:
        return say("No user here has this address, so there is nobody to send a code to.")
    if refusal.need is Need.SECOND_AGENT:
        return say("Your partner administrator wants a second agent for this, with or without a code.")
    if refusal.is_held:
        return say("Mail to {address} is held back: a code by mail would not arrive.", address=user.person.email)
    return say("Send the caller a code, or have a second agent vouch for them.")


def _ways(refusal: CallerNotProven, say: Language) -> list[Element | None]:
    user = refusal.subject.user
    if user is None or refusal.need is Need.SECOND_AGENT:
        return [ask_button(refusal.subject, say)]
    by_mail = None if refusal.is_held else send_button(user.person.id, say, is_main=True)
    return [by_mail, *other_proofs(user, say)]
