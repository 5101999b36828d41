"""`helpdesk init` as a process: asked over a pipe and at a terminal, tried against a Webex and a mail server."""

import asyncio
import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.settings.dot_env import variables
from playground.cloud import Cloud
from playground.mailbox import Mailbox

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[4]
ANA, DESK = "ana.ruiz@partner.example", "desk@partner.example"
SMTP_PASSWORD = "pass-of-mail"


@dataclass
class Ended:
    status: int
    out: str
    error: str


@dataclass
class Init:
    folder: Path
    cloud: Cloud
    mailbox: Mailbox
    token: str

    @property
    def file(self) -> Path:
        return self.folder / ".env"

    @property
    def kept(self) -> dict[str, str]:
        return variables(self.file.read_text())

    def environment(self, **variables: str) -> dict[str, str]:
        left = {name: value for name, value in os.environ.items() if not name.startswith(("HELPDESK_", "WEBEX_"))}
        at = {"HELPDESK_WEBEX_URL": self.cloud.url, "HELPDESK_WEBEX_CATALOG_URL": self.cloud.catalog_url}
        return {**left, "PYTHONPATH": str(ROOT), **at, **variables}

    async def __call__(self, *answers: str, raw: bytes | None = None, **variables: str) -> Ended:
        given = raw if raw is not None else "".join(f"{answer}\n" for answer in answers).encode()
        ended = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "bot", "init"],
            cwd=self.folder,
            env=self.environment(**variables),
            input=given,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert b"Traceback" not in ended.stderr
        return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


@pytest.fixture
async def init(tmp_path: Path) -> AsyncIterator[Init]:
    cloud, mailbox = Cloud(), Mailbox()
    token = cloud.add_bot("Help Desk").token
    cloud.add_person("Ana Ruiz", ANA)
    async with cloud.serve(), mailbox.serve():
        yield Init(tmp_path, cloud, mailbox, token)


async def test_what_is_missing_is_asked_tried_and_written_for_its_owner_alone(init: Init) -> None:
    ended = await init(init.token, ANA, init.mailbox.url, DESK, "", "")
    assert (ended.status, ended.error) == (0, "")
    kept = init.kept
    assert re.fullmatch(r"[0-9a-f]{64}", kept.pop("HELPDESK_SECRET_KEY"))
    assert kept == {
        "WEBEX_ACCESS_TOKEN": init.token,
        "HELPDESK_PARTNER_ADMINS": ANA,
        "HELPDESK_SMTP_URL": init.mailbox.url,
        "HELPDESK_MAIL_FROM": DESK,
        "HELPDESK_MAIL_PROVIDER": "embedded",
        "HELPDESK_DATABASE_URL": "sqlite+aiosqlite:///helpdesk.db",
    }
    assert stat.S_IMODE(init.file.stat().st_mode) == 0o600
    assert os.listdir(init.folder) == [".env"]
    assert init.token not in ended.out
    assert "ok       websocket" in ended.out
    assert init.mailbox.mails == []


