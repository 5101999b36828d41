"""What the chat page needs beside Webex's own API: the page, who one can be, live news, mails and faults.

GET /                            the page
GET /playground/people           {"bot": {...}, "people": [{"id", "name", "nickname", "email", "about", "token"}]}
GET /playground/events?person=   server-sent events: message, deleted, mail
GET /playground/mails            newest first; .../mails/{number}/html is one mail's HTML, made inert
GET, PUT /playground/faults      see `faults.py`
"""

import asyncio
import json
from pathlib import Path

from aiohttp import web

from playground.cloud import Cloud
from playground.mailbox import Mail, Mailbox
from playground.refusals import Refusal
from playground.rest import answers
from playground.rest.request import body_of
from playground.rooms import Account, Change, Json, Message
from playground.server import error

PAGE = Path(__file__).parent / "page"
HEARTBEAT_SECONDS = 15
# Styles set by the card renderer go through the DOM and need no exception. Images: what a card carries
# within itself, or what a bot on this machine serves.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; "
    "img-src 'self' data: http://127.0.0.1:* http://localhost:*; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


class Chat:
    """The page's side of the server; `routes` go to `Cloud.serve`."""

    def __init__(self, cloud: Cloud, mailbox: Mailbox) -> None:
        self._cloud = cloud
        self._mailbox = mailbox
        self._readers: dict[asyncio.Queue[str], Account] = {}
        cloud.rooms.listeners.append(self._changed)
        mailbox.listeners.append(self._arrived)

    @property
    def routes(self) -> tuple[web.AbstractRouteDef, ...]:
        return (
            web.get("/", self._index),
            web.get("/playground/people", self._people),
            web.get("/playground/events", self._events),
            web.get("/playground/mails", self._mails),
            web.get("/playground/mails/{number}/html", self._mail_html),
            web.get("/playground/faults", self._faults),
            web.put("/playground/faults", self._set_faults),
            web.static("/page", PAGE),
        )

    async def _index(self, request: web.Request) -> web.StreamResponse:
        html = (PAGE / "index.html").read_text(encoding="utf-8")
        headers = {**HEADERS, "Content-Security-Policy": PAGE_POLICY}
        return web.Response(text=html, content_type="text/html", headers=headers)

    async def _people(self, request: web.Request) -> web.Response:
        accounts = self._cloud.rooms.accounts
        people = [_about(one) | {"token": one.token} for one in accounts if one.type == "person"]
        bots = [_about(one) for one in accounts if one.type == "bot"]
        return web.json_response({"bot": bots[0] if bots else None, "people": people}, headers=HEADERS)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        person = self._cloud.rooms.account(request.query.get("person", ""))
        if person is None:
            return error(404, "There is no such person.")
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        news: asyncio.Queue[str] = asyncio.Queue()
        self._readers[news] = person
        try:
            await response.write(b": connected\n\n")
            while True:
                await response.write((await _next(news)).encode())
        except ConnectionError:
            return response
        finally:
            del self._readers[news]

    async def _mails(self, request: web.Request) -> web.Response:
        mails = [_mail(number, one) for number, one in enumerate(self._mailbox.mails)]
        return web.json_response({"items": mails[::-1]}, headers=HEADERS)

    async def _mail_html(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        if not number.isdecimal() or int(number) >= len(self._mailbox.mails):
            return error(404, "There is no such mail.")
        html = self._mailbox.mails[int(number)].html
        headers = {**HEADERS, "Content-Security-Policy": MAIL_POLICY}
        return web.Response(text=html, content_type="text/html", headers=headers)

    async def _faults(self, request: web.Request) -> web.Response:
        return web.json_response(self._cloud.faults.as_json(), headers=HEADERS)

    async def _set_faults(self, request: web.Request) -> web.Response:
        try:
            self._cloud.faults.update(await body_of(request))
        except Refusal as refusal:
            return error(refusal.status, refusal.message)
        return await self._faults(request)

    def _changed(self, change: Change) -> None:
        message = change.subject
        if not isinstance(message, Message):
            return
        for news, person in self._readers.items():
            if not self._cloud.rooms.may_see(person, message):
                continue
            if change.event == "deleted":
                news.put_nowait(_event("deleted", {"id": message.id, "roomId": message.space.id}))
            else:
                news.put_nowait(_event("message", answers.message(message, self._cloud.base_url)))

    def _arrived(self, mail: Mail) -> None:
        event = _event("mail", _mail(len(self._mailbox.mails) - 1, mail))
        for news in self._readers:
            news.put_nowait(event)


async def _next(news: asyncio.Queue[str]) -> str:
    """The next event; a comment when there is none for a while, which shows whether anyone still reads."""
    try:
        return await asyncio.wait_for(news.get(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return ": still here\n\n"


def _event(name: str, data: Json) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def _about(one: Account) -> Json:
    return {"id": one.id, "name": one.display_name, "nickname": one.nickname, "email": one.email, "about": one.about}


def _mail(number: int, one: Mail) -> Json:
    return {
        "number": number,
        "from": one.sender,
        "to": one.recipients,
        "subject": one.subject,
        "text": one.text,
        "hasHtml": bool(one.html),
        "received": answers.moment(one.received),
    }
