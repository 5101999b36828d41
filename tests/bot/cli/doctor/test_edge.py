"""What is open to whom is said, and what is open to too many."""

import re

import pytest

from tests.bot.cli.doctor.consultation import Doctor


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "ok 127.0.0.1, port 8080; metrics on 127.0.0.1, port 8081."),
        ({"HELPDESK_BIND": "10.0.0.5"}, "warning 10.0.0.5, port 8080; .* Nothing public is served"),
        ({"HELPDESK_METRICS_BIND": "0.0.0.0:9000"}, "warning .*metrics on 0.0.0.0, port 9000. Whoever reaches"),
        ({"HELPDESK_PUBLIC_URL": "https://desk.example"}, "warning all addresses, .*HELPDESK_TRUSTED_PROXIES"),
        (
            {"HELPDESK_PUBLIC_URL": "https://desk.example", "HELPDESK_TRUSTED_PROXIES": "10.0.0.5"},
            "ok all addresses, port 8080",
        ),
    ],
)
async def test_the_ports_are_told(doctor: Doctor, variables: dict[str, str], said: str) -> None:
    assert re.match(said, (await doctor("ports", **variables))["ports"])


async def test_a_low_limit_of_open_files_is_told(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (256, 256))
    assert "ulimit -n" in (await doctor("ports"))["ports"]
