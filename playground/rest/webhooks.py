"""`/webhooks`: one's own, created, read, changed and deleted."""

from aiohttp import web

from playground.refusals import Refusal, bad, not_found
from playground.rest.hooks import ALL, EVENTS, Webhook, Webhooks
from playground.rest.request import asker, body_of, page, page_size, text_in

WEBHOOKS = web.AppKey("webhooks", Webhooks)


async def create(request: web.Request) -> web.Response:
    body = await body_of(request)
    name, url, resource, event = (
        text_in(body, one, is_required=True) or "" for one in ("name", "targetUrl", "resource", "event")
    )
    if not _is_known(resource, event) or (resource, event) in request.app[WEBHOOKS].refused:
        raise bad("There is no such pair of resource and event.")
    hook = Webhook(asker(request), name, _url(url), resource, event, text_in(body, "filter"), text_in(body, "secret"))
    if request.app[WEBHOOKS].equal_to(hook):
        raise Refusal(409, "There is such a webhook already.")
    request.app[WEBHOOKS].all.append(hook)
    return _answer(request, hook)


def _is_known(resource: str, event: str) -> bool:
    """`all` stands for every resource, whose events must then be `all`, and for every event of one."""
    if resource == ALL:
        return event == ALL
    return event in (ALL, *EVENTS.get(resource, ())) and resource in EVENTS


async def listing(request: web.Request) -> web.Response:
    webhooks = request.app[WEBHOOKS]
    if "ownedBy" in request.query:
        raise bad("ownedBy may be org only, and nothing here is owned by an organization.")
    mine = [one for one in webhooks.all if one.owner is asker(request)]
    items, link = page(request, mine, page_size(request, usual=100, most=100))
    return web.json_response({"items": [webhooks.as_json(one) for one in items]}, headers=link)


async def read(request: web.Request) -> web.Response:
    return _answer(request, _mine(request))


async def change(request: web.Request) -> web.Response:
    """Name, target, secret; and `status: active` wakes up one that was given up on."""
    hook, body = _mine(request), await body_of(request)
    name, url = (text_in(body, one, is_required=True) or "" for one in ("name", "targetUrl"))
    status = text_in(body, "status")
    if status not in (None, "active"):
        raise bad("status may be set to active only.")
    hook.name, hook.target_url = name, _url(url)
    hook.secret = text_in(body, "secret") or hook.secret
    if status:
        hook.status = status
        hook.failures.clear()
    return _answer(request, hook)


async def delete(request: web.Request) -> web.Response:
    request.app[WEBHOOKS].all.remove(_mine(request))
    return web.Response(status=204)


def _answer(request: web.Request, hook: Webhook) -> web.Response:
    return web.json_response(request.app[WEBHOOKS].as_json(hook))


def _mine(request: web.Request) -> Webhook:
    for one in request.app[WEBHOOKS].all:
        if one.owner is asker(request) and one.id == request.match_info["id"].rstrip("="):
            return one
    raise not_found("a webhook with the provided ID")


def _url(given: str) -> str:
    if not given.startswith(("http://", "https://")):
        raise bad("targetUrl must be a URL.")
    return given


ROUTES = (
    web.get("/v1/webhooks", listing),
    web.post("/v1/webhooks", create),
    web.get("/v1/webhooks/{id}", read),
    web.put("/v1/webhooks/{id}", change),
    web.delete("/v1/webhooks/{id}", delete),
)
