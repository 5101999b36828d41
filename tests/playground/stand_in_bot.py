"""A bot of forty lines, in place of ours: `python -m bot` of the tests that start whole processes.

It answers a message with a card, and a press with a line and a mail. `db`, `import` and `agents` only leave
a trace in the folder it was started from.
"""

import asyncio
import os
import smtplib
import sys
from email.message import EmailMessage
from pathlib import Path

import aiohttp

CARD = {
    "type": "AdaptiveCard",
    "version": "1.3",
    "body": [
        {"type": "TextBlock", "text": "Pat <b>Lindqvist</b>", "weight": "bolder"},
        {
            "type": "Input.Text",
            "id": "code",
            "label": "Code",
            "isRequired": True,
            "regex": "^[0-9]{6}$",
            "errorMessage": "Six digits",
        },
    ],
    "actions": [
        {"type": "Action.Submit", "title": "Check", "data": {"action": "verify.check", "token": "t"}},
        {"type": "Action.OpenUrl", "title": "Open", "url": "https://example.com/"},
    ],
}
KINDS = {"post": "messages", "cardAction": "attachment/actions"}
ATTACHMENT = {"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}


async def run() -> None:
    token = os.environ["WEBEX_ACCESS_TOKEN"]
    api = os.environ["HELPDESK_WEBEX_URL"]
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:

        async def get(url: str) -> dict:
            async with session.get(url) as answer:
                return await answer.json()

        links = (await get(os.environ["HELPDESK_WEBEX_CATALOG_URL"]))["serviceLinks"]
        async with session.post(f"{links['wdm']}/devices", json={"name": "stand-in"}) as answer:
            device = await answer.json()
        async with session.ws_connect(device["webSocketUrl"]) as socket:
            await socket.send_json({"id": "1", "type": "authorization", "data": {"token": f"Bearer {token}"}})
            async for frame in socket:
                activity = frame.json()["data"].get("activity")
                if not activity or activity["actor"]["type"] != "PERSON" or activity["verb"] not in KINDS:
                    continue
                kind = KINDS[activity["verb"]]
                where, unique = activity["target"]["url"], activity["target"]["id"]
                rest_id = (await get(where.replace(f"conversations/{unique}", f"{kind}/{activity['id']}")))["id"]
                about = await get(f"{api}/{kind}/{rest_id}")
                answer = {"roomId": about["roomId"]}
                if kind == "messages":
                    answer |= {"parentId": about.get("parentId", rest_id), "text": "Pat", "attachments": [ATTACHMENT]}
                else:
                    answer |= {"markdown": f"**Right**: {about['inputs']['code']}"}
                    await asyncio.to_thread(send_mail)
                async with session.post(f"{api}/messages", json=answer) as posted:
                    posted.raise_for_status()


def send_mail() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = os.environ["HELPDESK_MAIL_FROM"], "pat.lindqvist@acme.example"
    mail["Subject"] = "Your code"
    mail.set_content("482913 <i>plain</i>")
    mail.add_alternative("<p>482913</p><script>parent.document.title = 'broken in'</script>", subtype="html")
    host, _, port = os.environ["HELPDESK_SMTP_URL"].removeprefix("smtp://").partition("?")[0].partition(":")
    with smtplib.SMTP(host, int(port)) as server:
        server.send_message(mail)


if sys.argv[1:] == ["run"]:
    if Path("die").exists():
        sys.exit("no such luck")
    asyncio.run(run())
else:
    with Path("steps").open("a", encoding="utf-8") as steps:
        steps.write(f"{' '.join(sys.argv[1:3])}\n")
