"""Jobs that are said to run and do not: their process is gone, or it gave them up when their database went away."""

import time
from collections.abc import Callable, Collection

from helpdesk.platform.heartbeats import Alive
from helpdesk.platform.jobs.machine import QUEUE

# Between a job's start in the database and that of its function lies a moment; never this long.
DOUBT_SECONDS = 10


class Lost:
    """`here` tells the jobs that do run in this process, `name`."""

    def __init__(self, name: str, here: Callable[[], Collection[str]]) -> None:
        self._name = name
        self._here = here
        self._suspects: dict[str, float] = {}

    def recover(self, alive: Alive) -> int:
        """Have them go on, here or elsewhere; says how many they were. Asks the database: not for the loop.

        Two processes may do so at once: a job is handed out anew only while it is still the lost one's.
        """
        from dbos import DBOS

        running = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        gone = {each.executor_id for each in running if each.executor_id} - alive - {self._name}
        taken = DBOS._recover_pending_workflows(sorted(gone))
        given_up = self._given_up({each.workflow_id for each in running if each.executor_id == self._name})
        if given_up:
            DBOS.resume_workflows(given_up, queue_name=QUEUE)
        return len(taken) + len(given_up)

    def _given_up(self, ours: Collection[str]) -> list[str]:
        now = time.monotonic()
        self._suspects = {each: self._suspects.get(each, now) for each in set(ours) - set(self._here())}
        return [each for each, since in self._suspects.items() if now - since >= DOUBT_SECONDS]
