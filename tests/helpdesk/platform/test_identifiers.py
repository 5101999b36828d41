"""Webex ids in either form lead to one key; anything else is no id."""

import base64

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk.platform.identifiers import canonical_id, cluster, id_key, id_type

KEY = "0b1f3a52-6f0e-4d55-9d7e-2f6f3c1a9b10"


def webex_id(kind: str, rest: str, cluster: str = "us") -> str:
    return base64.urlsafe_b64encode(f"ciscospark://{cluster}/{kind}/{rest}".encode()).decode()


@given(key=st.uuids().map(str), kind=st.sampled_from(["PEOPLE", "ORGANIZATION", "people"]))
def test_every_form_of_an_id_has_the_same_key(key: str, kind: str) -> None:
    padded = webex_id(kind, key.upper())
    for form in (key, key.upper(), f"  {key}\n", padded, padded.rstrip("="), f" {padded} "):
        assert canonical_id(form) == key


def test_both_alphabets_of_base64_are_read() -> None:
    plain = f"ciscospark://us/LICENSE/{KEY}:site>>>???.webex.example".encode()
    standard, for_urls = base64.b64encode(plain).decode(), base64.urlsafe_b64encode(plain).decode()
    assert standard != for_urls
    assert canonical_id(standard) == canonical_id(for_urls) == f"{KEY}:site>>>???.webex.example"


@pytest.mark.parametrize("where", ["us", "urn:TEAM:eu-central-1_k"])
def test_type_and_cluster_are_told_from_the_base64_form_only(where: str) -> None:
    identifier = webex_id("people", KEY, where)
    assert (id_type(identifier), cluster(identifier)) == ("PEOPLE", where)
    assert (id_type(KEY), cluster(KEY)) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Pat Lindqvist",
        KEY[:-1],
        KEY + "0",
        KEY.replace("-", ""),
        "{" + KEY.replace("-", "", 3) + "}",
        KEY.replace("0", "_", 1),
        KEY.replace("0", "０"),
        "0b1f3a5-26f0e-4d55-9d7e-2f6f3c1a9b10",
        base64.b64encode(b"https://us/PEOPLE/" + KEY.encode()).decode(),
        base64.b64encode(b"\xff\xfe" * 20).decode(),
        webex_id("PEOPLE", ""),
        webex_id("PEOPLE", "a\x00b"),
        webex_id("PEOPLE", "a\nb"),
    ],
)
def test_what_is_no_id_has_no_key(text: str) -> None:
    assert canonical_id(text) is None


def test_an_id_in_neither_form_is_its_own_key() -> None:
    assert id_key("an id of another kind") == "an id of another kind"
    assert id_key(webex_id("PEOPLE", KEY)) == KEY


@given(text=st.text() | st.binary(max_size=60).map(lambda raw: base64.b64encode(b"ciscospark://" + raw).decode()))
@example("=" * 24)
def test_any_text_has_a_printable_key_or_none(text: str) -> None:
    key = canonical_id(text)
    assert key is None or (key and key.isprintable())
