"""What every question is asked on: a Webex with agents in it, a mailbox, and databases with the demo's data."""

import os
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import databases
from playground.cloud import Cloud
from playground.demo import demo_file
from playground.mailbox import Mailbox
from playground.rooms import Account

AGENTS = 1000
DELIVERIES_AT_ONCE = 50


@dataclass(frozen=True)
class Stage:
    """`addresses` are those of the directory's people; `databases` are URLs by what they are."""

    cloud: Cloud
    mailbox: Mailbox
    agents: tuple[Account, ...]
    addresses: tuple[str, ...]
    databases: dict[str, str]
    folder: Path


@asynccontextmanager
async def set_up() -> AsyncIterator[Stage]:
    cloud, mailbox, data = Cloud(), Mailbox(), demo_file()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="helpdesk-bench-")))
        await stack.enter_async_context(mailbox.serve())
        await stack.enter_async_context(cloud.serve())
        cloud.webhooks.at_once = DELIVERIES_AT_ONCE
        agents = tuple(cloud.add_person(f"Agent {n}", f"agent-{n}@partner.example") for n in range(AGENTS))
        emails = [one.email for one in agents]
        urls = await stack.enter_async_context(databases.filled(folder, data, emails, environment()))
        addresses = tuple(person["emails"][0] for person in data["people"])
        yield Stage(cloud, mailbox, agents, addresses, urls, folder)


def environment() -> dict[str, str]:
    """The shell's variables without those of a real bot, and a secret of our own."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("HELPDESK_", "WEBEX_"))}
    return ours | {"HELPDESK_SECRET_KEY": secrets.token_urlsafe(48)}
