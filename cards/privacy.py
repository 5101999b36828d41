"""What a space is told of an answer that not everyone in it may see."""

from cards.elements import Card, Tone, card, heading, text
from helpdesk.platform.language import Language, Text

WELCOME = Text("What you ask in a space where not everyone may see the answer is answered here.")


def answered_directly(say: Language) -> Card:
    """One line: the answer itself is in the asker's conversation with the bot."""
    return card(heading(say("Answered in your direct messages: not everyone here may see it")))


def not_delivered(say: Language) -> Card:
    """One line, for when Webex does not let us write to the asker."""
    return card(heading(say("Not everyone here may see the answer, and I cannot write to you directly"), Tone.WARNING))


def not_writable(say: Language) -> Card:
    """One line 1:1, before an answer that Webex did not let us write in the space where it was asked for."""
    return card(heading(say("I may not write in that space, so here is the answer"), Tone.WARNING))


def not_shown(say: Language) -> Card:
    """To who wanted a card shown in a space where it may not be seen."""
    return card(
        heading(say("Nobody else was told"), Tone.WARNING),
        text(
            say("Not everyone in that space may see this. Ask a colleague directly, or have the operator look at it.")
        ),
    )
