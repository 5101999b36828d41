"""Somebody who does what a rehearsal asks for, and leaves out what a test wants left out."""

import asyncio
import re
from collections.abc import Collection
from dataclasses import dataclass, field

import aiohttp

from playground.cloud import Cloud
from playground.mailbox import Mail, Mailbox
from playground.rooms import Account, Change, File, Message

DSN_TOKEN = "token-of-the-bounces-of-the-tests-0123"
NOTICE = """From: MAILER-DAEMON@partner.example
To: {sender}
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x

It could not be delivered.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such mailbox

--x--
"""


@dataclass
class Person:
    cloud: Cloud
    mailbox: Mailbox
    account: Account
    port: int
    leaves_out: Collection[str] = ()
    code: str = ""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _word: Message | None = None

    def __post_init__(self) -> None:
        self.cloud.rooms.listeners.append(self._changed)
        self.mailbox.listeners.append(self._arrived)

    def _changed(self, change: Change) -> None:
        message = change.subject
        if change.event == "created" and isinstance(message, Message) and message.person.type == "bot":
            self._begin(self._react(message))

    def _begin(self, work: object) -> None:
        task = asyncio.ensure_future(work)  # type: ignore[call-overload]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _react(self, asked: Message) -> None:
        await asyncio.sleep(0.1)
        card, words = asked.card, asked.text
        if card and "press" not in self.leaves_out:
            (button,) = card["actions"]
            await self.cloud.press(self.account, asked.id, button["data"])
        elif words.startswith("Type any word") and "word" not in self.leaves_out:
            self._word = await self._say(asked, "words that nobody else reads")
        elif words.startswith("Attach") and "file" not in self.leaves_out:
            await self._say(asked, "", File("secret-name.csv", "text/csv", b"a,b\n1,2\n"))
        elif words.startswith("Edit") and "edit" not in self.leaves_out and self._word:
            await self.cloud.edit(self.account, self._word, "other words")
        elif "code" in words and "code" not in self.leaves_out:
            mail = await self.mailbox.next_mail(self.account.email)
            found = re.search(r"\d{6}", mail.text)
            self.code = found[0] if found else ""
            for _ in range(3):
                await self._say(asked, "no code" if "right code" in self.leaves_out else self.code)
                await asyncio.sleep(0.1)

    async def _say(self, asked: Message, text: str, file: File | None = None) -> Message:
        root = self.cloud.rooms.message(asked.parent_id or asked.id)
        return await self.cloud.post(self.account, asked.space, text, parent=root, file=file)

    def _arrived(self, mail: Mail) -> None:
        if mail.recipients[0].startswith("rehearsal-") and "bounce" not in self.leaves_out:
            self._begin(self._bounce(mail))

    async def _bounce(self, mail: Mail) -> None:
        text = NOTICE.format(sender=mail.sender, recipient=mail.recipients[0])
        headers = {"Authorization": f"Bearer {DSN_TOKEN}", "Content-Type": "message/rfc822"}
        url = f"http://127.0.0.1:{self.port}/hooks/dsn"
        async with aiohttp.ClientSession() as session, session.post(url, data=text.encode(), headers=headers) as answer:
            assert answer.status == 200
