"""Amazon SNS as its documentation has it, for what moto does not send: every type of message, in both versions."""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"
HOST = "https://sns.eu-west-1.amazonaws.com"
CERTIFICATE_URL = f"{HOST}/SimpleNotificationService-0123456789abcdef.pem"
CONFIRMING_URL = f"{HOST}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=51b2%2Bff"
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_CONFIRMATION = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]


@dataclass
class Sns:
    """`fetched` is every URL that was asked for."""

    lives_for: timedelta = timedelta(days=365)
    fetched: list[str] = field(default_factory=list)

    async def fetch(self, url: str) -> bytes:
        self.fetched.append(url)
        return certificate(self.lives_for) if url.endswith(".pem") else b"<ConfirmSubscriptionResponse/>"


def certificate(lives_for: timedelta) -> bytes:
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(_KEY.public_key())
    built = built.serial_number(1).not_valid_before(now - timedelta(days=400)).not_valid_after(now + lives_for)
    return built.sign(_KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def notification(message: str, version: str = "2", **changed: Any) -> bytes:
    names = ["Message", "MessageId", *(["Subject"] if "Subject" in changed else []), "Timestamp", "TopicArn", "Type"]
    return _posted({"Type": "Notification", "Message": message} | changed, names, version)


def confirmation(kind: str = "SubscriptionConfirmation", version: str = "1", **changed: Any) -> bytes:
    fields = {
        "Type": kind,
        "Message": "You have chosen to subscribe",
        "Token": "51b2+ff",
        "SubscribeURL": CONFIRMING_URL,
    }
    return _posted(fields | changed, _CONFIRMATION, version)


def _posted(fields: dict[str, Any], signed: list[str], version: str) -> bytes:
    fields = {"MessageId": "message-1", "TopicArn": TOPIC, "Timestamp": stamp(datetime.now(UTC))} | fields
    text = "".join(f"{name}\n{fields[name]}\n" for name in signed)
    algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()  # noqa: S303  (what SNS signs with by default)
    signature = b64encode(_KEY.sign(text.encode(), padding.PKCS1v15(), algorithm)).decode()
    envelope = {"SignatureVersion": version, "Signature": signature, "SigningCertURL": CERTIFICATE_URL}
    return json.dumps(envelope | fields).encode()
