"""`python -m playground` with a stand-in for the bot: starts all of it, says where, and ends cleanly."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "playground" / "page" / "vendor" / "adaptivecards.min.js"

pytestmark = pytest.mark.skipif(not VENDOR.exists(), reason="the page's scripts are not fetched (pip install . does)")


@pytest.fixture
def folder(tmp_path):
    """Where the demo is started: its `bot` is the stand-in."""
    (tmp_path / "bot").mkdir()
    stand_in = (Path(__file__).parent / "stand_in_bot.py").read_text(encoding="utf-8")
    (tmp_path / "bot" / "__main__.py").write_text(stand_in, encoding="utf-8")
    (tmp_path / "bot" / "__init__.py").touch()  # else a `bot` that is installed comes first
    (tmp_path / "temporary").mkdir()
    return tmp_path


def start(folder, port=0):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "temporary")}
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "playground", "--port", str(port)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def first_line(process):
    """What it says once it is ready; killed when that takes too long."""
    guard = threading.Timer(20, process.kill)
    guard.start()
    line = process.stdout.readline()
    guard.cancel()
    return line


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_prepares_the_database_says_where_it_is_and_stops_cleanly(folder, how):
    process = start(folder)
    line = first_line(process)
    assert re.fullmatch(r"The help desk is at http://127\.0\.0\.1:\d+/ \(Ctrl-C stops it\)\n", line), line
    steps = (folder / "steps").read_text().splitlines()
    assert [step.split()[0] for step in steps] == ["db", "import", "agents"]
    process.send_signal(how)
    _, said = process.communicate(timeout=15)
    assert (process.returncode, said) == (0, "")
    assert list((folder / "temporary").iterdir()) == []


def test_a_busy_port_is_said_in_one_line(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start(folder, port)
        out, said = process.communicate(timeout=15)
    assert (process.returncode, out) == (1, "")
    assert said.startswith(f"Port {port} cannot be used")
    assert said.endswith(f"--port {port + 1}\n")
    assert said.count("\n") == 1


def test_a_bot_that_dies_is_said_with_its_last_words(folder):
    (folder / "die").touch()
    process = start(folder)
    _, said = process.communicate(timeout=15)
    assert process.returncode == 1
    assert said == "The bot ended with status 1.\nno such luck\n"


def test_the_bot_ends_with_a_demo_that_is_killed(folder):
    process = start(folder)
    assert first_line(process)
    bots = [child for child in psutil.Process(process.pid).children() if "run" in child.cmdline()]
    assert len(bots) == 1
    process.kill()
    process.communicate(timeout=15)
    gone, alive = psutil.wait_procs(bots, timeout=15)
    assert (gone, alive) == (bots, [])
