"""Amazon's Signature Version 4, for calls that have no query.

Source: AWS General Reference, "Create a signed AWS API request". Of all Amazon's services only S3 signs the path as it
is sent; for the others each segment is encoded once more.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit


@dataclass(frozen=True, slots=True)
class Credentials:
    """`session_token` comes with keys that are lent for a while only."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


def signed_headers(
    method: str, url: str, body: bytes, credentials: Credentials, region: str, service: str, at: datetime
) -> dict[str, str]:
    """The headers that make the call Amazon's. `url` is encoded as it goes over the wire, and names no default port."""
    parts = urlsplit(url)
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    headers = {"host": parts.netloc, "x-amz-date": stamp}
    if credentials.session_token:
        headers["x-amz-security-token"] = credentials.session_token
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = f"{method}\n{quote(parts.path, safe='/~')}\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"

    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    key = b"AWS4" + credentials.secret_key.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signed = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.digest(key, signed.encode(), "sha256").hex()
    return headers | {
        "authorization": f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}"
    }
