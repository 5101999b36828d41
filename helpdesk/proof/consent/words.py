"""What became of a request, in one sentence: the same on cards, in mails and on the page."""

from collections.abc import Mapping

from helpdesk.platform.language import Text
from helpdesk.platform.store.tables.proof import ConsentAdministrator
from helpdesk.proof.consent import ConsentState
from helpdesk.proof.consent.cases import Case

HEADINGS: Mapping[ConsentState, Text] = {
    ConsentState.ASKED: Text("May {agent} look at {organization}?"),
    ConsentState.GRANTED: Text("{agent} may look at {organization}"),
    ConsentState.REFUSED: Text("{agent} may not look at {organization}"),
    ConsentState.LAPSED: Text("The request for {organization} has lapsed"),
    ConsentState.WITHDRAWN: Text("The request for {organization} was withdrawn"),
    ConsentState.REVOKED: Text("The access to {organization} was taken back"),
    ConsentState.ENDED: Text("The access to {organization} has ended"),
    ConsentState.OVER: Text("The access to {organization} has ended"),
    ConsentState.CLOSED: Text("The access to {organization} has ended"),
}
_NEWS: Mapping[ConsentState, Text] = {
    ConsentState.ASKED: Text("{agent} asked for it; nobody has answered yet."),
    ConsentState.GRANTED: Text("{answerer} allowed it, until {until}."),
    ConsentState.REFUSED: Text("{answerer} refused it."),
    ConsentState.LAPSED: Text("Nobody answered until {lapse}, so nothing was opened."),
    ConsentState.WITHDRAWN: Text("{agent} does not need it any more; nothing was opened."),
    ConsentState.REVOKED: Text("{ender} took back what {answerer} had allowed; it ended at {end}."),
    ConsentState.ENDED: Text("{agent} needed it no longer; it ended at {end}."),
    ConsentState.OVER: Text("The time that {answerer} allowed was over at {end}."),
    ConsentState.CLOSED: Text("The help desk ended it: {agent} may not look at this customer any more."),
}


def heading(case: Case) -> Text:
    return _filled(HEADINGS[case.state], case)


def news(case: Case) -> Text:
    return _filled(_NEWS[case.state], case)


def _filled(text: Text, case: Case) -> Text:
    row = case.consent
    return Text(
        text.message,
        agent=row.agent_email,
        organization=row.organization_name,
        answerer=_name(case.answered_by),
        ender=_name(case.ended_by),
        until=row.until,
        lapse=row.lapses_at,
        end=row.ended_at,
    )


def _name(administrator: ConsentAdministrator | None) -> str:
    return f"{administrator.name} ({administrator.email})" if administrator else ""
