"""What `helpdesk init` asks for: in groups, since some answers can only be tried together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.cli.doctor import CHECKS
from bot.cli.doctor.finding import Check
from bot.cli.init.administrators import ADMINISTRATORS
from bot.settings.mail import MEANING, NEEDS

_BY_NAME = {check.name: check for check in CHECKS}
PROVIDER = "HELPDESK_MAIL_PROVIDER"


@dataclass(frozen=True, slots=True)
class Question:
    """`usual` is taken where nothing is answered; `ends_group` says that without an answer the rest is not asked."""

    name: str
    about: str
    is_secret: bool = False
    usual: str = ""
    ends_group: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """`questions` are those that the answers so far lead to."""

    name: str
    about: str
    questions: Callable[[Mapping[str, str]], tuple[Question, ...]]
    names: frozenset[str]
    checks: tuple[Check, ...]
    is_needed: bool = False

    def missing(self, environment: Mapping[str, str]) -> bool:
        return any(not environment.get(each.name, "").strip() for each in self.questions(environment))


def _group(name: str, about: str, *questions: Question, checks: tuple[Check, ...], is_needed: bool = False) -> Group:
    names = frozenset(each.name for each in questions)
    return Group(name, about, lambda environment: questions, names, checks, is_needed)


def _of_provider(environment: Mapping[str, str]) -> tuple[Question, ...]:
    needed = NEEDS.get(environment.get(PROVIDER, ""), ())
    more = (
        Question(name, MEANING[name].partition(", ")[2] or MEANING[name], is_secret=name != "AWS_REGION")
        for name in needed
    )
    return (Question(PROVIDER, f"one of {', '.join(NEEDS)}", usual="embedded"), *more)


GROUPS = (
    _group(
        "Token",
        "The bot's token: developer.webex.com, My Webex Apps, Create a New App, Create a Bot.",
        Question("WEBEX_ACCESS_TOKEN", "the bot's token; it is not shown", is_secret=True),
        checks=(_BY_NAME["token"], _BY_NAME["websocket"]),
        is_needed=True,
    ),
    _group(
        "Administrators",
        "The first partner administrators: they name the agents, and set what is asked of them.",
        Question("HELPDESK_PARTNER_ADMINS", "their addresses in Webex, with commas between"),
        checks=(ADMINISTRATORS, _BY_NAME["partner"]),
        is_needed=True,
    ),
    _group(
        "SMTP",
        "The mail server that codes go out through. Left empty, no code can be mailed.",
        Question(
            "HELPDESK_SMTP_URL",
            "smtp://user:password@host:587, or smtps://user:password@host:465; it is not shown",
            is_secret=True,
            ends_group=True,
        ),
        Question("HELPDESK_MAIL_FROM", "the address that codes come from"),
        checks=(_BY_NAME["mail"],),
    ),
    Group(
        "Mail provider",
        "Who keeps the list of addresses that get no mail: the desk itself (embedded), or your mail provider.",
        _of_provider,
        frozenset({PROVIDER, *(name for names in NEEDS.values() for name in names)}),
        (_BY_NAME["mail provider"],),
    ),
    _group(
        "Database",
        "Where the desk keeps what it knows: a file here, or PostgreSQL for several machines.",
        Question(
            "HELPDESK_DATABASE_URL",
            "sqlite+aiosqlite:///FILE, or postgresql+asyncpg://user:password@host/name; it is not shown",
            is_secret=True,
            usual="sqlite+aiosqlite:///helpdesk.db",
        ),
        checks=(_BY_NAME["database"], _BY_NAME["database clock"], _BY_NAME["disk"]),
    ),
)
