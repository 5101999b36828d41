"""`python -m playground`: the bot, a Webex of its own, a mailbox and a chat page, with demo data.

Everything lives in a temporary folder and ends with Ctrl-C.
"""

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playground import processes
from playground.chat import PAGE, Chat
from playground.cloud import Cloud
from playground.demo import demo_file
from playground.demo.mails import BOUNCED
from playground.identifiers import identifier, new_uuid, uuid_in
from playground.mailbox import Mailbox
from playground.partner import ServiceApp
from playground.processes import BotFailed
from playground.rooms import Account, Json, Space

AGENT = "bo.larsen@partner.example"
PARTNER_ADMINISTRATOR = "ana.ruiz@partner.example"
CUSTOMER_ADMINISTRATOR = "robin.achterberg@acme.example"
CONNECT_SECONDS = 30


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m playground", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="of the chat page; 0 takes any free one")
    # The demo's files are for who runs it alone, and the bot's that it starts.
    os.umask(0o077)
    return run_demo(parser.parse_args().port)


def run_demo(port: int = 8000) -> int:
    """Run until Ctrl-C or SIGTERM; the exit status: 0 when stopped, 1 when something failed."""
    if not (PAGE / "vendor" / "adaptivecards.min.js").is_file():
        _complain("The chat page's scripts are missing: install the package (make demo does) so that they are fetched.")
        return 1
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_until_stopped(port))
    except BotFailed as failure:
        _complain(str(failure))
        return 1
    except PortTaken as taken:
        _complain(str(taken))
        return 1
    return 0


class PortTaken(Exception):
    """Nothing can be served on the wanted port."""


async def _until_stopped(port: int) -> None:
    demo = asyncio.create_task(_demo(port))
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        # Windows has no such handlers; there Ctrl-C raises KeyboardInterrupt.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(one, demo.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await demo


async def _demo(port: int) -> None:
    cloud, mailbox = Cloud(), Mailbox()
    data = demo_file(now=datetime.now(UTC))
    bot, desk = _populate(cloud, data)
    cloud.partner.fill(data)
    reader = cloud.add_service_app("Help desk reader")
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="helpdesk-demo-")))
        await stack.enter_async_context(mailbox.serve())
        try:
            await stack.enter_async_context(cloud.serve(port, Chat(cloud, mailbox).routes))
        except OSError as refused:
            why = os.strerror(refused.errno) if refused.errno else str(refused)
            raise PortTaken(
                f"Port {port} cannot be used: {why}. Is the demo running already? Another port: --port {port + 1}"
            ) from None
        environment = _environment(cloud, mailbox, bot, desk, folder) | _reading(reader)
        await _prepare(folder, data, environment)
        process = await stack.enter_async_context(processes.running(["run"], environment))
        ended = asyncio.create_task(process.ended())
        stack.callback(ended.cancel)
        await _connected(cloud, bot, ended)
        _say(f"The help desk is at {cloud.base_url}/ (Ctrl-C stops it)")
        await ended


def _populate(cloud: Cloud, data: Json) -> tuple[Account, Space]:
    """The demo's accounts and spaces; people of the data have the same ids here. Gives the bot and the desk space."""
    known = {person["emails"][0]: person for person in data["people"]}
    bot = cloud.add_bot("Help Desk", nickname="Help", org_id=known[PARTNER_ADMINISTRATOR]["orgId"])

    def add(email: str, about: str) -> Account:
        person = known[email]
        unique = uuid_in(person["id"])
        return cloud.add_person(person["displayName"], email, person["orgId"], uuid=unique, about=about)

    ana = add(PARTNER_ADMINISTRATOR, "partner admin")
    bo = add(AGENT, "agent")
    elsewhere = identifier("ORGANIZATION", new_uuid())
    kim = cloud.add_person("Kim Stranger", "kim.stranger@elsewhere.example", elsewhere, about="stranger")
    robin = add(CUSTOMER_ADMINISTRATOR, "Acme admin")
    pat = add(BOUNCED, "Acme user, who calls")
    desk = cloud.add_space("Support desk", [ana, bo, bot])
    for person in (ana, bo, kim, robin, pat):
        cloud.direct(person, bot)
    cloud.add_space("Coffee corner", [ana, kim, bot])
    return bot, desk


def _environment(cloud: Cloud, mailbox: Mailbox, bot: Account, desk: Space, folder: Path) -> dict[str, str]:
    """The bot's settings. What the shell sets for a real bot is left out: the demo must not reach a real Webex."""
    ours = ("HELPDESK_", "WEBEX_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    port = _free_port()
    return inherited | {
        # Nor may a file of settings in this folder make it reach one.
        "HELPDESK_ENV_FILE": "",
        "WEBEX_ACCESS_TOKEN": bot.token,
        "HELPDESK_WEBEX_URL": cloud.url,
        "HELPDESK_WEBEX_CATALOG_URL": cloud.catalog_url,
        "HELPDESK_SECRET_KEY": secrets.token_urlsafe(48),
        "HELPDESK_DATABASE_URL": f"sqlite+aiosqlite:///{(folder / 'helpdesk.db').as_posix()}",
        "HELPDESK_PARTNER_ADMINS": PARTNER_ADMINISTRATOR,
        "HELPDESK_DESK_SPACES": desk.id,
        "HELPDESK_SMTP_URL": mailbox.url,
        "HELPDESK_MAIL_FROM": "helpdesk@partner.example",
        "HELPDESK_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }


def _free_port() -> int:
    """One that the bot can take: its pages have to be called by their address before it runs."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def _reading(app: ServiceApp) -> dict[str, str]:
    """What customers are read with."""
    return {
        "WEBEX_CLIENT_ID": app.client_id,
        "WEBEX_CLIENT_SECRET": app.client_secret,
        "WEBEX_REFRESH_TOKEN": app.refresh_token,
    }


async def _prepare(folder: Path, data: Json, environment: dict[str, str]) -> None:
    """A database with the demo's people in it."""
    file = folder / "demo.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    await processes.run(["db", "upgrade"], environment)
    await processes.run(["import", str(file)], environment)
    await processes.run(["agents", "add", AGENT, "--role", "advanced"], environment)


async def _connected(cloud: Cloud, bot: Account, ended: asyncio.Task[None]) -> None:
    """Wait for the bot's websocket. Raises BotFailed when it ends first or takes too long."""
    connected = asyncio.create_task(cloud.connected(bot, CONNECT_SECONDS))
    await asyncio.wait({connected, ended}, return_when=asyncio.FIRST_COMPLETED)
    if ended.done():
        connected.cancel()
        await ended
    try:
        await connected
    except TimeoutError:
        raise BotFailed(f"The bot did not connect within {CONNECT_SECONDS} s.") from None


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _complain(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
