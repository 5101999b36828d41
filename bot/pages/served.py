"""Every page there is."""

from aiohttp import web

from bot.pages import consent, view
from bot.pages.ground import application
from bot.pages.pace import RequestPace
from helpdesk.services import Helpdesk

# Of one address, behind which a whole office may be.
BURST, PER_SECOND = 300, 20


def pages(desk: Helpdesk) -> web.Application | None:
    """None where no browser reaches us: then no link leads here either."""
    if desk.site is None:
        return None
    return application(desk.site, [*view.routes(desk), *consent.routes(desk)], RequestPace(BURST, PER_SECOND))
