"""Amazon SNS as it posts to us: what it delivers is taken only with its signature and from a topic of our own.

Anybody can have SNS sign a message on a topic of theirs, so a topic that is not named costs us nothing and gets
nothing. Source: Amazon SNS Developer Guide, "Verifying the signatures of Amazon SNS messages".
"""

import base64
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from helpdesk.delivery import BadSignature
from helpdesk.providers.sns_certificates import HOST, Certificates, Fetch

log = structlog.get_logger()

_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": _CONFIRMATION,
    "UnsubscribeConfirmation": _CONFIRMATION,
}
# A topic signs with SHA-1 unless it is told otherwise.
_HASHES = {"1": SHA1, "2": SHA256}
_LEADS_TO_SNS = re.compile(rf"https://{HOST}/?\?[!-~]+")


@dataclass(frozen=True, slots=True)
class Notice:
    """What was published; `id` is the same when SNS delivers it again."""

    id: str
    message: str


class Topics:
    """`allowed` are the ARNs of the topics we listen to; `fetch` gets what an https:// URL of Amazon's holds."""

    def __init__(self, allowed: Collection[str], fetch: Fetch, certificates: Certificates) -> None:
        self._allowed = frozenset(allowed)
        self._fetch = fetch
        self._certificates = certificates

    async def read(self, body: bytes) -> Notice | None:
        """None for what is between SNS and us alone. Raises BadSignature; MailProviderError where Amazon is away."""
        envelope = _envelope(body)
        topic = envelope["TopicArn"]
        if topic not in self._allowed:
            raise BadSignature("a topic that is not named")
        await self._verify(envelope)
        if envelope["Type"] == "SubscriptionConfirmation":
            await self._fetch(_confirming_url(envelope))
            log.info("subscription to a topic confirmed", topic=topic)
        elif envelope["Type"] == "UnsubscribeConfirmation":
            log.warning("a topic no longer tells us anything; subscribe to it again", topic=topic)
        else:
            return Notice(envelope["MessageId"], envelope["Message"])
        return None

    async def _verify(self, envelope: dict[str, str]) -> None:
        algorithm = _HASHES.get(envelope.get("SignatureVersion", ""))
        if algorithm is None:
            raise BadSignature("a version of signature that we do not know")
        key = await self._certificates.key(envelope.get("SigningCertURL", ""))
        try:
            signature = base64.b64decode(envelope.get("Signature", ""), validate=True)
            key.verify(signature, _signed(envelope), PKCS1v15(), algorithm())
        except (InvalidSignature, ValueError):
            raise BadSignature("not signed by that certificate") from None


def _envelope(body: bytes) -> dict[str, str]:
    """What can be signed and is needed, as text; it comes as text/plain, so what it claims to be is not asked."""
    try:
        content: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise BadSignature("no message of SNS") from None
    texts = {name: value for name, value in content.items() if isinstance(value, str)} if type(content) is dict else {}
    signed = _SIGNED.get(texts.get("Type", ""))
    if signed is None or not {name for name in signed if name != "Subject"} <= texts.keys():
        raise BadSignature("no message of SNS")
    return texts


def _signed(envelope: dict[str, str]) -> bytes:
    names = _SIGNED[envelope["Type"]]
    return "".join(f"{name}\n{envelope[name]}\n" for name in names if name in envelope).encode()


def _confirming_url(envelope: dict[str, str]) -> str:
    """Signed or not, it leads to SNS, and does there what it is meant to do for this topic."""
    url = envelope["SubscribeURL"]
    query = parse_qs(url.partition("?")[2]) if _LEADS_TO_SNS.fullmatch(url) else {}
    if query.get("Action") != ["ConfirmSubscription"] or query.get("TopicArn") != [envelope["TopicArn"]]:
        raise BadSignature("a confirmation that leads elsewhere")
    return url
