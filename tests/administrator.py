"""A customer's administrator: a mailbox, where the question comes in, and a browser to answer it with."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from playground.mailbox import Mail, Mailbox
from tests.bot.pages.viewers import Seen

LINK = re.compile(r"https?://\S+/desk/consent/[\w.-]+")


@dataclass
class Administrator:
    email: str
    mailbox: Mailbox
    session: aiohttp.ClientSession
    last: Mail | None = None

    async def next_mail(self) -> Mail:
        self.last = await self.mailbox.next_mail(to=self.email, after=self.last, timeout=20)
        return self.last

    async def link(self) -> str:
        """Of the next mail."""
        return link_in(await self.next_mail())

    async def looks(self, link: str, method: str = "GET") -> Seen:
        async with self.session.request(method, link) as answer:
            return Seen(answer.status, await answer.text(), dict(answer.headers), answer.url.path)

    async def presses(self, link: str, said: str, page: Seen | None = None) -> Seen:
        """Send the form of the page as it is now, or as it was when it was `page`."""
        page = page or await self.looks(link)
        async with self.session.post(link, data={"key": page.key, "answer": said}) as answer:
            return Seen(answer.status, await answer.text(), dict(answer.headers), answer.url.path)


def link_in(mail: Mail) -> str:
    found = LINK.search(mail.text)
    assert found, mail.text
    assert found[0] in mail.html
    return found[0]


@asynccontextmanager
async def administrator(email: str, mailbox: Mailbox) -> AsyncIterator[Administrator]:
    # No cookies: a mail program's own browser may keep none.
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield Administrator(email, mailbox, session)
