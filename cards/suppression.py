"""What holds an address back, and what was lifted."""

from collections.abc import Sequence

from cards.elements import Card, Element, Tone, button, card, facts, field, heading, text, verbatim
from cards.words import REASON, REASON_EXPLAINED
from helpdesk.access import Permission, Sender
from helpdesk.language import Language
from helpdesk.suppression import Entry, Removal, is_guarded

SHOW = "unsuppress.show"
LIFT = "unsuppress.lift"
OVERRIDE = "unsuppress.override"
ADDRESS = "address"
REASON_GIVEN = "reason"


def held(address: str, suppressions: Sequence[Entry], reader: Sender, say: Language) -> Card:
    """Why and since when mail is held, and a button to let it through that only `reader` may press, once."""
    if not suppressions:
        return card(
            heading(say("{address} is not on the suppression list", address=address), Tone.GOOD),
            text(say("Nothing holds mail to it back.")),
        )
    guarded = [each for each in suppressions if is_guarded(each)]
    about = {ADDRESS: address}
    lift = button(say("Clear it"), LIFT, about, only_for=reader.person_id, once=True, is_main=True)
    override = button(
        say("Clear the complaint too"), OVERRIDE, about, only_for=reader.person_id, once=True, reads_inputs=True
    )
    may_override = reader.may(Permission.CLEAR_COMPLAINT)
    return card(
        heading(say("{address} is on the suppression list", address=address), Tone.ATTENTION),
        [element for each in suppressions for element in _entry(each, say)],
        _about_complaint(may_override, say) if guarded else text(say("Clear it only if the user expects mail here.")),
        buttons=[
            lift if len(guarded) < len(suppressions) else None,
            override if guarded and may_override else None,
        ],
    )


def lifted(address: str, removal: Removal, say: Language) -> Card:
    """What was taken off the list, and what still holds."""
    kept = [element for each in removal.kept for element in _entry(each, say)]
    if kept:
        title = heading(say("{address} is still on the suppression list", address=address), Tone.ATTENTION)
    elif removal.removed:
        title = heading(say("{address} is off the suppression list", address=address), Tone.GOOD)
    else:
        title = heading(say("{address} was not on the suppression list", address=address))
    cleared = [say(REASON[each.reason]) for each in removal.removed]
    return card(
        title,
        [text(say("Cleared: {reasons}", reasons=", ".join(cleared)))] if cleared else [],
        kept,
        [] if kept else [text(say("Mail can reach it again."))],
    )


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


def _entry(entry: Entry, say: Language) -> list[Element]:
    return [
        *facts(
            [
                (say("Reason"), say(REASON[entry.reason])),
                (say("Since"), say.time(entry.since) if entry.since else say("not known")),
            ]
        ),
        text(say(REASON_EXPLAINED[entry.reason])),
        *(verbatim(entry.detail) if entry.detail else []),
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
