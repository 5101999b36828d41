"""`/people`, `/rooms` and `/memberships`."""

from aiohttp import web

from playground.refusals import Refusal, bad, forbidden, not_found
from playground.rest import answers
from playground.rest.request import asker, body_of, moment_in, page, page_size, rooms_of, space_of, text_in
from playground.rooms import Account, Change, Membership, Space

PEOPLE_IDS = 85


async def me(request: web.Request) -> web.Response:
    return web.json_response(answers.person(asker(request)))


async def person(request: web.Request) -> web.Response:
    found = rooms_of(request).account(request.match_info["id"])
    if found is None or "@" in request.match_info["id"]:
        raise not_found("a person with the provided ID")
    return web.json_response(answers.person(found))


async def people(request: web.Request) -> web.Response:
    query, everyone = request.query, rooms_of(request).accounts
    answer: dict[str, object] = {}
    if email := query.get("email"):
        found = [one for one in everyone if one.email.lower() == email.lower()]
    elif name := query.get("displayName"):
        found = [one for one in everyone if one.display_name.lower().startswith(name.lower())]
    elif ids := query.get("id"):
        found, answer["notFoundIds"] = _by_ids(request, ids.split(","))
    else:
        raise bad("email, displayName or id must be given.")
    items, link = page(request, found, page_size(request, usual=100, most=1000))
    return web.json_response({"items": [answers.person(one) for one in items], **answer}, headers=link)


def _by_ids(request: web.Request, ids: list[str]) -> tuple[list[Account], list[str]]:
    if len(ids) > PEOPLE_IDS:
        raise bad(f"At most {PEOPLE_IDS} ids.")
    looked_up = {one: rooms_of(request).account(one) for one in ids}
    return [one for one in looked_up.values() if one], [wanted for wanted, one in looked_up.items() if one is None]


async def rooms(request: web.Request) -> web.Response:
    known, reader, kind = rooms_of(request), asker(request), request.query.get("type")
    if kind not in (None, "direct", "group"):
        raise bad("type must be direct or group.")
    for name in ("from", "to"):
        if name in request.query:
            moment_in(request, name)
    order = request.query.get("sortBy", "lastactivity")
    if order not in ("id", "lastactivity", "created"):
        raise bad("sortBy must be id, lastactivity or created.")
    # No space here is of a team, or was ever made public.
    is_empty = any(name in request.query for name in ("teamId", "from", "to"))
    found = [one.space for one in known.memberships_of(reader) if kind in (None, one.space.type) and not is_empty]
    if order == "id":
        found.sort(key=lambda one: one.id)
    elif order == "created":
        found.sort(key=lambda one: one.created, reverse=True)
    else:
        found.sort(key=lambda one: one.last_activity, reverse=True)
    items, link = page(request, found, page_size(request, usual=100, most=1000))
    return web.json_response({"items": [answers.space(one, reader, known) for one in items]}, headers=link)


async def room(request: web.Request) -> web.Response:
    found = space_of(request, request.match_info["id"])
    return web.json_response(answers.space(found, asker(request), rooms_of(request)))


async def make_room(request: web.Request) -> web.Response:
    body = await body_of(request)
    title = text_in(body, "title", is_required=True) or ""
    made = rooms_of(request).add_space(Space("group", title, asker(request)), [asker(request)])
    made.is_locked = body.get("isLocked") is True
    return web.json_response(answers.space(made, asker(request), rooms_of(request)))


async def change_room(request: web.Request) -> web.Response:
    found, body = _group(request), await body_of(request)
    found.title = text_in(body, "title", is_required=True) or ""
    if isinstance(locked := body.get("isLocked"), bool):
        if locked != found.is_locked and not rooms_of(request).is_moderator(asker(request), found) and found.is_locked:
            raise forbidden("Only moderators may unlock this room.")
        found.is_locked = locked
    return web.json_response(answers.space(found, asker(request), rooms_of(request)))


async def remove_room(request: web.Request) -> web.Response:
    found = _group(request)
    for one in [*rooms_of(request).memberships(found)]:
        rooms_of(request).leave(one, asker(request))
    return web.Response(status=204)


def _group(request: web.Request) -> Space:
    found = space_of(request, request.match_info["id"])
    if found.type == "direct":
        raise forbidden("A 1:1 room cannot be changed.")
    return found


async def memberships(request: web.Request) -> web.Response:
    """Of a room one is in, or one's own. Raises Refusal: 400 for a person without a room."""
    query = request.query
    wanted = query.get("personId") or query.get("personEmail")
    if "roomId" in query:
        found = rooms_of(request).memberships(space_of(request, query["roomId"]))
    elif wanted:
        raise bad("roomId is required with personId or personEmail.")
    else:
        found = rooms_of(request).memberships_of(asker(request))
    if wanted:
        who = rooms_of(request).account(wanted)
        found = [one for one in found if one.person is who]
    items, link = page(request, found, page_size(request, usual=100, most=1000))
    return web.json_response({"items": [answers.membership(one) for one in items]}, headers=link)


async def join(request: web.Request) -> web.Response:
    body = await body_of(request)
    space = space_of(request, text_in(body, "roomId", is_required=True))
    given = [one for one in (text_in(body, "personId"), text_in(body, "personEmail")) if one]
    if len(given) != 1:
        raise bad("Give either personId or personEmail.")
    who = rooms_of(request).account(given[0])
    if who is None:
        raise not_found("the person to add")
    if space.type == "direct":
        raise forbidden("Nobody can be added to a 1:1 room.")
    if rooms_of(request).is_member(who, space):
        raise Refusal(409, "The person is a member of the room already.")
    if space.is_locked and not rooms_of(request).is_moderator(asker(request), space):
        raise forbidden("Only moderators may add people to this room.")
    made = rooms_of(request).join(who, space, asker(request), body.get("isModerator") is True)
    return web.json_response(answers.membership(made))


async def membership(request: web.Request) -> web.Response:
    return web.json_response(answers.membership(_membership(request)))


async def change_membership(request: web.Request) -> web.Response:
    found, body = _membership(request), await body_of(request)
    if not isinstance(body.get("isModerator"), bool):
        raise bad("isModerator must be true or false.")
    if found.space.type == "direct":
        raise forbidden("Nobody moderates a 1:1 room.")
    found.is_moderator = body["isModerator"]
    rooms_of(request).tell(Change("memberships", "updated", found, asker(request)))
    return web.json_response(answers.membership(found))


async def leave(request: web.Request) -> web.Response:
    found = _membership(request)
    if found.space.type == "direct":
        raise forbidden("Nobody can leave a 1:1 room.")
    rooms_of(request).leave(found, asker(request))
    return web.Response(status=204)


def _membership(request: web.Request) -> Membership:
    found = rooms_of(request).membership(request.match_info["id"])
    if found is None or not rooms_of(request).is_member(asker(request), found.space):
        raise not_found("a membership with the provided ID")
    return found


ROUTES = (
    web.get("/v1/people/me", me),
    web.get("/v1/people", people),
    web.get("/v1/people/{id}", person),
    web.get("/v1/rooms", rooms),
    web.post("/v1/rooms", make_room),
    web.get("/v1/rooms/{id}", room),
    web.put("/v1/rooms/{id}", change_room),
    web.delete("/v1/rooms/{id}", remove_room),
    web.get("/v1/memberships", memberships),
    web.post("/v1/memberships", join),
    web.get("/v1/memberships/{id}", membership),
    web.put("/v1/memberships/{id}", change_membership),
    web.delete("/v1/memberships/{id}", leave),
)
