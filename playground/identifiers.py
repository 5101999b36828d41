"""Webex ids: unpadded base64 of `ciscospark://<CLUSTER>/<KIND>/<uuid>`; the websocket uses the bare uuid."""

import base64
import binascii
import uuid

# The part of the cloud that ids name: of other customers it is another, such as urn:TEAM:us-east-1_int13.
CLUSTER = "us"


def new_uuid() -> str:
    return str(uuid.uuid4())


def identifier(kind: str, unique: str) -> str:
    """The REST id of a thing; `kind` is PEOPLE, ROOM, MESSAGE and so on."""
    plain = f"ciscospark://{CLUSTER}/{kind}/{unique}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def uuid_in(text: str) -> str:
    """The uuid inside a REST id, padded or not; the text itself when it is no such id."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return text
    return plain.rsplit("/", 1)[-1] if plain.startswith("ciscospark://") else text
