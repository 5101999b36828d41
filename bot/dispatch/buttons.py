"""Buttons that prove they are ours: each carries a signed token, opened and checked when it is pressed.

Webex lets any member of a space post any inputs, any number of times, long after a card was sent. The
token says what the action is about, for whom the card was made, until when it is good, whether it may be
used once, and in which thread its answer goes; nothing else of a submission is believed.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_encode
from sqlalchemy import delete
from sqlmodel import Session, col, select

from helpdesk.platform.clock import Clock, utc_now
from helpdesk.platform.identifiers import id_key
from helpdesk.platform.store import Store, insert_once
from helpdesk.platform.store.tables.events import SpentToken

LONGEST_TOKEN = 8_000
Json = dict[str, Any]


class Forged(Exception):
    """Not a token of ours, or not for this button."""


class Stale(Exception):
    """Ours, but too old."""


class SomeoneElses(Exception):
    """Ours, but made for another person, or pressed in another space than it was sent to."""


class Used(Exception):
    """Ours, for one use, and that use was made."""


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a card is: the space, and the root message of its thread (empty: the card is the root)."""

    space_id: str
    thread_id: str
    is_direct: bool


@dataclass(frozen=True, slots=True)
class Button:
    """What a token said. `nonce` is set for a button that may be used once.

    `began_in` is the space that what the card is about was begun in: another one than the card's where the card had
    to go 1:1.
    """

    about: Mapping[str, Any]
    place: Thread
    only_for: str | None
    nonce: str | None
    began_in: str = ""


class _Compact:
    """JSON as the library writes it, with an encoder made once: a card has several buttons to sign."""

    dumps = staticmethod(json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode)
    loads = staticmethod(json.loads)


class _Serializer(URLSafeSerializer):
    """Without its try at compressing, which takes longer than signing and saves little; it reads both."""

    def dump_payload(self, obj: Any) -> bytes:
        return base64_encode(_Compact.dumps(obj))


class Buttons:
    def __init__(self, secret: str, store: Store, now: Clock = utc_now) -> None:
        self._serializer = _Serializer(
            secret, salt="helpdesk button", serializer=_Compact, signer_kwargs={"digest_method": hashlib.sha256}
        )
        self._store = store
        self._now = now

    def seal(self, card: Json, place: Thread, began_in: str = "") -> Json:
        """`card` with every button's data replaced by its action and a token. The given card is not changed."""
        sealed: Json = self._sealed(card, place, began_in or place.space_id)
        return sealed

    def open(self, action: str, token: str, *, presser_id: str, space_id: str) -> Button:
        """What the pressed button is about. Raises Forged, Stale or SomeoneElses; changes nothing."""
        if not action or len(token) > LONGEST_TOKEN:
            raise Forged
        try:
            content = self._serializer.loads(token)
            place = Thread(content["space"], content["thread"], content["direct"])
            # Cards of an earlier release name no such space.
            began_in = str(content.get("began") or place.space_id)
            button = Button(content["about"], place, content["only_for"], content["nonce"], began_in)
            made_for, until = content["action"], int(content["until"])
        except (BadData, ValueError, KeyError, TypeError):
            # Not signed by us, not even text (a lone surrogate), or of a release that wrote other content.
            raise Forged from None
        if made_for != action:
            raise Forged
        if id_key(place.space_id) != id_key(space_id) or button.only_for not in (None, presser_id):
            raise SomeoneElses
        if self._now().timestamp() > until:
            raise Stale
        return button

    async def spend(self, button: Button, event_id: str) -> None:
        """Use up a button that may be used once; the same event may do so again. Raises Used."""
        if button.nonce is None:
            return
        row = SpentToken(nonce=button.nonce, event_id=event_id, spent_at=self._now())
        if await self._store.write(_spender, row) != event_id:
            raise Used

    async def give_back(self, button: Button) -> None:
        """Undo `spend` where the act did not come about, so that the person can press again."""
        if button.nonce is None:
            return
        await self._store.write(_give_back, button.nonce)

    def _sealed(self, node: Any, place: Thread, began_in: str) -> Any:
        if isinstance(node, list):
            return [self._sealed(each, place, began_in) for each in node]
        if not isinstance(node, dict):
            return node
        if node.get("type") == "Action.Submit":
            token = self._token(node["data"], place, began_in)
            return {**node, "data": {"action": node["data"]["action"], "token": token}}
        return {key: self._sealed(value, place, began_in) for key, value in node.items()}

    def _token(self, data: Json, place: Thread, began_in: str) -> str:
        content = {
            "action": data["action"],
            "about": data["about"],
            "only_for": data["only_for"],
            "until": int(self._now().timestamp()) + data["life"],
            "nonce": secrets.token_urlsafe(12) if data["once"] else None,
            "space": place.space_id,
            "thread": place.thread_id,
            "direct": place.is_direct,
        }
        if began_in != place.space_id:  # few are, and each token is as short as it can be
            content["began"] = began_in
        token = self._serializer.dumps(content)
        return token if isinstance(token, str) else token.decode()


def _spender(session: Session, row: SpentToken) -> str | None:
    """The event that used the button up: that of `row` when nobody was earlier."""
    if insert_once(session, SpentToken, row.model_dump()):
        return row.event_id
    return session.exec(select(SpentToken.event_id).where(SpentToken.nonce == row.nonce)).first()


def _give_back(session: Session, nonce: str) -> None:
    session.exec(delete(SpentToken).where(col(SpentToken.nonce) == nonce))
