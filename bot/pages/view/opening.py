"""A link is opened in two steps: what only looks at it, as scanners and previews do, spends nothing."""

import secrets

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.pages.ground import SITE, page, reader
from bot.pages.view.cookies import form_key, is_from_our_form, proof, secret_of, set_secret
from helpdesk.proof.view import LINK_LIFE, LinkClosed
from helpdesk.proof.view.views import Views
from helpdesk.services import Helpdesk

COOKIE = "opening"


def routes(desk: Helpdesk) -> list[web.AbstractRouteDef]:
    path = "/view/open/{token:[A-Za-z0-9_-]{43}}"
    return [web.get(path, _asking(desk)), web.post(path, _opening(desk))]


def cookie_of(view_id: str) -> str:
    """Each view has its own, so that two customers can be looked at side by side."""
    return f"view-{view_id}"


def _asking(desk: Helpdesk) -> Handler:
    async def ask(request: web.Request) -> web.Response:
        token = request.match_info["token"]
        if not await Views(desk.store, desk.now).is_good(token):
            raise LinkClosed
        # Two links may lie open side by side.
        secret = secret_of(request, COOKIE) or secrets.token_urlsafe(32)
        made = page(request, "view/open.html.j2", reader(request), {"key": form_key(secret, token)})
        set_secret(request, made, COOKIE, secret, LINK_LIFE)
        return made

    return ask


def _opening(desk: Helpdesk) -> Handler:
    async def open_view(request: web.Request) -> web.Response:
        token = request.match_info["token"]
        # What a stranger cannot have is asked first: nobody makes us read a form for a link that does not exist.
        opening = secret_of(request, COOKIE)
        if not opening or not await Views(desk.store, desk.now).is_good(token):
            raise LinkClosed
        if not await is_from_our_form(request, opening, token):
            raise LinkClosed
        secret = secrets.token_urlsafe(32)
        session = await Views(desk.store, desk.now).open(token, proof(request, secret))
        names = await desk.directory.names(frozenset({session.organization_id}))
        await desk.audit.record(
            actor=session.agent_email,
            action="view.open",
            subject=next(iter(names), session.organization_id),
            outcome="opened",
            event_id=f"view {session.id}",
            organization_id=session.organization_id,
        )
        there = web.HTTPSeeOther(request.config_dict[SITE].path("view", session.id))
        set_secret(request, there, cookie_of(session.id), secret, session.until - desk.now())
        raise there

    return open_view
