"""One rate for all admin calls of a process: spread evenly, and halted for all when Webex tells one of them to wait.

The bot's own messages are not counted in: Webex counts by token, and an answer must not wait for a sync.
"""

import asyncio

# Webex publishes no limit for the admin APIs; three hundred a minute are often heard of as what one user may do,
# and more is answered with 429, which is honoured here.
CALLS_A_SECOND = 10.0


class EvenPace:
    def __init__(self, calls_a_second: float = CALLS_A_SECOND) -> None:
        self._gap = 1 / calls_a_second
        self._next = 0.0
        self._held_until = 0.0

    async def turn(self) -> None:
        """Wait for one's turn; turns come in the order they were asked for."""
        loop = asyncio.get_running_loop()
        while True:
            at = max(self._next, self._held_until, loop.time())
            self._next = at + self._gap
            await asyncio.sleep(max(0.0, at - loop.time()))
            if self._held_until <= loop.time():
                return

    def hold(self, seconds: float) -> None:
        """Nobody's turn comes before `seconds` have passed."""
        self._held_until = max(self._held_until, asyncio.get_running_loop().time() + seconds)
        self._next = self._held_until
