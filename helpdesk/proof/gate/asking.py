"""Where it is asked whether an agent may go on with an act."""

from typing import Protocol

from helpdesk.audit import HasAudit
from helpdesk.directory.index import HasDirectory
from helpdesk.mail.provider_errors import MailProviderError
from helpdesk.mail.suppression import HasSuppression
from helpdesk.people.access import Sender
from helpdesk.platform.store import HasStore
from helpdesk.proof.consent import NotGranted
from helpdesk.proof.consent.consents import HasConsent
from helpdesk.proof.gate import Act, CallerNotProven, Need, Subject
from helpdesk.proof.gate.policy import rules
from helpdesk.proof.verification import NotProven, Proof
from helpdesk.proof.verification.codes import HasVerification

_PROOFS = {Need.CALLER: frozenset(Proof), Need.SECOND_AGENT: frozenset({Proof.APPROVAL})}


class GateServices(HasStore, HasDirectory, HasVerification, HasConsent, HasSuppression, HasAudit, Protocol):
    """The gate needs these."""


async def require(act: Act, whom: str, sender: Sender, desk: GateServices, event_id: str) -> None:
    """Let `sender` go on with `act` on `whom`, an address or a user's id. Raises CallerNotProven, which is audited.

    `desk` is as the sender may see it: the address of another customer's user is one that is nobody's. The same
    event, worked on again, is let through again, even if the proof has lapsed by then, unless the policy wants more
    by then than that proof is.
    """
    need = (await rules(desk.store))[act].need
    if need is Need.NOTHING:
        return
    subject = await _subject(whom, desk)
    try:
        verified = await desk.verification.require(subject.key, sender.person_id, _PROOFS[need], event_id)
        if verified.proof not in _PROOFS[need]:
            raise NotProven
    except NotProven:
        if need is Need.CALLER and await _is_allowed_by_customer(subject, sender, desk, event_id):
            await _audit(f"{act}: let through by the customer's consent", subject, sender, desk, event_id)
            return
        await _audit(f"{act}: refused, needs {need}", subject, sender, desk, event_id)
        raise CallerNotProven(act, subject, need, await _is_held(subject, desk)) from None


async def _is_allowed_by_customer(subject: Subject, sender: Sender, desk: GateServices, event_id: str) -> bool:
    """Whether an administrator of the user's own customer let this agent in, for now."""
    if subject.organization_id is None:
        return False
    try:
        await desk.consent.require(sender.person_id, subject.organization_id, event_id)
    except NotGranted:
        return False
    return True


async def _audit(outcome: str, subject: Subject, sender: Sender, desk: HasAudit, event_id: str) -> None:
    await desk.audit.record(
        actor=sender.email,
        action="gate",
        subject=subject.address,
        outcome=outcome,
        event_id=event_id,
        organization_id=subject.organization_id,
    )


async def _subject(whom: str, desk: HasDirectory) -> Subject:
    if "@" in whom:
        return Subject(whom, await desk.directory.person_with(whom))
    user = await desk.directory.person(whom)
    return Subject(user.person.email, user)


async def _is_held(subject: Subject, desk: HasSuppression) -> bool:
    """Whether a code by mail is known not to arrive."""
    if subject.user is None:
        return False
    try:
        entries = await desk.suppression.find(subject.user.person.email)
    except MailProviderError:
        return False
    return any(entry.is_blocking for entry in entries)
