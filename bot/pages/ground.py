"""What all pages stand on: templates, one stylesheet, strict headers, a pace, and every failure as a page."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

import aiohttp_jinja2
import jinja2
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.http.edge.addresses import CALLER
from bot.pages.pace import RequestPace
from helpdesk.directory import NotFound
from helpdesk.mail.letter import shown
from helpdesk.platform.errors import HelpdeskError, Refused, Unavailable
from helpdesk.platform.language import LANGUAGES, Language, Text, language
from helpdesk.platform.site import Site

log = structlog.get_logger()

SITE = web.AppKey("site", Site)
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
_STYLE = files("bot.pages").joinpath("style.css").read_text(encoding="utf-8")
# Its address tells its content, so it alone may be kept: there is nothing of anybody in it.
_STYLE_NAME = f"{hashlib.sha256(_STYLE.encode()).hexdigest()[:16]}.css"
_YEAR = 31_536_000


def application(site: Site, routes: Iterable[web.AbstractRouteDef], pace: RequestPace) -> web.Application:
    """The pages as one application, to be served below `helpdesk.platform.site.PREFIX`.

    `pace` is that of one address, whoever is behind it.
    """
    made = web.Application(middlewares=[_as_page, _paced(pace)])
    made[SITE] = site
    aiohttp_jinja2.setup(
        made,
        loader=jinja2.PackageLoader("bot.pages"),
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        finalize=shown,
    )
    made.add_routes([web.get(f"/{_STYLE_NAME}", _style), *routes])
    made.on_response_prepare.append(_set_headers)
    return made


def page(
    request: web.Request, template: str, say: Language, context: Mapping[str, Any], status: int = 200
) -> web.Response:
    """A page in its reader's language: templates have `say`, `many`, `path` (of a page of ours) and `context`."""
    site = request.config_dict[SITE]
    ground = {"say": say, "many": say.many, "path": site.path, "style": site.path(_STYLE_NAME)}
    return aiohttp_jinja2.render_template(template, request, {**ground, **context}, status=status)


def notice(request: web.Request, say: Language, text: Text, advice: Text | None, status: int) -> web.Response:
    """A page with nothing to do on it but to read why, and how to go on."""
    return page(request, "notice.html.j2", say, {"text": text, "advice": advice}, status)


def reader(request: web.Request) -> Language:
    """The language that the browser asks for, for somebody whom we do not know."""
    wanted = request.headers.get("Accept-Language", "")[:200]
    codes = (each.partition(";")[0].strip() for each in wanted.split(","))
    return next((language(code) for code in codes if code[:2].lower() in LANGUAGES), language(None))


@web.middleware
async def _as_page(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The one place where a failure becomes a page."""
    say = reader(request)
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        # What is not there and what is there for another method are told alike.
        nowhere = error.status in (404, 405)
        text, advice = (_NOTHING.text, _NOTHING.advice) if nowhere else (_BAD, None)
        answer = notice(request, say, text, advice, 404 if nowhere else error.status)
        if again := error.headers.get("Retry-After"):
            answer.headers["Retry-After"] = again
        return answer
    except HelpdeskError as error:
        if isinstance(error, Unavailable):
            log.warning("page_unavailable", exc_info=error)
        return notice(request, say, error.text, error.advice, _status(error))
    except Exception as error:
        reference = secrets.token_hex(4).upper()
        log.error("page_failed", reference=reference, exc_info=error)
        return page(request, "failed.html.j2", say, {"reference": reference}, 500)


def _status(error: HelpdeskError) -> int:
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, Unavailable):
        return 503
    return 403 if isinstance(error, Refused) else 400


def _paced(pace: RequestPace) -> Any:
    @web.middleware
    async def keep(request: web.Request, handler: Handler) -> web.StreamResponse:
        if wait := pace.wait(request[CALLER]):
            return too_fast(request, reader(request), wait)
        return await handler(request)

    return keep


def too_fast(request: web.Request, say: Language, wait: int) -> web.Response:
    """`wait` is in seconds."""
    advice = Text("Wait a few seconds, then load this page again.")
    answer = notice(request, say, Text("Too many pages were asked for at once."), advice, 429)
    answer.headers["Retry-After"] = str(wait)
    return answer


async def _style(_: web.Request) -> web.Response:
    return web.Response(
        text=_STYLE, content_type="text/css", headers={"Cache-Control": f"public, max-age={_YEAR}, immutable"}
    )


async def _set_headers(request: web.Request, response: web.StreamResponse) -> None:
    # The server has set what holds for everything; a page is allowed its stylesheet and its own forms.
    response.headers.update(HEADERS)
    if request.config_dict[SITE].is_https:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}")


_NOTHING = NotFound()
_BAD = Text("This page cannot be asked for in this way.")
