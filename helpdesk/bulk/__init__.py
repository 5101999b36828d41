"""Many addresses at once: a list is read, looked up, confirmed, and cleared address by address.

reading.py, sheet.py, decoding.py   from a paste or a file to lines
runs.py                             what is kept of a list, from its first line to its result
looking.py                          what would happen to each address
clearing.py                         what does happen, each address once
results.py                          the file that says what became of each
"""

from enum import StrEnum

# More takes longer than anyone waits for, and is a matter for the provider's own tools.
MOST_LINES = 1_000
MOST_BYTES = 1024 * 1024


class State(StrEnum):
    """How far a run has come."""

    SHOWN = "shown"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    ENDED = "ended"


class Stop(StrEnum):
    """Why a run ended before its last address."""

    BY_AGENT = "by agent"
    ROLE = "role"
    PROVIDER = "provider"


class Prospect(StrEnum):
    """What would happen to an address, as the list stood when it was asked."""

    CLEAR = "clear"
    COMPLAINT = "complaint"
    LOCKED = "locked"  # only the provider itself can take it off
    NOT_LISTED = "not listed"
    REFUSED = "refused"  # the provider does not take the address


class Outcome(StrEnum):
    """What became of a line."""

    CLEARED = "cleared"
    LAGGING = "lagging"  # taken off, and the provider still lists it
    COMPLAINT_KEPT = "complaint kept"
    LOCKED = "locked"
    NOT_LISTED = "not listed"
    REFUSED = "refused"
    NO_ADDRESS = "no address"
    REPEATED = "repeated"
    NOT_DONE = "not done"
