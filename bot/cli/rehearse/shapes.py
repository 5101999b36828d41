"""What the official documents say of Webex's answers, as far as the desk relies on it, and where an answer differs."""

from collections.abc import Mapping
from typing import Any

Shape = Mapping[str, type]

PERSON: Shape = {"id": str, "emails": list, "displayName": str, "orgId": str, "created": str, "type": str}
MESSAGE: Shape = {"id": str, "roomId": str, "roomType": str, "text": str, "personId": str, "created": str}
ACTION: Shape = {"id": str, "type": str, "messageId": str, "inputs": dict, "personId": str, "roomId": str}
ORGANIZATION: Shape = {"id": str, "displayName": str, "created": str}
NAMED: Shape = {"id": str, "name": str}
LICENSE: Shape = {"id": str, "name": str, "totalUnits": int, "consumedUnits": int}
DEVICE: Shape = {"id": str, "displayName": str, "product": str, "mac": str}
WORKSPACE: Shape = {"id": str, "displayName": str, "orgId": str}
NUMBER: Shape = {"phoneNumber": str, "state": str, "location": dict}
ACCOUNT: Shape = {"id": str, "userName": str, "active": bool}


def differences(call: str, answer: object, shape: Shape) -> list[str]:
    """A line for each field that is missing or of another kind; names and kinds alone, no values."""
    if not isinstance(answer, Mapping):
        return [f"{call}: {_kind(answer)} instead of an object"]
    missing = [f"{call}: {name} is missing" for name in shape if name not in answer]
    other = [
        f"{call}: {name} is {_kind(answer[name])} instead of {wanted.__name__}"
        for name, wanted in shape.items()
        if name in answer and not isinstance(answer[name], wanted)
    ]
    return missing + other


def _kind(value: Any) -> str:
    return type(value).__name__
