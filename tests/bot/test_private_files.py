"""Files of the desk are their owner's alone, whatever the umask and whatever they were before."""

import asyncio
import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from helpdesk.platform.store import Store
from helpdesk.platform.store.private import keep_private, sqlite_file
from playground.cloud import Cloud
from tests.bot.cli.test_main import ACME, SECRET, Shell

pytestmark = pytest.mark.long

OURS = ("helpdesk.db", "helpdesk.db-wal", "helpdesk.db-shm", "helpdesk-jobs.db")


@pytest.fixture(autouse=True)
def _open_to_all() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def helpdesk(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def modes(folder: Path) -> dict[str, int]:
    return {
        str(each.relative_to(folder)): stat.S_IMODE(each.stat().st_mode) for each in folder.rglob("*") if each.is_file()
    }


class Watched:
    """Looks at a folder as often as it can: no file of it may be open to others, not for a moment."""

    def __init__(self, folder: Path) -> None:
        self.seen: set[str] = set()
        self.open: set[str] = set()
        self._folder = folder
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Watched":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_over.is_set():
            with contextlib.suppress(FileNotFoundError):
                for name, mode in modes(self._folder).items():
                    self.seen.add(name)
                    if mode & 0o077:
                        self.open.add(name)


async def test_a_running_desk_makes_no_file_that_others_can_read(helpdesk: Shell) -> None:
    cloud = Cloud()
    bot = cloud.add_bot("Help Desk")
    async with cloud.serve():
        with Watched(helpdesk.folder) as watched:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=helpdesk.folder,
                env=helpdesk.environment(
                    WEBEX_ACCESS_TOKEN=bot.token,
                    HELPDESK_SECRET_KEY=SECRET,
                    HELPDESK_WEBEX_URL=cloud.url,
                    HELPDESK_WEBEX_CATALOG_URL=cloud.catalog_url,
                    PORT="0",
                ),
                stderr=asyncio.subprocess.DEVNULL,
            )
            async with asyncio.timeout(120):
                while not set(OURS) <= watched.seen:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), 20)
    assert watched.open == set()
    assert set(modes(helpdesk.folder).values()) == {0o600}


async def test_a_store_makes_none_either_whoever_opens_it(tmp_path: Path) -> None:
    """Without the command line, which has an umask of its own."""
    program = (
        "import asyncio, sys; from helpdesk.platform.store import Store;"
        "from helpdesk.platform.store.schema import upgrade;"
        "store = Store('sqlite+aiosqlite:///helpdesk.db'); asyncio.run(upgrade(store)); print('made', flush=True);"
        "sys.stdin.readline()"
    )
    with Watched(tmp_path) as watched:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", program),
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout
        assert process.stdin
        await asyncio.wait_for(process.stdout.readline(), 60)
        there = modes(tmp_path)
        process.stdin.write(b"\n")
        await process.wait()
    assert there == dict.fromkeys(("helpdesk.db", "helpdesk.db-wal", "helpdesk.db-shm"), 0o600)
    assert watched.open == set()


def test_files_that_were_open_to_others_are_closed_and_that_is_told_once(helpdesk: Shell) -> None:
    helpdesk("db", "upgrade")
    for name in ("helpdesk.db", "helpdesk-jobs.db", "helpdesk.db-journal"):
        (helpdesk.folder / name).touch()
        (helpdesk.folder / name).chmod(0o666)
    (helpdesk.folder / "helpdesk.db-journal").unlink()
    ended = helpdesk("agents", "list")
    assert (ended.status, ended.out) == (0, "")
    (line,) = (json.loads(line) for line in ended.errors)
    assert (line["event"], line["file"]) == ("file_was_readable_by_others", "helpdesk.db")
    assert modes(helpdesk.folder)["helpdesk.db"] == 0o600
    assert helpdesk("agents", "list").errors == []


def test_exports_are_written_for_their_owner_alone(helpdesk: Shell) -> None:
    helpdesk("import", helpdesk.write("acme.json", ACME))
    os.chmod(helpdesk.folder / "acme.json", 0o600)
    (helpdesk.folder / "person.json").write_text("what was there before, and is longer than nothing" * 99)
    for words in (
        ("export", "pat@acme.example", "--output", "person.json"),
        ("audit", "export", "--since", "2020-01-01", "--output", "audit.csv"),
    ):
        assert helpdesk(*words, HELPDESK_SECRET_KEY=SECRET).status == 0
    assert set(modes(helpdesk.folder).values()) == {0o600}
    assert json.loads((helpdesk.folder / "person.json").read_text())["addresses"] == ["pat@acme.example"]
    assert (helpdesk.folder / "audit.csv").read_text().startswith("id,at,actor")


def test_a_file_that_cannot_be_written_is_named(helpdesk: Shell) -> None:
    ended = helpdesk("export", "pat@acme.example", "--output", "no/such/folder.json", HELPDESK_SECRET_KEY=SECRET)
    assert (ended.status, ended.out) == (1, "")
    assert ended.errors == ["helpdesk: no/such/folder.json: No such file or directory"]


def test_the_demos_files_are_its_owners_alone(tmp_path: Path) -> None:
    program = (
        "import playground.__main__ as demo; demo.run_demo = lambda port: print(open('made', 'w').name); demo.main()"
    )
    subprocess.run(  # noqa: S603
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        check=True,
        timeout=60,
    )
    assert modes(tmp_path) == {"made": 0o600}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite+aiosqlite:///here.db", "here.db"),
        ("sqlite+aiosqlite:///file:a%2520b.db?uri=true", "a b.db"),
        ("sqlite+aiosqlite:///:memory:", None),
        ("sqlite+aiosqlite:///file:x?mode=memory&uri=true", None),
        ("postgresql+asyncpg://db/desk", None),
    ],
)
def test_the_file_is_found_in_any_form_of_address(url: str, name: str | None) -> None:
    found = sqlite_file(url)
    assert (found.name if found else None) == name


def test_through_a_link_it_is_the_file_itself_that_is_made(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
    file = sqlite_file(f"sqlite+aiosqlite:///{tmp_path}/link.db")
    assert file
    keep_private(file)
    assert modes(tmp_path)["real.db"] == 0o600


def _locks(file: Path) -> list[str]:
    locks = Path("/proc/locks")
    if not locks.exists():
        pytest.skip("this system does not tell of locks")
    return [line for line in locks.read_text().splitlines() if f":{file.stat().st_ino} " in line]


async def test_locks_of_this_process_outlive_another_connection(tmp_path: Path) -> None:
    """Opened and closed by anything but SQLite, the file would lose them (POSIX), and two could write at once."""
    url, file = f"sqlite+aiosqlite:///{tmp_path}/helpdesk.db", tmp_path / "helpdesk.db"
    first, second = Store(url), Store(url)
    await first.write(lambda session: session.connection().exec_driver_sql("CREATE TABLE t (x)"))
    before = _locks(file)
    assert before
    await second.read(lambda session: session.connection().exec_driver_sql("SELECT * FROM t").all())
    assert len(_locks(file)) >= len(before)
    await second.close()
    await first.close()


def test_what_cannot_be_closed_to_others_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    file = tmp_path / "somebody_elses.db"
    file.touch()
    with monkeypatch.context() as patch, capture_logs() as logged:
        patch.setattr("os.chmod", refuse)
        keep_private(file)
        keep_private(file)
    assert [(each["event"], each["file"]) for each in logged] == [("file_stays_readable_by_others", file.name)]