async def test_only_what_is_missing_is_asked(init: Init) -> None:
    secret = "x" * 40
    init.file.write_text(f"# of ours\nHELPDESK_SECRET_KEY={secret}\nOTHER='of another'\nHELPDESK_SMTP_URL=\n")
    ended = await init("", "", "", WEBEX_ACCESS_TOKEN=init.token, HELPDESK_PARTNER_ADMINS=ANA)
    assert ended.status == 0
    text = init.file.read_text()
    assert text.startswith(f"# of ours\nHELPDESK_SECRET_KEY={secret}\nOTHER='of another'\n")
    assert init.token not in text
    assert set(init.kept) == {
        "HELPDESK_SECRET_KEY",
        "HELPDESK_SMTP_URL",
        "HELPDESK_MAIL_PROVIDER",
        "HELPDESK_DATABASE_URL",
    }
    again = await init(WEBEX_ACCESS_TOKEN=init.token, HELPDESK_PARTNER_ADMINS=ANA, HELPDESK_SMTP_URL="")
    assert again.status == 2  # SMTP alone is still asked for
    assert init.file.read_text() == text


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (["wrong-token", "{token}", ANA, "", "", ""], "Webex refused the token in WEBEX_ACCESS_TOKEN"),
        (["{person}", "{token}", ANA, "", "", ""], "who is no bot"),
        (["", "{token}", ANA, "", "", ""], "It is needed"),
        (["{token}", "ana", ANA, "", "", ""], "HELPDESK_PARTNER_ADMINS must be email addresses"),
        (["{token}", f"{ANA}; no.body@partner.example", ANA, "", "", ""], "Webex knows nobody with address 2"),
        (["{token}", ANA, "smtp://127.0.0.1:9?tls=none", DESK, "{smtp}", "", "", ""], "takes no mail from"),
        (["{token}", ANA, f"smtp://u:{SMTP_PASSWORD}@h:x", DESK, "{smtp}", "", "", ""], "HELPDESK_SMTP_URL"),
        (["{token}", ANA, "", "pigeon", "embedded", ""], "HELPDESK_MAIL_PROVIDER must be one of"),
        (["{token}", ANA, "", "", "mysql://u:p@h/d", "sqlite+aiosqlite:///helpdesk.db"], "HELPDESK_DATABASE_URL must"),
        (
            ["{token}", ANA, "", "", "postgresql+asyncpg://u:pass-of-mail@127.0.0.1:9/d", "sqlite+aiosqlite:///a.db"],
            "PostgreSQL cannot be used",
        ),
    ],
)
async def test_each_answer_is_tried_at_once_and_asked_again(init: Init, answers: list[str], said: str) -> None:
    person = next(one.token for one in init.cloud.rooms.accounts if one.type == "person")
    given = [one.format(token=init.token, person=person, smtp=init.mailbox.url) for one in answers]
    ended = await init(*given)
    assert (ended.status, ended.error) == (0, "")
    assert said in ended.out
    assert init.kept["WEBEX_ACCESS_TOKEN"] == init.token
    assert not [secret for secret in (init.token, person, SMTP_PASSWORD) if secret in ended.out]


async def test_what_fails_can_be_kept_and_the_doctor_says_so(init: Init) -> None:
    ended = await init(init.token, ANA, "smtp://127.0.0.1:9?tls=none", DESK, "", "", "", "")
    assert ended.status == 1
    assert init.kept["HELPDESK_SMTP_URL"] == "smtp://127.0.0.1:9?tls=none"
    assert ended.out.count("FAILED   mail") == 2


async def test_a_group_that_fails_can_be_left_out(init: Init) -> None:
    ended = await init(init.token, ANA, "smtp://127.0.0.1:9?tls=none", DESK, "-", "", "")
    assert ended.status == 0
    assert not {"HELPDESK_SMTP_URL", "HELPDESK_MAIL_FROM"} & set(init.kept)


async def test_a_folder_that_is_not_there_is_told_before_any_question(init: Init) -> None:
    ended = await init(init.token, HELPDESK_ENV_FILE="nowhere/desk.env")
    assert ended.status == 1
    assert "the folder of desk.env is not there" in ended.error
    assert "WEBEX_ACCESS_TOKEN" not in ended.out


async def test_another_file_is_made_where_the_environment_names_one(init: Init) -> None:
    ended = await init(init.token, ANA, "", "", "", HELPDESK_ENV_FILE="desk.env")
    assert ended.status == 0
    assert os.listdir(init.folder) == ["desk.env"]


async def test_a_link_stays_one_and_what_it_leads_to_is_written(init: Init, tmp_path: Path) -> None:
    elsewhere = tmp_path / "kept"
    elsewhere.mkdir()
    init.file.symlink_to(elsewhere / "desk.env")
    assert (await init(init.token, ANA, "", "", "")).status == 0
    assert init.file.is_symlink()
    assert stat.S_IMODE((elsewhere / "desk.env").stat().st_mode) == 0o600


