"""The demo as a user starts it, and a browser to look at it with."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
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
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(playwright), args=FLAGS)
        yield browser
        browser.close()


@asynccontextmanager
async def chromium_beside() -> AsyncIterator[Any]:
    """The same, for a test on whose loop the bot runs."""
    async_api = pytest.importorskip("playwright.async_api")
    async with async_api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_chromium(playwright), args=FLAGS)
        yield browser
        await browser.close()


def _chromium(playwright: Any) -> str | None:
    """Its path; None for Playwright's own, which is started without one: only then it picks its headless build."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    if not found and not Path(playwright.chromium.executable_path).exists():
        missing("no Chromium on this machine (set CHROMIUM to its path)")
    return found


def code_sent_in_webex(browser: Any, address: str) -> str:
    """What Pat, who calls, reads aloud from a page of their own."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.get_by_label("You are").select_option(label="Pat Lindqvist, Acme user, who calls")
    page.get_by_role("button", name="Help Desk").click()
    told = page.get_by_text(re.compile(r"Your code for Webex support")).last
    told.wait_for(timeout=10_000)
    (code,) = re.findall(r"\b\d{3} \d{3}\b", told.inner_text())
    context.close()
    return str(code)
