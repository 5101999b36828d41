"""What the audit says of a request: each turn of it once, whoever tells of it, and however often."""

from helpdesk.audit import HasAudit
from helpdesk.proof.consent import ConsentState
from helpdesk.proof.consent.cases import Case

THE_DESK = "the desk"
_LAST: dict[ConsentState, tuple[str, str]] = {
    ConsentState.REFUSED: ("consent.refuse", "refused"),
    ConsentState.LAPSED: ("consent.lapse", "lapsed"),
    ConsentState.WITHDRAWN: ("consent.withdraw", "withdrawn"),
    ConsentState.REVOKED: ("consent.revoke", "taken back"),
    ConsentState.ENDED: ("consent.end", "ended by the agent"),
    ConsentState.OVER: ("consent.end", "time is up"),
    ConsentState.CLOSED: ("consent.end", "the agent may not view it any more"),
}


async def audit_turns(case: Case, desk: HasAudit) -> None:
    """Everything that has become of it until now, once it was asked."""
    row, answerer = case.consent, case.answered_by
    if answerer and row.until:
        await _audit(case, answerer.email, "consent.approve", f"approved, for {row.agent_email}", desk)
    if case.state in _LAST:
        await _audit(case, _who(case), *_LAST[case.state], desk)


async def audit_mail(case: Case, address: str, outcome: str, desk: HasAudit) -> None:
    await desk.audit.record(
        actor=THE_DESK,
        action="consent.mail",
        subject=address,
        outcome=outcome,
        event_id=f"consent {case.consent.id}",
        organization_id=case.consent.organization_id,
    )


async def _audit(case: Case, actor: str, action: str, outcome: str, desk: HasAudit) -> None:
    row = case.consent
    await desk.audit.record(
        actor=actor,
        action=action,
        subject=row.organization_name,
        outcome=outcome,
        event_id=f"consent {row.id}",
        organization_id=row.organization_id,
        reason=row.reason,
    )


def _who(case: Case) -> str:
    match case.state:
        case ConsentState.REFUSED if case.answered_by:
            return case.answered_by.email
        case ConsentState.REVOKED if case.ended_by:
            return case.ended_by.email
        case ConsentState.WITHDRAWN | ConsentState.ENDED:
            return case.consent.agent_email
    return THE_DESK
