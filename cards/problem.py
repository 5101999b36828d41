"""Cards for when it did not work: what is wrong, and the next step."""

from cards.elements import Card, Tone, card, heading, long_text, text
from helpdesk.platform.errors import HelpdeskError
from helpdesk.platform.language import Language


def refused(error: HelpdeskError, say: Language, reference: str | None = None) -> Card:
    """A failure that has its own words."""
    words = say(error.text)
    return card(
        heading(words, Tone.ATTENTION) if len(words) <= 200 else long_text(words),
        [text(say(error.advice))] if error.advice else [],
        [text(say("Reference: {reference}", reference=reference), Tone.SUBTLE)] if reference else [],
    )


def failed(reference: str, say: Language) -> Card:
    """A failure nobody foresaw: the log has its trace under the reference."""
    return card(
        heading(say("Something went wrong on our side"), Tone.ATTENTION),
        text(say("Try again. If it happens again, give your operator this reference.")),
        text(say("Reference: {reference}", reference=reference), Tone.SUBTLE),
    )


def not_an_agent(say: Language) -> Card:
    return card(
        heading(say("This desk is for support agents")),
        text(say("If you are one, ask your partner administrator to add you. For help, call your support line.")),
    )


def not_allowed(say: Language) -> Card:
    return card(
        heading(say("Your role does not allow this"), Tone.ATTENTION),
        text(say("Type “whoami” to see what you may do. A partner administrator can change it.")),
    )


def forged_button(say: Language) -> Card:
    return card(
        heading(say("This button was not made by this desk"), Tone.ATTENTION),
        text(say("Nothing was changed. Ask for it again and use the new card.")),
    )


def stale_button(say: Language) -> Card:
    return card(
        heading(say("This card is too old"), Tone.ATTENTION),
        text(say("Nothing was changed. Ask for it again and use the new card.")),
    )


def used_button(say: Language) -> Card:
    return card(
        heading(say("This button was used already"), Tone.ATTENTION),
        text(say("Nothing was changed by pressing it again. Look it up again to see how things stand.")),
    )


def someone_elses_button(say: Language) -> Card:
    return card(
        heading(say("This card was made for someone else"), Tone.ATTENTION),
        text(say("Nothing was changed. Ask for the same thing yourself to get a card of your own.")),
    )


def patience(say: Language) -> Card:
    """To who asks faster than is answered."""
    return card(
        heading(say("You ask faster than I can answer")),
        text(say("Nothing is lost: your lines wait and are answered in their order. No need to send them again.")),
    )


def webex_asks_for_patience(say: Language) -> Card:
    """While Webex has told the desk to wait."""
    return card(
        heading(say("Webex asks us to wait")),
        text(say("Nothing is lost: the answer comes here as soon as Webex lets it. No need to ask again.")),
    )
