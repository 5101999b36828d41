"""What is taken in is what the operator configured, and nothing else."""

from typing import Any

import pytest
from pydantic import SecretStr

from bot.http.bounces import Bounces
from bot.settings import Settings
from helpdesk.platform.clock import utc_now
from helpdesk.platform.store import Store

SECRET = SecretStr("a secret of the mail server's, long enough")


@pytest.mark.parametrize(
    ("configured", "has_hook", "has_lmtp"),
    [
        ({}, False, False),
        ({"dsn_token": SECRET, "lmtp_port": 0}, False, False),
        ({"bounce_address": "bounce@desk.example.com", "dsn_token": SECRET}, True, False),
        ({"bounce_address": "bounce@desk.example.com", "lmtp_port": 0}, False, True),
    ],
)
async def test_a_way_in_is_open_only_where_it_is_configured(
    configured: dict[str, Any], has_hook: bool, has_lmtp: bool
) -> None:
    bounces = Bounces(Settings(**configured), Store("sqlite+aiosqlite:///:memory:"), utc_now)
    await bounces.start()
    assert (len(bounces.routes) == 1, bounces.lmtp is not None) == (has_hook, has_lmtp)
    assert bounces.lmtp is None or bounces.lmtp.port > 0
    await bounces.stop()
