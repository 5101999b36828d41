"""SendGrid's side of its event webhook: it signs what it posts, with a key of the tests' own."""

import base64
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from helpdesk.mail.providers.sendgrid.events import SIGNATURE, TIMESTAMP

SIGNER = ec.generate_private_key(ec.SECP256R1())


def key_of(signer: ec.EllipticCurvePrivateKey = SIGNER) -> str:
    """As SendGrid shows it."""
    der = signer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def signed(body: bytes, at: datetime, signer: ec.EllipticCurvePrivateKey = SIGNER) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    signature = signer.sign(timestamp.encode() + body, ec.ECDSA(SHA256()))
    return {SIGNATURE: base64.b64encode(signature).decode(), TIMESTAMP: timestamp}
