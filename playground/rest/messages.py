"""`/messages`, `/attachment/actions` and `/contents`."""

from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any

from aiohttp import BodyPartReader, web

from playground import writing
from playground.refusals import Refusal, bad, forbidden, not_found
from playground.rest import answers
from playground.rest.request import (
    FAULTS,
    asker,
    base_url,
    body_of,
    link_next,
    list_in,
    moment_in,
    page_size,
    rooms_of,
    space_of,
    text_in,
)
from playground.rooms import Account, File, Json, Message, Rooms, Space
from playground.writing import Draft

DIRECT_MESSAGES = 50  # `/messages/direct` has no paging: what is older cannot be listed


async def create(request: web.Request) -> web.Response:
    body, files = (
        await _form(request) if request.content_type == "multipart/form-data" else (await body_of(request), [])
    )
    space = _destination(request, body)
    draft = _draft(body, files)
    message = writing.post(rooms_of(request), asker(request), space, draft)
    return web.json_response(answers.posted(message, base_url(request)))


async def listing(request: web.Request) -> web.Response:
    rooms, reader, query = rooms_of(request), asker(request), request.query
    space = space_of(request, query.get("roomId"))
    mentions_me = _mentions_me(reader, query.get("mentionedPeople"))
    if reader.type == "bot" and space.type == "group" and not mentions_me:
        raise forbidden("Bots may list the messages of a group room with mentionedPeople=me only.")
    size = page_size(request, usual=50, most=100 if mentions_me else 1000)
    is_older = _older(rooms, moment_in(request, "before"), query.get("beforeMessage"))
    wanted = (
        one
        for one in rooms.newest_first(space)
        if is_older(one)
        and rooms.may_see(reader, one)
        and _is_wanted(one, rooms, query.get("parentId"), reader if mentions_me else None)
    )
    found = list(islice(wanted, size + 1))
    link = link_next(request, {"beforeMessage": found[size - 1].id}) if len(found) > size else {}
    items = [answers.message(one, base_url(request)) for one in found[:size]]
    return web.json_response({"items": items}, headers=link)


async def direct(request: web.Request) -> web.Response:
    rooms, reader, query = rooms_of(request), asker(request), request.query
    given = [query[name] for name in ("personId", "personEmail") if query.get(name)]
    if len(given) != 1:
        raise bad("Give either personId or personEmail.")
    other = rooms.account(given[0])
    space = rooms.direct(reader, other) if other else None
    if space is None:
        raise not_found("a 1:1 room with this person")
    wanted = (one for one in rooms.newest_first(space) if _is_wanted(one, rooms, query.get("parentId"), None))
    items = [answers.direct(one, base_url(request)) for one in islice(wanted, DIRECT_MESSAGES)]
    return web.json_response({"items": items})


async def read(request: web.Request) -> web.Response:
    return web.json_response(answers.message(_visible(request), base_url(request)))


async def edit(request: web.Request) -> web.Response:
    message = _visible(request)
    body = await body_of(request)
    if set(body) - {"roomId", "text", "markdown"}:
        raise bad("An edit may hold roomId, text and markdown only.")
    if space_of(request, text_in(body, "roomId", is_required=True)) is not message.space:
        raise bad("The message is not in this room.")
    draft = Draft(text=text_in(body, "text"), markdown=text_in(body, "markdown"))
    writing.edit(rooms_of(request), asker(request), message, draft)
    return web.json_response(answers.message(message, base_url(request)))


async def delete(request: web.Request) -> web.Response:
    writing.delete(rooms_of(request), asker(request), _visible(request))
    return web.Response(status=204)


async def press(request: web.Request) -> web.Response:
    body = await body_of(request)
    if body.get("type") != "submit":
        raise bad("type must be submit.")
    if not isinstance(body.get("inputs"), dict):
        raise bad("inputs must be an object.")
    message_id = text_in(body, "messageId", is_required=True)
    action = writing.press(rooms_of(request), asker(request), message_id or "", body["inputs"])
    # The document says 202; Webex answers 200, and stock clients take nothing else.
    return web.json_response(answers.action(action))


async def read_press(request: web.Request) -> web.Response:
    """Whoever pressed may read it, and the author of the card."""
    action = rooms_of(request).action(request.match_info["id"])
    if action is None or asker(request) not in (action.person, action.message.person):
        raise not_found("an attachment action with the provided ID")
    return web.json_response(answers.action(action))


