"""No secret of the settings comes out, in any form that a server could send it back in."""

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.cli.doctor.redaction import HIDDEN, LONGEST_LINE, Redaction
from bot.settings import Settings
from helpdesk.mail.smtp import parse_smtp_url

TOKEN = "tok/en+with=signs 1"
PASSWORDS = {"of mail": "p@ss/w#rd?", "of the database": "d:b%p"}
REDACT = Redaction(
    Settings(
        webex_access_token=SecretStr(TOKEN),
        secret_key=SecretStr("k" * 32),
        smtp_url=SecretStr(f"smtp://desk:{quote(PASSWORDS['of mail'], safe='')}@mail.example"),
        database_url=SecretStr(f"postgresql+asyncpg://desk:{quote(PASSWORDS['of the database'], safe='')}@db/desk"),
    )
)


@pytest.mark.parametrize("secret", [TOKEN, "k" * 32, *PASSWORDS.values()])
@pytest.mark.parametrize(
    "form",
    [
        str,
        quote,
        lambda secret: quote(secret, safe=""),
        json.dumps,
        repr,
        str.upper,
        lambda secret: secret.encode().hex(),
    ],
    ids=["as it is", "in a path", "in a URL", "in JSON", "in Python", "in capitals", "in hexadecimal"],
)
def test_a_secret_is_hidden_in_every_form(secret: str, form: object) -> None:
    assert callable(form)
    line = REDACT(f"550 you said <{form(secret)}>, did you not?")
    assert line.startswith("550 you said <")
    assert line.endswith(">, did you not?")
    assert form(secret).strip("'\"") not in line
    assert HIDDEN in line


@given(before=st.binary(max_size=9), after=st.binary(max_size=9))
def test_a_secret_within_base64_cannot_be_read_back(before: bytes, after: bytes) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        line = REDACT(encode(before + PASSWORDS["of mail"].encode() + after).decode())
        assert HIDDEN in line
        assert len(line) - len(HIDDEN) <= (len(before) + len(after) + 2) * 4 // 3 + 4


@pytest.mark.parametrize("url", ["smtp://other:its-own@host", "https://other:its-own@host/path", "x://:its-own@host"])
def test_credentials_in_any_url_are_hidden(url: str) -> None:
    assert "its-own" not in REDACT(f"cannot reach {url}")


def test_a_finding_is_one_printable_line_of_bounded_length() -> None:
    line = REDACT("one\r\n\x1b[2Jtwo\u202ethree\u2028" + "x" * 10_000)
    assert line.startswith("one [2Jtwo three xxx")
    assert line.isprintable()
    assert len(line) == LONGEST_LINE


def test_a_secret_broken_by_line_ends_is_hidden() -> None:
    assert REDACT(TOKEN.replace(" ", "\r\n ")) == HIDDEN


def test_what_is_too_short_to_be_a_secret_leaves_words_readable() -> None:
    assert Redaction(Settings(webex_access_token=SecretStr("t")))("that token") == "that token"


def test_our_own_advice_stays_as_it_is() -> None:
    with pytest.raises(ValueError, match="must look like") as refused:
        parse_smtp_url("smtp://")
    assert REDACT(str(refused.value)) == str(refused.value)
    assert "smtp://user:password@host:587" in str(refused.value)
