"""Where nothing public is served, nobody on another machine can connect; what was set goes before that."""

from typing import Any

import pytest
from pydantic import SecretStr

from bot.http.edge.bind import EVERYWHERE, LOOPBACK, bind_of
from bot.settings import Settings

TOKEN = SecretStr("a token of the tests, long enough")


@pytest.mark.parametrize(
    ("settings", "host"),
    [
        ({}, LOOPBACK),
        ({"transport": "webhook", "public_url": "https://desk.example"}, EVERYWHERE),
        ({"public_url": "https://desk.example"}, EVERYWHERE),
        ({"public_url": "http://127.0.0.1:8080"}, LOOPBACK),
        ({"public_url": "http://localhost:8080", "transport": "webhook"}, LOOPBACK),
        ({"public_url": "http://[::1]:8080"}, LOOPBACK),
        ({"public_url": "http://10.0.0.5"}, EVERYWHERE),
        ({"dsn_token": TOKEN, "bounce_address": "bounces@desk.example"}, EVERYWHERE),
        ({"mail_provider": "sendgrid", "sendgrid_webhook_key": "a key"}, EVERYWHERE),
        ({"mail_provider": "postmark", "postmark_webhook_password": TOKEN}, EVERYWHERE),
        ({"mail_provider": "ses", "ses_topics": ("a topic",)}, EVERYWHERE),
        ({"mail_provider": "embedded", "ses_topics": ("a topic",)}, LOOPBACK),
        ({"bind": "10.0.0.5"}, "10.0.0.5"),
        ({"bind": LOOPBACK, "public_url": "https://desk.example"}, LOOPBACK),
    ],
)
def test_where_it_listens(settings: dict[str, Any], host: str) -> None:
    assert bind_of(Settings().model_copy(update=settings)).host == host
