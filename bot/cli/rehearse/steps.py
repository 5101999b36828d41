"""The steps of a rehearsal, in order."""

from bot.cli.doctor import CHECKS
from bot.cli.rehearse import chat, mails
from bot.cli.rehearse.administration import ADMINISTRATION
from bot.cli.rehearse.listening import way_in
from bot.cli.rehearse.scene import Step, of_check

_BY_NAME = {check.name: check for check in CHECKS}
_TOKEN = "See what the step token found."  # noqa: S105 - words
_MAY_NOT_WRITE = (
    "Webex does not let the bot write to this person: they may have blocked it, or Control Hub (Apps, Bots) does not "
    "allow it."
)
_THREAD = ("way in", "card")

STEPS = (
    of_check(_BY_NAME["proxy"]),
    of_check(_BY_NAME["token"]),
    of_check(_BY_NAME["clock"]),
    Step("person", chat.person, ("token",), _TOKEN),
    Step("way in", way_in, ("token",), _TOKEN),
    Step("card", chat.card, ("person",), _MAY_NOT_WRITE),
    Step("button", chat.button, _THREAD, asks_person=True),
    Step("word", chat.word, _THREAD, asks_person=True),
    Step("file", chat.file, _THREAD, asks_person=True),
    Step("edit", chat.edit, (*_THREAD, "word"), asks_person=True),
    Step("mail", mails.mail, _THREAD, asks_person=True),
    Step("bounce", mails.bounce, asks_person=True),
    *ADMINISTRATION,
)
