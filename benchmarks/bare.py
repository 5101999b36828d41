"""`python -m benchmarks.bare FILE`: the two calls an answer cannot do without, and nothing else.

Hears of messages over a websocket, fetches each, and posts what FILE holds (text and attachments) as an
answer in its thread, as many at once as there are. Run by `clients.py`, with the environment of a bot.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

from playground.identifiers import identifier

Json = dict[str, Any]


async def run(answer: Json, base_url: str, catalog_url: str, token: str) -> None:
    tasks: set[asyncio.Task[None]] = set()
    async with (
        aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {token}"}, connector=aiohttp.TCPConnector(limit=0)
        ) as session,
        session.ws_connect(await _socket_url(session, catalog_url)) as socket,
    ):
        await socket.send_json({"type": "authorization", "data": {"token": f"Bearer {token}"}})
        async for frame in socket:
            if uuid := _typed(frame.json()):
                task = asyncio.create_task(_answer(session, base_url, uuid, answer))
                tasks.add(task)
                task.add_done_callback(tasks.discard)


async def _socket_url(session: aiohttp.ClientSession, catalog_url: str) -> str:
    async with session.get(catalog_url) as found:
        devices = f"{(await found.json())['serviceLinks']['wdm']}/devices"
    async with session.post(devices, json={"name": "bare"}) as registered:
        return str((await registered.json())["webSocketUrl"])


def _typed(frame: Json) -> str | None:
    """The uuid of what a person wrote."""
    activity = frame["data"].get("activity", {})
    is_typed = activity.get("verb") == "post" and activity["actor"]["type"] == "PERSON"
    return activity["id"] if is_typed else None


async def _answer(session: aiohttp.ClientSession, base_url: str, uuid: str, answer: Json) -> None:
    async with session.get(f"{base_url}/messages/{identifier('MESSAGE', uuid)}") as got:
        message = await got.json()
    body = {"roomId": message["roomId"], "parentId": message["id"], **answer}
    async with session.post(f"{base_url}/messages", json=body) as sent:
        await sent.read()


if __name__ == "__main__":
    body: Json = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    rest, catalog, token = (
        os.environ[name] for name in ("HELPDESK_WEBEX_URL", "HELPDESK_WEBEX_CATALOG_URL", "WEBEX_ACCESS_TOKEN")
    )
    uvloop.run(run(body, rest, catalog, token))