async def test_a_provider_is_asked_for_its_own_key(init: Init) -> None:
    ended = await init(
        *(init.token, ANA, "", "sendgrid", "s3cr3t-key", "", "", ""), HELPDESK_SENDGRID_URL="http://127.0.0.1:9"
    )
    assert ended.status == 1
    assert "SENDGRID_API_KEY" in init.kept
    assert "FAILED   mail provider" in ended.out
    assert "s3cr3t-key" not in ended.out


@pytest.mark.parametrize("count", range(6))
async def test_answers_that_end_too_soon_leave_no_file(init: Init, count: int) -> None:
    answers = [init.token, ANA, init.mailbox.url, DESK, "", ""][:count]
    ended = await init(*answers)
    assert (ended.status, os.listdir(init.folder)) == (2, [])
    assert ended.error.endswith("nothing was written\n")


@pytest.mark.parametrize("odd", [b"to\0ken\n", b"\xff\xfe\n", b"a" * 10_000_000 + b"\n", b"a\x1b[2Jb\n"])
async def test_an_answer_that_no_setting_can_hold_is_asked_again(init: Init, odd: bytes) -> None:
    ended = await init(raw=odd + f"{init.token}\n{ANA}\n\n\n\n".encode())
    assert ended.status == 0
    assert "WEBEX_ACCESS_TOKEN holds a character" in ended.out
    assert init.kept["WEBEX_ACCESS_TOKEN"] == init.token


async def test_who_is_wrong_five_times_is_let_go(init: Init) -> None:
    ended = await init(*["wrong-token"] * 9)
    assert (ended.status, os.listdir(init.folder)) == (1, [])
    assert "after 5 tries" in ended.error


async def test_a_file_that_cannot_be_read_is_left_as_it_is(init: Init) -> None:
    init.file.write_text("HELPDESK_SECRET_KEY='cut")
    ended = await init(init.token)
    assert ended.status == 1
    assert ".env line 1 cannot be read" in ended.error
    assert init.file.read_text() == "HELPDESK_SECRET_KEY='cut"


async def test_odd_passwords_come_back_as_they_were(init: Init) -> None:
    url = "smtp://desk:a$HOME'\"\\b=@127.0.0.1:9?tls=none"
    await init(init.token, ANA, url, DESK, "", "", "", "")
    assert init.kept["HELPDESK_SMTP_URL"] == url


def _until(terminal: int, words: str, seen: list[str]) -> None:
    ends = time.monotonic() + 60
    while words not in "".join(seen):
        assert time.monotonic() < ends, seen
        if select.select([terminal], [], [], 1)[0]:
            seen.append(os.read(terminal, 4096).decode(errors="replace"))


def _at_terminal(init: Init) -> tuple[int, str]:
    """Types the token, then presses Ctrl-C; the exit status, and all that was to be seen."""
    process, terminal = pty.fork()
    if process == 0:
        # What runs in the background of a shell is deaf to Ctrl-C, and with it these tests.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.chdir(init.folder)
        os.execve(sys.executable, [sys.executable, "-m", "bot", "init"], init.environment())  # noqa: S606
    seen: list[str] = []
    try:
        _until(terminal, "WEBEX_ACCESS_TOKEN", seen)
        os.write(terminal, f"{init.token}\n".encode())
        _until(terminal, "HELPDESK_PARTNER_ADMINS", seen)
        os.write(terminal, b"\x03")
        _until(terminal, "nothing was written", seen)
        _, status = os.waitpid(process, 0)
    except BaseException:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        raise
    finally:
        os.close(terminal)
    return os.waitstatus_to_exitcode(status), "".join(seen)


async def test_at_a_terminal_secrets_are_not_shown_and_ctrl_c_leaves_no_file(init: Init) -> None:
    status, seen = await asyncio.to_thread(_at_terminal, init)
    assert status == 2
    assert init.token not in seen
    assert os.listdir(init.folder) == []
