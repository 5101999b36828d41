"""Signed links for administrators, and what their page puts into its form.

A link names one request and one of those who were asked: who holds it answers as them. No secret is kept: a mail
that is sent again carries the same link.
"""

import hashlib
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

from helpdesk.proof.consent import NotAskedOfYou

# Ours are shorter; what is longer is not looked into.
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Seat:
    """The administrator of this number, in this request."""

    consent_id: str
    number: int


class Links:
    def __init__(self, secret: str) -> None:
        self._links = _serializer(secret, "consent link")
        self._forms = _serializer(secret, "consent form")

    def token(self, seat: Seat) -> str:
        return str(self._links.dumps([seat.consent_id, seat.number]))

    def seat(self, token: str) -> Seat:
        """Raises NotAskedOfYou for what we did not sign."""
        if len(token) > LONGEST:
            raise NotAskedOfYou
        try:
            consent_id, number = self._links.loads(token)
            return Seat(str(consent_id), int(number))
        except (BadData, ValueError, TypeError):
            raise NotAskedOfYou from None

    def form_key(self, seat: Seat, state: str) -> str:
        """What only the page has that was shown in this state: whoever just follows links has none."""
        return str(self._forms.dumps([seat.consent_id, seat.number, state]))

    def is_from_form(self, key: str, seat: Seat, state: str) -> bool:
        try:
            told = self._forms.loads(key[:LONGEST])
        except (BadData, ValueError):
            return False
        return bool(told == [seat.consent_id, seat.number, state])


def _serializer(secret: str, salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=salt, signer_kwargs={"digest_method": hashlib.sha256})
