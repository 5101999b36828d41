"""`helpdesk rehearse` as a process against the playground: all steps, and each one failing while no other does."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from playground.cloud import Cloud
from playground.demo import demo_file
from playground.mailbox import Mailbox
from playground.rooms import Account
from tests.bot.cli.rehearse.person import DSN_TOKEN, Person
from tests.bot.cli.test_main import Shell
from tests.mail_servers import free_port

pytestmark = pytest.mark.long

SECRET = "a secret of the tests, long enough"
BO = "bo.larsen@partner.example"
ADMIN_APIS = {
    "roles": "/v1/roles",
    "people": "/v1/people?orgId",
    "locations": "/v1/locations",
    "licenses": "/v1/licenses",
    "devices": "/v1/devices",
    "workspaces": "/v1/workspaces",
    "settings": "/v1/settings",
    "numbers": "/v1/telephony",
    "account status": "/identity/scim",
}


@dataclass
class Told:
    status: int
    out: str
    error: str

    @property
    def states(self) -> dict[str, str]:
        lines = self.out.partition("\nReport")[0].splitlines()
        return {line[9:24].rstrip(): line[:8].rstrip() for line in lines if line[:1].strip()}

    @property
    def report(self) -> str:
        return self.out.partition("\nReport")[2]

    def line(self, step: str) -> str:
        return next(line for line in self.out.splitlines() if line[9:24].rstrip() == step)

    @property
    def failed(self) -> list[str]:
        return [step for step, state in self.states.items() if state == "FAILED"]


@dataclass
class Stage:
    folder: Path
    cloud: Cloud
    mailbox: Mailbox
    bot: Account
    person: Person
    variables: dict[str, str] = field(default_factory=dict)

    async def start(self, address: str = BO, wait: int = 15) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "rehearse", address, "--wait", str(wait)),
            cwd=self.folder,
            env=Shell(self.folder).environment(**self.variables),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            # What runs in the background of a shell is deaf to Ctrl-C, and with it these tests.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )

    async def __call__(self, address: str = BO, wait: int = 15) -> Told:
        process = await self.start(address, wait)
        out, error = await asyncio.wait_for(process.communicate(), 240)
        assert b"Traceback" not in error
        return Told(process.returncode or 0, out.decode(), error.decode())

    def secrets(self) -> list[str]:
        return [*(self.variables[name] for name in SECRETS), self.person.code or "no code", "words that nobody"]


SECRETS = ("WEBEX_ACCESS_TOKEN", "HELPDESK_SECRET_KEY", "HELPDESK_DSN_TOKEN", "WEBEX_CLIENT_SECRET", "WEBEX_CLIENT_ID")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    cloud, mailbox, port = Cloud(), Mailbox(), free_port()
    data = demo_file(now=datetime.now(UTC))
    cloud.partner.fill(data)
    known = next(each for each in data["people"] if each["emails"][0] == BO)
    bot = cloud.add_bot("Help Desk", org_id=known["orgId"])
    bo = cloud.add_person("Bo Larsen", BO, known["orgId"])
    app = cloud.add_service_app("Reader")
    async with cloud.serve(), mailbox.serve():
        stage = Stage(tmp_path, cloud, mailbox, bot, Person(cloud, mailbox, bo, port))
        stage.variables = {
            "WEBEX_ACCESS_TOKEN": bot.token,
            "HELPDESK_WEBEX_URL": cloud.url,
            "HELPDESK_WEBEX_CATALOG_URL": cloud.catalog_url,
            "HELPDESK_SECRET_KEY": SECRET,
            "HELPDESK_SMTP_URL": mailbox.url,
            "HELPDESK_MAIL_FROM": "desk@partner.example",
            "HELPDESK_BOUNCE_ADDRESS": "bounce@partner.example",
            "HELPDESK_DSN_TOKEN": DSN_TOKEN,
            "HELPDESK_BIND": "127.0.0.1",
            "WEBEX_CLIENT_ID": app.client_id,
            "WEBEX_CLIENT_SECRET": app.client_secret,
            "WEBEX_REFRESH_TOKEN": app.refresh_token,
            "PORT": str(port),
        }
        yield stage


def _nothing_is_left(stage: Stage) -> None:
    space = stage.cloud.direct(stage.person.account, stage.bot)
    assert [one.text for one in stage.cloud.messages(space) if one.person is stage.bot] == []
    assert stage.cloud._devices.of(stage.bot) == []
    assert stage.cloud.webhooks.all == []
    assert os.listdir(stage.folder) == []


async def test_every_step_works_and_leaves_nothing_behind(stage: Stage) -> None:
    told = await stage()
    assert (told.status, told.error, told.failed) == (0, "", []), told.out
    assert set(told.states.values()) == {"ok"}
    assert set(told.states) >= {"token", "way in", "button", "word", "file", "edit", "mail", "bounce", *ADMIN_APIS}
    assert "5.1.1" in told.line("bounce")
    assert "8 bytes" in told.line("file")
    assert "spark-admin:devices_read" in told.line("devices")
    assert "differs      nothing" in told.report, told.report
    _nothing_is_left(stage)


async def test_the_report_has_no_secrets_and_no_personal_data(stage: Stage) -> None:
    stage.variables["HELPDESK_SMTP_URL"] = stage.mailbox.url.replace("//", "//mail-user:s3cr3t-of-mail@")
    told = await stage()
    people = [part for one in stage.cloud.rooms.accounts for part in (one.email, one.uuid, one.id, one.display_name)]
    report = told.report.lower()
    for forbidden in (
        *stage.secrets(),
        *people,
        "partner.example",
        "@",
        "bo larsen",
        "secret-name",
        "s3cr3t",
        "mail-user",
    ):
        assert forbidden.lower() not in report, forbidden
    assert not [secret for secret in stage.secrets() if secret in told.out]
    assert re.search(r"call +GET +/v1/people/me 200 \d+ ms", told.report)
    assert "{id}" in told.report
    assert re.search(r"versions +webex-helpdesk \S+, aiohttp \d", told.report)


def refuses(call: str, status: int = 403) -> Callable[[Stage], None]:
    return lambda stage: stage.cloud.faults.refused.update({call: status})


def leaves_out(*what: str) -> Callable[[Stage], None]:
    def fault(stage: Stage) -> None:
        stage.person.leaves_out = what

    return fault


def sets(**variables: str) -> Callable[[Stage], None]:
    return lambda stage: stage.variables.update(variables)


def _clock(stage: Stage) -> None:
    stage.cloud.faults.clock_ahead_seconds = 300


def _handshakes(stage: Stage) -> None:
    stage.cloud.faults.hang_handshakes = True


def _refused_mail(stage: Stage) -> None:
    stage.mailbox.refuse(BO, f"550 5.7.1 not from you to {BO}")


FAULTS: dict[str, tuple[str, Callable[[Stage], None], str, str]] = {
    # name -> (the step that fails, the fault, what is said, what to do)
    "token": ("token", sets(WEBEX_ACCESS_TOKEN="wrong"), "(401)", "developer.webex.com"),
    "clock": ("clock", _clock, "behind Webex's", "NTP"),
    "person": ("person", refuses("GET /v1/people?email"), "403", "token"),
    "websocket": ("way in", _handshakes, "No websocket opened", "firewall"),
    "card": ("card", refuses("POST /v1/messages"), "403", "Control Hub"),
    "button untold": ("button", leaves_out("press"), "No press", "way in back"),
    "button unread": ("button", refuses("GET /v1/attachment/actions"), "403", "status.webex.com"),
    "word": ("word", leaves_out("word"), "No word", "way in back"),
    "file untold": ("file", leaves_out("file"), "No file", "way in back"),
    "file unread": ("file", refuses("GET /v1/contents", 428), "", ""),
    "edit": ("edit", leaves_out("edit"), "No edit", "way in back"),
    "mail refused": ("mail", _refused_mail, "550 5.7.1", "HELPDESK_MAIL_FROM"),
    "no mail": ("mail", leaves_out("code"), "No code", "way in back"),
    "wrong code": ("mail", leaves_out("right code"), "not the code", "spam"),
    "bounce": ("bounce", leaves_out("bounce"), "Nothing came back", "docs/mail.md"),
    "organizations": ("organizations", refuses("GET /v1/organizations"), "no customer", "organizations_read"),
    **{name: (name, refuses(f"GET {path}"), "Without it", "Control Hub") for name, path in ADMIN_APIS.items()},
    "cleaning up": ("cleaning up", refuses("DELETE /v1/messages"), "could not be deleted", "harmless"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_step_fails_alone_and_says_what_to_do(stage: Stage, fault: str) -> None:
    step, cause, said, advice = FAULTS[fault]
    cause(stage)
    told = await stage(wait=4)
    assert (told.status, told.failed) == (1, [step]), told.out
    assert said in told.line(step)
    assert advice in told.line(step)
    assert re.search(rf"FAILED +{step} .*\w", told.report)
    assert BO not in told.report
    if step != "cleaning up":
        _nothing_is_left(stage)


@pytest.mark.parametrize("odd", ["bo", "", "a@b@partner.example", "x" * 10_000, "bo larsen@partner.example"])
async def test_no_address_is_a_usage_error(stage: Stage, odd: str) -> None:
    told = await stage(odd)
    assert (told.status, told.out) == (2, "")
    assert told.error.startswith("helpdesk: ")


async def test_a_stranger_to_webex_is_told(stage: Stage) -> None:
    told = await stage("no.body@partner.example")
    assert (told.status, told.failed) == (1, ["person"])
    assert "Webex knows nobody" in told.line("person")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_stopped_in_between_it_takes_back_what_it_made(stage: Stage, how: signal.Signals) -> None:
    stage.person.leaves_out = ("press",)
    process = await stage.start(wait=60)
    assert process.stdout
    while b"press the button" not in await asyncio.wait_for(process.stdout.readline(), 60):
        pass
    process.send_signal(how)
    _, error = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 2
    assert b"taken back" in error
    _nothing_is_left(stage)


async def test_events_come_by_webhook_where_that_is_the_way_in(stage: Stage) -> None:
    url = f"http://127.0.0.1:{stage.person.port}"
    stage.variables |= {"HELPDESK_TRANSPORT": "webhook", "HELPDESK_PUBLIC_URL": url}
    told = await stage()
    assert (told.status, told.failed) == (0, []), told.out
    _nothing_is_left(stage)


def _by_webhook(stage: Stage) -> None:
    url = f"http://127.0.0.1:{stage.person.port}"
    stage.variables |= {"HELPDESK_TRANSPORT": "webhook", "HELPDESK_PUBLIC_URL": url}


async def test_a_webhook_that_webex_refuses_fails_the_way_in_alone(stage: Stage) -> None:
    _by_webhook(stage)
    stage.cloud.faults.refused["POST /v1/webhooks"] = 400
    told = await stage(wait=4)
    assert (told.status, told.failed) == (1, ["way in"]), told.out
    assert "Check HELPDESK_PUBLIC_URL" in told.line("way in")
    _nothing_is_left(stage)


async def test_where_a_desk_has_the_port_it_says_to_stop_it(stage: Stage) -> None:
    _by_webhook(stage)
    taken = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", stage.person.port)
    stage.person.leaves_out = ("bounce",)
    async with taken:
        told = await stage(wait=4)
    assert told.failed == ["way in", "bounce"], told.out
    assert all("Stop helpdesk run" in told.line(step) for step in told.failed)


async def test_a_public_address_that_leads_elsewhere_is_told(stage: Stage) -> None:
    _by_webhook(stage)
    stage.variables["HELPDESK_PUBLIC_URL"] = stage.cloud.base_url
    told = await stage(wait=4)
    assert told.failed == ["way in"], told.out
    assert "not as this desk does" in told.line("way in")
    assert stage.cloud.webhooks.all == []


async def test_a_proxy_that_is_away_is_named(stage: Stage) -> None:
    stage.variables |= {"HTTP_PROXY": "http://ana:s3cr3t@127.0.0.1:9", "NO_PROXY": ""}
    told = await stage(wait=2)
    assert "REST through 127.0.0.1:9 as ana" in told.line("proxy")
    assert "not reached through the proxy" in told.line("token")
    assert "proxy yes" in told.report
    assert "s3cr3t" not in told.out


async def test_what_is_not_set_is_skipped_and_fails_nothing(stage: Stage) -> None:
    for name in list(stage.variables):
        if name.startswith(("HELPDESK_SMTP", "HELPDESK_MAIL", "HELPDESK_BOUNCE", "HELPDESK_DSN", "WEBEX_CLIENT")):
            del stage.variables[name]
    del stage.variables["WEBEX_REFRESH_TOKEN"]
    told = await stage()
    assert (told.status, told.failed) == (0, []), told.out
    assert {step for step, state in told.states.items() if state == "skipped"} == {
        "mail",
        "bounce",
        "organizations",
        *ADMIN_APIS,
    }
