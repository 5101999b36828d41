"""The user is told by mail of what was done for them, where the policy says so.

It never holds up the act, and is never lost unseen: a job sends the mail, and the audit says what became of it.
"""

from datetime import datetime
from typing import Protocol

from helpdesk.audit import HasAudit
from helpdesk.directory import PersonDetails
from helpdesk.mail import Mail
from helpdesk.mail.letter import letter
from helpdesk.platform.clock import HasClock
from helpdesk.platform.jobs import HasJobs, JobsUnavailable
from helpdesk.platform.language import Text, language
from helpdesk.platform.store import HasStore
from helpdesk.proof.gate import Act, Subject
from helpdesk.proof.gate.policy import rules

NAME = "tell user"
DONE = {
    Act.CLEAR: Text("A support agent ({agent}) took your address off the list of addresses that get no mail."),
    Act.VOUCH: Text("A support agent ({agent}) was called in your name; a second agent confirmed that it was you."),
}


class TellingServices(HasStore, HasJobs, HasAudit, HasClock, Protocol):
    """Telling the user needs these."""


async def tell_user(act: Act, user: PersonDetails, agent: str, event_id: str, desk: TellingServices) -> None:
    """See to it that the user is told what `agent`, an address, did. The same event tells once."""
    if not (await rules(desk.store))[act].is_told:
        return
    try:
        await desk.jobs.start_workflow(
            NAME,
            f"{event_id} {act.name}",
            event_id=event_id,
            act=act.value,
            person_id=user.person.id,
            agent=agent,
            at=desk.now().isoformat(),
        )
    except JobsUnavailable:
        await audit_told(act, Subject(user.person.email, user), "not told: long work cannot be started", event_id, desk)


async def audit_told(act: Act, subject: Subject, outcome: str, event_id: str, desk: HasAudit) -> None:
    await desk.audit.record(
        actor="the desk",
        action="tell user",
        subject=subject.address,
        outcome=f"{act}: {outcome}",
        event_id=event_id,
        organization_id=subject.organization_id,
    )


def told(act: Act, user: PersonDetails, agent: str, at: datetime) -> Mail:
    """Short, plain and HTML, in the user's language."""
    person, say = user.person, language(user.person.preferred_language)
    return letter(
        "told",
        person.email,
        Text("Something was done for you by Webex support"),
        say,
        name=person.display_name,
        organization=user.organization.display_name,
        done=say(DONE[act], agent=agent),
        at=say.time(at),
    )
