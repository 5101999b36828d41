"""How fast one asks: a bucket for each, which fills as time passes and which every request takes from."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

# So many are remembered; whoever was not seen for longest has a full bucket by then, or is one of a flood.
MOST = 10_000


@dataclass(slots=True)
class RequestPace:
    """Up to `burst` at once, then `per_second`."""

    burst: float
    per_second: float
    now: Callable[[], float] = time.monotonic
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait(self, who: str) -> int:
        """Seconds until `who` may ask again; 0 when they may now, and then it is counted."""
        now = self.now()
        left, at = self._left.pop(who, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.per_second)
        is_free = left >= 1
        self._left[who] = (left - 1 if is_free else left, now)
        if len(self._left) > MOST:
            self._left.popitem(last=False)
        return 0 if is_free else math.ceil((1 - left) / self.per_second)
