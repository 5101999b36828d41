"""Many addresses at once: a list is read, looked up, confirmed, and cleared address by address.

reading.py, sheet.py, decoding.py   from a paste or a file to lines
runs.py                             what is kept of a list, from its first line to its result
looking.py                          what would happen to each address
seeing.py                           a kept list as who looks at it now may see it
approving.py, beginning.py          what the gate asks before it is begun, of its author or a second agent
clearing.py                         what does happen, each address once
results.py                          the file that says what became of each
"""

from enum import StrEnum

# More takes longer than anyone waits for, and is a matter for the provider's own tools.
MOST_LINES = 1_000
MOST_BYTES = 1024 * 1024
# So many addresses are each under the rule for one; more have a rule of their own.
FEW = 5


class RunState(StrEnum):
    """How far a run has come."""

    SHOWN = "shown"
    ASKED = "asked"  # a second agent was asked to approve it
    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    ENDED = "ended"


class Stop(StrEnum):
    """Why a run ended before its last address."""

    BY_AGENT = "by agent"
    ROLE = "role"
    GATE = "gate"
    PROVIDER = "provider"


class Prospect(StrEnum):
    """What would happen to an address, as the list stood when it was asked."""

    CLEAR = "clear"
    COMPLAINT = "complaint"
    LOCKED = "locked"  # only the provider itself can take it off
    NOT_LISTED = "not listed"
    REFUSED = "refused"  # the provider does not take the address


class LineOutcome(StrEnum):
    """What became of a line."""

    CLEARED = "cleared"
    LAGGING = "lagging"  # taken off, and the provider still lists it
    COMPLAINT_KEPT = "complaint kept"
    NOT_PROVEN = "caller not proven"
    LOCKED = "locked"
    NOT_LISTED = "not listed"
    REFUSED = "refused"
    NO_ADDRESS = "no address"
    REPEATED = "repeated"
    NOT_DONE = "not done"
