"""Calls are signed as Amazon's own client signs them."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as AmazonsCredentials

from helpdesk.mail.providers.ses.sigv4 import Credentials, signed_headers

ADDRESSES = "https://email.eu-west-1.amazonaws.com/v2/email/suppression/addresses"
NASTY = [
    "pat@acme.example",
    "o'brien+x/y@exa mple.com",
    "a%2Fb~c*(d)!@acme.example",
    "zoé@münchen.example",
    "../..?x=1#y",
]
CALLS = [("GET", quote(address, safe=""), b"") for address in NASTY]
CALLS += [("DELETE", quote(address, safe=""), b"") for address in NASTY]
CALLS += [("PUT", "", b'{"EmailAddress": "pat@acme.example", "Reason": "BOUNCE"}')]


@pytest.mark.parametrize("session_token", [None, "lent/for+a=while"])
@pytest.mark.parametrize(("method", "behind", "body"), CALLS)
def test_a_call_is_signed_as_amazons_own_client_signs_it(
    method: str, behind: str, body: bytes, session_token: str | None
) -> None:
    url = f"{ADDRESSES}/{behind}" if behind else ADDRESSES
    theirs = AWSRequest(method, url, data=body)
    SigV4Auth(AmazonsCredentials("AKIDEXAMPLE", "secret/key+", session_token), "ses", "eu-west-1").add_auth(theirs)

    at = datetime.strptime(theirs.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    credentials = Credentials("AKIDEXAMPLE", "secret/key+", session_token)
    ours = signed_headers(method, url, body, credentials, "eu-west-1", "ses", at)

    assert ours.pop("host") == "email.eu-west-1.amazonaws.com"
    assert ours == {name.lower(): value for name, value in theirs.headers.items()}


def test_a_port_belongs_to_the_signed_host() -> None:
    url = "http://127.0.0.1:4010/v2/email/suppression/addresses/pat%40acme.example"
    theirs = AWSRequest("GET", url)
    SigV4Auth(AmazonsCredentials("AKIDEXAMPLE", "secret"), "ses", "eu-west-1").add_auth(theirs)
    at = datetime.strptime(theirs.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    ours = signed_headers("GET", url, b"", Credentials("AKIDEXAMPLE", "secret"), "eu-west-1", "ses", at)
    assert ours["authorization"] == theirs.headers["Authorization"]


def test_secrets_are_not_shown() -> None:
    shown = repr(Credentials("AKIDEXAMPLE", "the secret", "the token"))
    assert "the secret" not in shown
    assert "the token" not in shown
