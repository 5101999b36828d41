"""Which lists wait for a second agent, and what exactly it is that they approve."""

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta

from helpdesk.bulk import FEW
from helpdesk.platform.errors import Refused
from helpdesk.platform.language import Text
from helpdesk.platform.store.tables.bulk import BulkItem

# Who approves says that it is right now: not tomorrow.
APPROVAL_LIFE = timedelta(hours=1)


class OwnList(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("Nobody approves a list of their own."), Text("Ask another advanced agent to press the button.")
        )


class NobodyToApprove(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("A second agent must approve this list, and there is no other agent in this conversation."),
            Text("Send it in a space that other agents are in, or have the operator name a desk space."),
        )


class ApprovalLapsed(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("This list was to be approved within an hour."), Text("Nothing was changed. Send it again to go on.")
        )


class ListChanged(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("This list is not the one that was shown for approval."),
            Text("Nothing was changed. Send it again to go on."),
        )


def is_long(items: Sequence[BulkItem]) -> bool:
    """Whether the list has more addresses than the rule for one is asked for."""
    return len({each.address for each in items if each.address}) > FEW


def lines_hash(items: Sequence[BulkItem]) -> str:
    """Of each line, what does not change while the list is cleared: its place, its address, what would happen."""
    told = [(each.position, each.address, each.prospect) for each in sorted(items, key=lambda one: one.position)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
