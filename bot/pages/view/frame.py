"""Around every page of a view: whether it is still open, the bar, the audit; and the one act there is, ending it."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.pages.ground import SITE, page, too_fast
from bot.pages.pace import RequestPace
from bot.pages.view.cookies import forget, form_key, is_from_our_form, proof, secret_of
from bot.pages.view.opening import cookie_of
from helpdesk.directory.inside import Inside
from helpdesk.platform.language import Language, Text, language
from helpdesk.proof.view import End, ViewClosed
from helpdesk.proof.view.admission import Viewing, admitted, close
from helpdesk.proof.view.views import Views
from helpdesk.services import Helpdesk

# Control Hub's own address of an organization's overview; no document names it.
CONTROL_HUB = "https://admin.webex.com/overview?orgId={id}"
SECTIONS = {
    "": Text("Overview"),
    "users": Text("Users"),
    "devices": Text("Devices"),
    "numbers": Text("Numbers"),
    "licenses": Text("Licenses"),
    "sites": Text("Sites"),
    "domains": Text("Domains"),
    "administrators": Text("Administrators"),
    "settings": Text("Settings"),
}
_END = "end"


@dataclass(frozen=True, slots=True)
class ViewPage:
    """What stands inside the frame. The audit says that `what` was looked at, and of whom where it has a `subject`."""

    template: str
    section: str
    title: str
    context: Mapping[str, Any]
    what: str
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a page of an open view."""

    viewing: Viewing
    request: web.Request

    @property
    def say(self) -> Language:
        return self.viewing.say

    @property
    def inside(self) -> Inside:
        return self.viewing.inside

    def path(self, *parts: str) -> str:
        """Of a page of this view."""
        return self.request.config_dict[SITE].path("view", self.viewing.session.id, *parts)


Make = Callable[[Look], Awaitable[ViewPage]]


class Frame:
    def __init__(self, desk: Helpdesk, pace: RequestPace) -> None:
        self._desk = desk
        self._pace = pace

    def shown(self, make: Make) -> Handler:
        async def show(request: web.Request) -> web.Response:
            view_id = request.match_info["view"]
            secret = secret_of(request, cookie_of(view_id))
            viewing = await admitted(self._desk, view_id, proof(request, secret))
            if wait := self._pace.wait(view_id):
                return too_fast(request, viewing.say, wait)
            look = Look(viewing, request)
            made = await make(look)
            await self._audit(viewing, made)
            return self._framed(look, made, form_key(secret, _END))

        return show

    async def end(self, request: web.Request) -> web.Response:
        view_id = request.match_info["view"]
        secret = secret_of(request, cookie_of(view_id))
        session = await Views(self._desk.store, self._desk.now).opened(view_id, proof(request, secret))
        if not await is_from_our_form(request, secret, _END):
            raise ViewClosed
        await close(self._desk, session, End.BY_AGENT)
        _, chosen = await self._desk.access.recognise(session.agent_id, session.agent_email)
        closed = ViewClosed(End.BY_AGENT)
        context = {"text": closed.text, "advice": closed.advice}
        answer = page(request, "notice.html.j2", language(chosen), context)
        forget(request, answer, cookie_of(view_id))
        return answer

    async def _audit(self, viewing: Viewing, made: ViewPage) -> None:
        await self._desk.audit.record(
            actor=viewing.agent.email,
            action="view.page",
            subject=made.subject or viewing.organization.display_name,
            outcome=made.what,
            # Every look is a row of its own, at the same page too.
            event_id=f"view {viewing.session.id} {secrets.token_urlsafe(9)}",
            organization_id=viewing.organization.id,
        )

    def _framed(self, look: Look, made: ViewPage, end_key: str) -> web.Response:
        organization, left = look.viewing.organization, look.viewing.session.until - self._desk.now()
        frame = {
            "customer": organization.display_name,
            "left": left,
            "title": made.title,
            "sections": [
                (look.path(*filter(None, [key])), name, key == made.section) for key, name in SECTIONS.items()
            ],
            "end": look.path(_END),
            "end_key": end_key,
            "control_hub": CONTROL_HUB.format(id=organization.id),
        }
        answer = page(look.request, made.template, look.say, {**frame, **made.context})
        # What was shown does not stay on the screen for longer than it may be seen.
        answer.headers["Refresh"] = str(int(left.total_seconds()) + 1)
        return answer
