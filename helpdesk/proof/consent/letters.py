"""The mails to a customer's administrators: the question, and what became of it."""

from helpdesk.mail import Mail
from helpdesk.mail.letter import letter
from helpdesk.platform.language import Text, language
from helpdesk.platform.store.tables.proof import ConsentAdministrator
from helpdesk.proof.consent import GRANT_LIFE
from helpdesk.proof.consent.cases import Case
from helpdesk.proof.consent.words import heading, news

_ENDING = Text("You can end it at any time, on the page that you know:")
_LOOKING = Text("There is nothing to do. The page that you know says so, too:")


def question(case: Case, to: ConsentAdministrator, link: str) -> Mail:
    """In the language of who reads it; `link` is theirs alone."""
    row, say = case.consent, language(to.language)
    return letter(
        "consent",
        to.email,
        heading(case),
        say,
        name=to.name,
        organization=row.organization_name,
        agent=row.agent_email,
        reason=row.reason,
        life=say.minutes(GRANT_LIFE),
        until=say.time(row.lapses_at),
        asked=say.many(
            "It went to {count} administrator.", "It went to {count} administrators.", len(case.administrators)
        ),
        link=link,
    )


def outcome(case: Case, to: ConsentAdministrator, link: str) -> Mail:
    say = language(to.language)
    return letter(
        "consent_news",
        to.email,
        heading(case),
        say,
        name=to.name,
        heading=say(heading(case)),
        news=say(news(case)),
        reason=case.consent.reason,
        page=say(_ENDING if case.state.is_open else _LOOKING),
        link=link,
    )
