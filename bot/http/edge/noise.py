"""What strangers send that is refused: counted, and at most one log line a minute, which names no address."""

import structlog

from helpdesk.platform.metrics import Metrics, Noise
from helpdesk.platform.recently import Recently

log = structlog.get_logger()

LOG_SECONDS = 60


class NoiseLog:
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._since_last_line = 0
        self._lines = Recently(LOG_SECONDS)

    def heard(self, kind: Noise) -> None:
        self._metrics.noise(kind)
        self._since_last_line += 1
        if self._lines.is_first("noise"):
            log.warning("web_requests_refused", count=self._since_last_line, latest=kind)
            self._since_last_line = 0
