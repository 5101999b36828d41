"""After an address was cleared: whether it is really gone, what comes next, and how to undo it."""

from collections.abc import Iterable, Sequence

from cards import resend as resend_card
from cards.elements import Card, Element, Tone, button, card, heading, long_text, text
from cards.suppression import ADDRESS, entry, look_again_button, show_button
from cards.suppression import title as title_of_listed
from cards.words import REASON
from helpdesk.directory import PersonDetails
from helpdesk.mail.suppression import SuppressionEntry
from helpdesk.mail.suppression.clearing import Clearing
from helpdesk.mail.suppression.lifted import Lifting, Undone
from helpdesk.people.access import Sender
from helpdesk.platform.language import Language

UNDO = "unsuppress.undo"
LIFTING = "lifting"


def cleared(
    address: str, clearing: Clearing, last: Lifting | None, user: PersonDetails | None, reader: Sender, say: Language
) -> Card:
    """What was taken off the list, what still holds, and the next step.

    `last` is a clearing that can be undone; `user` who has the address, where that is known.
    """
    removal, still = clearing.removal, clearing.still
    is_open = not clearing.is_free
    return card(
        _title(address, clearing, say),
        [text(say("Cleared: {reasons}", reasons=_reasons(removal.removed, say)))] if removal.removed else [],
        [element for each in (*removal.kept, *(still or ())) for element in entry(each, say)],
        _how_it_stands(clearing, say),
        [] if removal.removed else _by_whom(last, say),
        buttons=[
            look_again_button(address, say) if is_open else None,
            *(resend_card.send_buttons(user, reader, say) if user and not is_open else []),
            undo_button(last, say) if last else None,
        ],
    )


def free(address: str, last: Lifting | None, user: PersonDetails | None, reader: Sender, say: Language) -> Card:
    """An address that is not on the list."""
    return card(
        heading(say("{address} is not on the suppression list", address=address), Tone.GOOD),
        text(say("Nothing holds mail to it back.")),
        _by_whom(last, say),
        buttons=[
            *(resend_card.send_buttons(user, reader, say) if user else []),
            undo_button(last, say) if last else None,
        ],
    )


def undoable(lifting: Lifting, say: Language) -> Card:
    """What was cleared last, to be put back or not."""
    return card(
        heading(say("Put {address} back on the suppression list?", address=lifting.address)),
        _by_whom(lifting, say),
        [element for each in lifting.entries for element in entry(each, say)],
        buttons=[undo_button(lifting, say)],
    )


def undone(address: str, undone: Undone, say: Language) -> Card:
    """The entries are back, as they stand now."""
    return card(
        heading(say("{address} is on the suppression list again", address=address), Tone.WARNING),
        [element for each in undone.listed for element in entry(each, say)],
        [text(say("The provider cannot keep the old reason: {reasons}", reasons=_reasons(undone.reworded, say)))]
        if undone.reworded
        else [],
        [text(say("The provider cannot put these back: {reasons}", reasons=_reasons(undone.gone, say)), Tone.WARNING)]
        if undone.gone
        else [],
        buttons=[show_button(address, say)],
    )


def undo_button(lifting: Lifting, say: Language) -> Element:
    """Any agent who may clear may press it."""
    return button(say("Undo"), UNDO, {ADDRESS: lifting.address, LIFTING: lifting.event_id}, once=True)


def _title(address: str, clearing: Clearing, say: Language) -> Element:
    removal, still = clearing.removal, clearing.still
    if still:
        return heading(say("{address} is still listed", address=address), Tone.WARNING)
    if any(each.is_blocking for each in removal.kept):
        return heading(say("{address} is still on the suppression list", address=address), Tone.ATTENTION)
    if removal.removed and still is None:
        return heading(say("{address} was taken off the suppression list", address=address), Tone.WARNING)
    if removal.removed:
        return heading(say("{address} is off the suppression list", address=address), Tone.GOOD)
    if removal.kept:
        return title_of_listed(address, removal.kept, say)
    return heading(say("{address} was not on the suppression list", address=address))


def _how_it_stands(clearing: Clearing, say: Language) -> Iterable[Element]:
    if clearing.still:
        lists = ", ".join(each.list_name or say(REASON[each.reason]) for each in clearing.still)
        yield from long_text(
            say("It was cleared, and the list still shows: {lists}. Lists may lag by a minute.", lists=lists)
        )
    elif clearing.still is None:
        yield text(say("The list could not be asked whether it is gone."))
    elif clearing.is_free:
        yield text(say("The list was asked again and does not hold mail back. Mail can reach the address."))


def _by_whom(last: Lifting | None, say: Language) -> list[Element]:
    if last is None:
        return []
    return [text(say("Cleared by {agent}, {time}.", agent=last.by, time=last.at), Tone.SUBTLE)]


def _reasons(entries: Sequence[SuppressionEntry], say: Language) -> str:
    return ", ".join(say(REASON[each.reason]) for each in entries)
