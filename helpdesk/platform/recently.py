"""What was done a moment ago, and need not be done again."""

import time
from collections import OrderedDict
from collections.abc import Callable


class Recently:
    """Remembers each thing for `seconds` since it was first asked about."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._now = now
        self._since: OrderedDict[str, float] = OrderedDict()  # the oldest first

    def is_first(self, key: str) -> bool:
        now = self._now()
        while self._since and now - next(iter(self._since.values())) >= self._seconds:
            self._since.popitem(last=False)
        if key in self._since:
            return False
        self._since[key] = now
        return True

    def forget(self, key: str) -> None:
        """It was not done after all."""
        self._since.pop(key, None)
