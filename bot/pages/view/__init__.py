"""A customer's organization on pages that can be looked at and not changed."""

from aiohttp import web

from bot.pages.pace import RequestPace
from bot.pages.view import customer, lists, opening
from bot.pages.view.frame import Frame
from helpdesk.services import Helpdesk

# Of one view. Nobody reads faster than this for long.
BURST, PER_SECOND = 60, 3


def routes(desk: Helpdesk, pace: RequestPace | None = None) -> list[web.AbstractRouteDef]:
    frame = Frame(desk, pace or RequestPace(BURST, PER_SECOND))
    shown = frame.shown
    view = "/view/{view:[A-Za-z0-9_-]{16}}"
    return [
        *opening.routes(desk),
        web.get(view, shown(customer.overview)),
        web.get(f"{view}/users", shown(lists.users)),
        web.get(f"{view}/users/{{person}}", shown(customer.user)),
        web.get(f"{view}/devices", shown(lists.devices)),
        web.get(f"{view}/numbers", shown(lists.numbers)),
        web.get(f"{view}/licenses", shown(lists.licenses)),
        web.get(f"{view}/sites", shown(lists.sites)),
        web.get(f"{view}/domains", shown(lists.domains)),
        web.get(f"{view}/administrators", shown(lists.administrators)),
        web.get(f"{view}/settings", shown(customer.settings)),
        web.post(f"{view}/end", frame.end),
    ]
