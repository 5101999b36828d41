"""Who the desk takes a person for, what they may do, and for which customers."""

from collections.abc import Sequence

from cards.elements import Card, Tone, button, card, choice, facts, heading
from cards.rest import shortened
from cards.words import PERMISSION, ROLE
from helpdesk.people.access import Sender
from helpdesk.platform.language import LANGUAGES, Language

FORM = "language.form"
CHOOSE = "language.choose"
LANGUAGE = "language"
# Who is limited to more than these knows them as a whole by another name.
MOST_CUSTOMERS = 30


def identity(sender: Sender, customers: Sequence[str] | None, say: Language) -> Card:
    """`customers` are the names of those that the sender is limited to; None stands for all."""
    may = [say(words) for permission, words in PERMISSION.items() if sender.may(permission)]
    return card(
        heading(say("You are {email}", email=sender.email)),
        facts(
            [
                (say("Role"), say(ROLE[sender.role]) if sender.role else ""),
                (say("You may"), ", ".join(may)),
                (say("Customers"), _customers(customers, say) if sender.role else ""),
                (say("Language"), LANGUAGES[say.code]),
            ]
        ),
        buttons=[button(say("Change language"), FORM)],
    )


def _customers(names: Sequence[str] | None, say: Language) -> str:
    if names is None:
        return say("all")
    return shortened(names, say, MOST_CUSTOMERS) or say("none known")


def languages(say: Language) -> Card:
    return card(
        heading(say("Your language")),
        choice(LANGUAGE, say("Language"), LANGUAGES, say.code),
        buttons=[button(say("Use this language"), CHOOSE, reads_inputs=True, is_main=True)],
    )


def language_chosen(say: Language) -> Card:
    return card(heading(say("The desk now speaks {language} with you", language=LANGUAGES[say.code]), Tone.GOOD))