async def content(request: web.Request) -> web.Response:
    found = rooms_of(request).file(request.match_info["id"])
    if found is None or found[1].is_deleted or not rooms_of(request).may_see(asker(request), found[1]):
        raise not_found("the file")
    faults = request.app[FAULTS]
    if faults.take("scanning_next"):
        raise Refusal(423, "The file is being scanned for malware.", retry_after=faults.retry_after_seconds)
    if faults.take("unscannable_next"):
        raise Refusal(428, "The file cannot be scanned for malware.")
    file, _ = found
    name = file.name.replace('"', "").replace("\\", "")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=file.content, content_type=file.content_type, headers=headers)


def _visible(request: web.Request) -> Message:
    message = rooms_of(request).message(request.match_info["id"])
    if message is None or not rooms_of(request).may_see(asker(request), message):
        raise not_found("a message with the provided ID")
    return message


def _destination(request: web.Request, body: Json) -> Space:
    given = {name: text_in(body, name) for name in ("roomId", "toPersonId", "toPersonEmail")}
    filled = [(name, value) for name, value in given.items() if value]
    if len(filled) != 1:
        raise bad("Give exactly one of roomId, toPersonId and toPersonEmail.")
    name, value = filled[0]
    if name == "roomId":
        return space_of(request, value)
    other = rooms_of(request).account(value)
    if other is None:
        raise not_found("the person to write to")
    return writing.space_for(rooms_of(request), asker(request), other)


def _draft(body: Json, files: list[File]) -> Draft:
    if "html" in body:
        raise bad("html is read-only.")
    urls = [] if files else list_in(body, "files")
    if len(urls) + len(files) > 1:
        raise bad("A message may have one file.")
    attachments = list_in(body, "attachments")
    if not all(isinstance(one, dict) for one in attachments):
        raise bad("attachments must be objects.")
    if attachments and (urls or files):
        raise bad("A message may have a file or a card, not both.")
    return Draft(
        text=text_in(body, "text"),
        markdown=text_in(body, "markdown"),
        attachments=attachments,
        files=files + [_linked(one) for one in urls],
        parent_id=text_in(body, "parentId"),
    )


def _linked(url: Any) -> File:
    # The real service fetches the file; on localhost its address is kept in its place.
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise bad("files must be public URLs.")
    return File(url.rsplit("/", 1)[-1], "text/uri-list", url.encode())


async def _form(request: web.Request) -> tuple[Json, list[File]]:
    """Fields and files of an upload."""
    body: Json = {}
    files: list[File] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or not part.name:
            raise Refusal(415, "Nested multipart bodies are not supported.")
        if part.filename is None:
            body[part.name] = await part.text()
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream").partition(";")[0]
            files.append(File(part.filename, kind, bytes(await part.read(decode=True))))
    return body, files


def _mentions_me(reader: Account, given: str | None) -> bool:
    if given is None:
        return False
    if given not in ("me", reader.id):
        raise bad("mentionedPeople may be me only.")
    return True


def _is_wanted(message: Message, rooms: Rooms, parent_id: str | None, mentioned: Account | None) -> bool:
    if parent_id is not None:
        parent = rooms.message(parent_id)
        if parent is None or message.parent_id != parent.id:
            return False
    return mentioned is None or mentioned in message.mentioned


def _older(rooms: Rooms, limit: datetime | None, before_message: str | None) -> Callable[[Message], bool]:
    """Whether a message is older than what was given. Raises Refusal (400, 404)."""
    mark = rooms.message(before_message) if before_message is not None else None
    if before_message is not None and mark is None:
        raise not_found("the message in beforeMessage")
    return lambda one: (limit is None or one.created < limit) and (mark is None or one.number < mark.number)


ROUTES = (
    web.post("/v1/messages", create),
    web.get("/v1/messages", listing),
    web.get("/v1/messages/direct", direct),
    web.get("/v1/messages/{id}", read),
    web.put("/v1/messages/{id}", edit),
    web.delete("/v1/messages/{id}", delete),
    web.post("/v1/attachment/actions", press),
    web.get("/v1/attachment/actions/{id}", read_press),
    web.get("/v1/contents/{id}", content),
)
