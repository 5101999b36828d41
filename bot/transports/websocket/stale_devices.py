"""When a device is taken for stale: Webex has forgotten it, and its links are accepted only to be ended.

Webex does not say so in a code: it closes with 1011, or cleanly, or says nothing at all. So it is told by how the
links went. A device that cannot be reached for long is replaced as well: its address may be gone for good.
"""

from bot.transports.websocket.disconnects import TOKEN_REFUSED, Ending

# So many links in a row that ended before long, or that Webex never talked on.
MOST_BRIEF_LINKS = 2
# So many tries in a row at an address that accepted none.
MOST_UNREACHED = 5


class DeviceTrial:
    """How the links over one device went; times are the loop's, in seconds."""

    def __init__(self, brief_seconds: float) -> None:
        self._brief_seconds = brief_seconds
        self._brief = 0
        self._unreached = 0
        self._accepted_at: float | None = None
        self._is_up = False

    def begin(self) -> None:
        """A link is about to be tried."""
        self._accepted_at, self._is_up = None, False

    def accepted(self, now: float) -> None:
        """Webex took the handshake, which says nothing of the device."""
        self._accepted_at = now

    def came_up(self) -> None:
        """Webex talked on it."""
        self._is_up = True

    def ended(self, why: Ending, now: float) -> bool:
        """Whether the device is stale by now; then the next one is tried from the start."""
        if why == TOKEN_REFUSED or why.retry_after:
            return False  # that is not the device's fault
        if self._accepted_at is None:
            self._unreached += 1
        else:
            held = self._is_up and now - self._accepted_at >= self._brief_seconds
            self._brief, self._unreached = 0 if held else self._brief + 1, 0
        is_stale = self._brief >= MOST_BRIEF_LINKS or self._unreached >= MOST_UNREACHED
        if is_stale:
            self._brief = self._unreached = 0
        return is_stale
