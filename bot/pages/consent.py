"""The page where an administrator of a customer answers an agent's question, sees what became of it, and ends it.

What follows links (scanners, previews, HEAD) only looks: an answer takes what the page's own form holds. No cookie
is needed, since the link itself says who answers, and nobody who lacks it can make a browser send the form.
"""

from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.pages.ground import SITE, page
from helpdesk.platform.jobs import JobsUnavailable
from helpdesk.platform.language import Language, language
from helpdesk.platform.store.tables.proof import ConsentAdministrator
from helpdesk.proof.consent import GRANT_LIFE, JOB, ConsentState, NotAskedOfYou, words
from helpdesk.proof.consent.auditing import audit_turns
from helpdesk.proof.consent.cases import Case
from helpdesk.proof.consent.links import Seat
from helpdesk.services import Helpdesk

PATH = "/consent/{token:[A-Za-z0-9._-]+}"
APPROVE, REFUSE, END = "approve", "refuse", "end"
# What the page offers in each state. A form that was shown in another one offers nothing any more.
_OFFERED = {ConsentState.ASKED: (APPROVE, REFUSE), ConsentState.GRANTED: (END,)}


@dataclass(frozen=True, slots=True)
class CaseReading:
    """A case, and the administrator who looks at it."""

    seat: Seat
    case: Case
    reader: ConsentAdministrator

    @property
    def say(self) -> Language:
        return language(self.reader.language)


def routes(desk: Helpdesk) -> list[web.AbstractRouteDef]:
    return [web.get(PATH, _shown(desk)), web.post(PATH, _answered(desk))]


def _shown(desk: Helpdesk) -> Handler:
    async def show(request: web.Request) -> web.Response:
        return _page(request, await _read(request, desk), desk)

    return show


def _answered(desk: Helpdesk) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        reading = await _read(request, desk)
        form = await request.post()
        key, said, seat = str(form.get("key", "")), str(form.get("answer", "")), reading.seat
        shown = next((each for each in _OFFERED if desk.consent.links.is_from_form(key, seat, each)), None)
        if shown is None or said not in _OFFERED[shown]:
            raise NotAskedOfYou
        case, has_counted = await _change(said, seat, desk)
        await audit_turns(case, desk)
        if not has_counted:
            return _page(request, CaseReading(seat, case, reading.reader), desk, is_late=True)
        with suppress(JobsUnavailable):  # then everybody is told a minute later
            await desk.jobs.wake(JOB, seat.consent_id)
        # So that loading the page again sends nothing again.
        raise web.HTTPSeeOther(_path(request))

    return answer


async def _read(request: web.Request, desk: Helpdesk) -> CaseReading:
    seat = desk.consent.links.seat(request.match_info["token"])
    case = await desk.consent.case(seat.consent_id)
    reader = next((each for each in case.administrators if each.number == seat.number), None) if case else None
    if case is None or reader is None:
        raise NotAskedOfYou
    return CaseReading(seat, case, reader)


async def _change(said: str, seat: Seat, desk: Helpdesk) -> tuple[Case, bool]:
    if said == END:
        return await desk.consent.revoke(seat.consent_id, seat.number)
    return await desk.consent.answer(seat.consent_id, seat.number, is_approved=said == APPROVE)


def _page(request: web.Request, reading: CaseReading, desk: Helpdesk, *, is_late: bool = False) -> web.Response:
    case = reading.case
    context = {
        "heading": words.heading(case),
        "news": words.news(case),
        "case": case.consent,
        "organization": case.consent.organization_name,
        "reason": case.consent.reason,
        "you": f"{reading.reader.name} ({reading.reader.email})",
        "state": case.state.value,
        "life": GRANT_LIFE,
        "left": (case.consent.until or case.consent.lapses_at) - desk.now(),
        "key": desk.consent.links.form_key(reading.seat, case.state),
        "action": _path(request),
        "is_late": is_late,
    }
    return page(request, "consent.html.j2", reading.say, context, status=409 if is_late else 200)


def _path(request: web.Request) -> str:
    return request.config_dict[SITE].path("consent", request.match_info["token"])
