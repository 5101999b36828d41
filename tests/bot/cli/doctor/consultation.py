"""The doctor, asked about an environment of the test's own."""

import os

import pytest

import bot.cli.doctor

TOKEN = "a-token-that-nobody-may-see"
SECRET = "a secret of the tests, long enough"


class Doctor:
    """Called with the names of checks and the variables to set; gives what it found by name: `ok ...`."""

    def __init__(self, environment: pytest.MonkeyPatch) -> None:
        self._environment = environment
        for name in os.environ:
            if name.startswith(("HELPDESK_", "WEBEX_")):
                environment.delenv(name)
        self.is_well = False
        self.lines: list[str] = []

    async def __call__(self, *names: str, **variables: str) -> dict[str, str]:
        for name, value in {"WEBEX_ACCESS_TOKEN": TOKEN, "HELPDESK_SECRET_KEY": SECRET, **variables}.items():
            self._environment.setenv(name, value)
        checks = [check for check in bot.cli.doctor.CHECKS if check.name in names]
        assert len(checks) == len(names)
        self.lines = []
        self.is_well = await bot.cli.doctor.examine(self.lines.append, checks)
        return {line[9:24].rstrip(): f"{line[:8].rstrip()} {line[25:]}" for line in self.lines}
