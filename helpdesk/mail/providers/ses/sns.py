"""Amazon SNS as it posts to us: what it delivers is taken only with its signature and from a topic of our own.

Anybody can have SNS sign a message on a topic of theirs, so a topic that is not named costs us nothing and gets
nothing. A signature does not age by itself, so what was signed long ago is refused: somebody may have kept it.
Source: Amazon SNS Developer Guide, "Verifying the signatures of Amazon SNS messages".
"""

import base64
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from helpdesk.mail.delivery import BadSignature
from helpdesk.mail.moments import iso_time
from helpdesk.mail.providers.ses.sns_certificates import Certificates, Fetch, host_of
from helpdesk.platform.clock import Clock, utc_now

log = structlog.get_logger()

_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": _CONFIRMATION,
    "UnsubscribeConfirmation": _CONFIRMATION,
}
# A topic signs with SHA-1 unless it is told otherwise.
_HASHES = {"1": SHA1, "2": SHA256}
# SNS repeats what we did not take for an hour at most, as docs/mail.md has it set up.
SIGNED_WITHIN = timedelta(hours=1)
_WRITTEN_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
_QUERY = re.compile(r"/?\?[!-~]{1,2000}")


@dataclass(frozen=True, slots=True)
class SnsNotice:
    """What was published; `id` is the same when SNS delivers it again."""

    id: str
    message: str


class Topics:
    """`allowed` are the ARNs of the topics we listen to; `fetch` gets what an https:// URL of Amazon's holds."""

    def __init__(
        self, allowed: Collection[str], fetch: Fetch, certificates: Certificates, now: Clock = utc_now
    ) -> None:
        self._hosts = {topic: host_of(topic) for topic in allowed}
        self._fetch = fetch
        self._certificates = certificates
        self._now = now

    async def read(self, body: bytes) -> SnsNotice | None:
        """None for what is between SNS and us alone. Raises BadSignature; MailProviderError where Amazon is away."""
        envelope = _envelope(body)
        topic = envelope["TopicArn"]
        host = self._hosts.get(topic)
        if host is None:
            raise BadSignature("a topic that is not named")
        self._check_age(envelope)
        await self._verify(envelope, host)
        if envelope["Type"] == "SubscriptionConfirmation":
            await self._fetch(_confirming_url(envelope, host))
            log.info("sns_subscription_confirmed", topic=topic)
        elif envelope["Type"] == "UnsubscribeConfirmation":
            log.warning("sns_topic_unsubscribed", topic=topic)
        else:
            return SnsNotice(envelope["MessageId"], envelope["Message"])
        return None

    def _check_age(self, envelope: dict[str, str]) -> None:
        """Before anything is fetched; that the time is the signed one shows when the signature is checked."""
        written = envelope["Timestamp"]
        signed_at = iso_time(written) if _WRITTEN_TIME.fullmatch(written) else None
        if signed_at is None or abs(self._now() - signed_at) > SIGNED_WITHIN:
            raise BadSignature("signed too long ago, or at no time")

    async def _verify(self, envelope: dict[str, str], host: str) -> None:
        algorithm = _HASHES.get(envelope.get("SignatureVersion", ""))
        if algorithm is None:
            raise BadSignature("a version of signature that we do not know")
        key = await self._certificates.key(envelope.get("SigningCertURL", ""), host)
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


def _confirming_url(envelope: dict[str, str], host: str) -> str:
    """Signed or not, it leads to SNS in the topic's region, and does there what it is meant to do for this topic."""
    url = envelope["SubscribeURL"]
    rest = url.removeprefix(f"https://{host}")
    query = parse_qs(rest.partition("?")[2]) if rest != url and _QUERY.fullmatch(rest) else {}
    if query.get("Action") != ["ConfirmSubscription"] or query.get("TopicArn") != [envelope["TopicArn"]]:
        raise BadSignature("a confirmation that leads elsewhere")
    return url
