"""What holds an address back: why, since when, and what can be done about it."""

from collections.abc import Sequence

from cards.elements import Card, Element, Tone, button, card, facts, field, heading, text, verbatim
from cards.words import REASON, REASON_EXPLAINED
from helpdesk.mail.suppression import SuppressionEntry, is_guarded
from helpdesk.people.access import Permission, Sender
from helpdesk.platform.language import Language

SHOW = "unsuppress.show"
LIFT = "unsuppress.lift"
OVERRIDE = "unsuppress.override"
ADDRESS = "address"
REASON_GIVEN = "reason"


def held(address: str, suppressions: Sequence[SuppressionEntry], reader: Sender, say: Language) -> Card:
    """Why and since when mail is held, and a button to let it through that only `reader` may press, once."""
    guarded = [each for each in suppressions if is_guarded(each) and each.is_removable]
    others = [each for each in suppressions if not is_guarded(each) and each.is_removable]
    about = {ADDRESS: address}
    lift = button(say("Clear it"), LIFT, about, only_for=reader.person_id, once=True, is_main=True)
    words = say("Clear the complaint too") if others else say("Clear the complaint")
    override = button(words, OVERRIDE, about, only_for=reader.person_id, once=True, reads_inputs=True)
    may_override = reader.may(Permission.CLEAR_COMPLAINT)
    return card(
        title(address, suppressions, say),
        [element for each in suppressions for element in entry(each, say)],
        _about_complaint(may_override, say) if guarded else [],
        [text(say("Clear it only if the user expects mail here."))] if others and not guarded else [],
        buttons=[lift if others else None, override if guarded and may_override else None],
    )


def title(address: str, suppressions: Sequence[SuppressionEntry], say: Language) -> Element:
    """Of a card about an address that is listed: whether mail is held back."""
    if any(each.is_blocking for each in suppressions):
        return heading(say("{address} is on the suppression list", address=address), Tone.ATTENTION)
    return heading(say("{address} is listed, but no mail is held back", address=address), Tone.WARNING)


def form(field_for_address: Element, say: Language) -> Card:
    """What `unsuppress` without an address shows."""
    return card(
        heading(say("Clear an address from the suppression list")),
        text(say("You see why it is listed before anything is cleared.")),
        field_for_address,
        buttons=[button(say("Check"), SHOW, reads_inputs=True, is_main=True)],
    )


def show_button(address: str, say: Language) -> Element:
    return button(say("Clear suppression"), SHOW, {ADDRESS: address})


def look_again_button(address: str, say: Language) -> Element:
    return button(say("Look again"), SHOW, {ADDRESS: address})


def entry(one: SuppressionEntry, say: Language) -> list[Element]:
    """One reason, with what it means and what the provider or the mail server said."""
    return [
        *facts(
            [
                (say("Reason"), say(REASON[one.reason])),
                (say("Since"), say.time(one.since) if one.since else say("not known")),
                (say("List"), one.list_name),
            ]
        ),
        text(say(REASON_EXPLAINED[one.reason])),
        *(verbatim(one.detail) if one.detail else []),
        *([] if one.is_blocking else [text(say("This alone holds no mail back."))]),
        *([] if one.is_removable else [text(say("Only the mail provider itself can take this off."), Tone.WARNING)]),
    ]


def _about_complaint(may_override: bool, say: Language) -> list[Element]:
    explained = text(
        say("A complaint is the user's own wish. Mail that ignores it harms every customer's delivery."), Tone.WARNING
    )
    if not may_override:
        return [explained, text(say("Ask an advanced agent, who can clear it with a reason."))]
    return [
        explained,
        field(
            REASON_GIVEN,
            say("Why the complaint may be cleared"),
            say("Say why, in ten characters or more."),
            pattern=r"^.{10,}$",
            longest=500,
        ),
    ]
