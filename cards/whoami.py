"""Who the desk takes a person for, and what they may do."""

from cards.elements import Card, Tone, button, card, choice, facts, heading
from cards.words import PERMISSION, ROLE
from helpdesk.access import Sender
from helpdesk.language import LANGUAGES, Language

FORM = "language.form"
CHOOSE = "language.choose"
LANGUAGE = "language"


def identity(sender: Sender, say: Language) -> Card:
    may = [say(words) for permission, words in PERMISSION.items() if sender.may(permission)]
    return card(
        heading(say("You are {email}", email=sender.email)),
        facts(
            [
                (say("Role"), say(ROLE[sender.role]) if sender.role else ""),
                (say("You may"), ", ".join(may)),
                (say("Language"), LANGUAGES[say.code]),
            ]
        ),
        buttons=[button(say("Change language"), FORM)],
    )


def languages(say: Language) -> Card:
    return card(
        heading(say("Your language")),
        choice(LANGUAGE, say("Language"), LANGUAGES, say.code),
        buttons=[button(say("Use this language"), CHOOSE, reads_inputs=True, is_main=True)],
    )


def language_chosen(say: Language) -> Card:
    return card(heading(say("The desk now speaks {language} with you", language=LANGUAGES[say.code]), Tone.GOOD))
