"""The two ways a code travels: to the user's mailbox, or 1:1 to the user in Webex."""

from dataclasses import dataclass
from datetime import timedelta

from helpdesk.mail import Mailer
from helpdesk.mail.letter import letter
from helpdesk.platform.language import Text, language
from helpdesk.platform.store.tables.directory import Organization, Person
from helpdesk.platform.text.showing import isolated
from helpdesk.platform.webex.client import OutcomeUnknown, WebexClient, WebexError
from helpdesk.proof.verification import Asker

# Mail clients show subjects on locked screens: the code stays out of it.
SUBJECT = Text("Your verification code for Webex support")


@dataclass(frozen=True, slots=True)
class MailCarrier:
    """By mail, plain and HTML, in the user's language."""

    mailer: Mailer

    async def carry(self, code: str, person: Person, organization: Organization, asker: Asker, life: timedelta) -> bool:
        say = language(person.preferred_language)
        mail = letter(
            "code",
            person.email,
            SUBJECT,
            say,
            code=f"{code[:3]} {code[3:]}",
            name=person.display_name,
            organization=organization.display_name,
            agent=asker.email,
            life=say.minutes(life),
        )
        return (await self.mailer.send(mail)).is_certain


@dataclass(frozen=True, slots=True)
class WebexCarrier:
    """By a 1:1 message from the bot to the user's Webex account."""

    webex: WebexClient

    async def carry(self, code: str, person: Person, organization: Organization, asker: Asker, life: timedelta) -> bool:
        say = language(person.preferred_language)
        text = say(
            "Your code for Webex support of {organization}: {code}. It is good for {life}. "
            "Read it to the agent ({agent}) you are talking to; nobody from support will ask you to forward it. "
            "If you did not call support, ignore this and tell your administrator.",
            organization=organization.display_name,
            code=f"{code[:3]} {code[3:]}",
            life=say.minutes(life),
            agent=asker.email,
        )
        try:
            await self.webex.post("/messages", {"toPersonEmail": person.email, "text": isolated(text)})
        except OutcomeUnknown:
            return False
        except WebexError as error:
            # Taken, with an answer that cannot be read; else it was refused, or never reached Webex.
            if error.status is not None and error.status < 400:
                return False
            raise
        return True
