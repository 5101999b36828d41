"""The demo as a user starts it, and a browser to look at it with."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PAGE_SCRIPTS = ROOT / "playground" / "page" / "vendor" / "adaptivecards.min.js"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def missing(what: str) -> None:
    """Skip; but not where everything is meant to be tested."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@contextmanager
def running_demo(folder: Path) -> Iterator[str]:
    """The address of the demo, started in `folder` on any free port; it must end well when told to."""
    if not PAGE_SCRIPTS.exists():
        missing("the page's scripts are not fetched (pip install . does)")
    process = subprocess.Popen(
        [sys.executable, "-m", "playground", "--port", "0"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    guard = threading.Timer(60, process.kill)
    guard.start()
    line = process.stdout.readline()
    guard.cancel()
    yield re.search(r"http://\S+/", line)[0]
    process.terminate()
    assert process.wait(timeout=15) == 0


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless Chromium: the machine's own, else Playwright's."""
    sync_api = pytest.importorskip("playwright.sync_api")
    found = os.environ.get("CHROMIUM") or next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    with sync_api.sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        if not found and not Path(own).exists():
            missing("no Chromium on this machine (set CHROMIUM to its path)")
        # Playwright's own is started without a path: only then it picks its headless build.
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()
