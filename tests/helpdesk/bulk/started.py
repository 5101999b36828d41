"""What jobs were asked for, where none run."""

from dataclasses import dataclass, field
from typing import Any

from helpdesk.platform.jobs import JobStatus


@dataclass
class Started:
    jobs: list[tuple[str, str]] = field(default_factory=list)

    async def start_workflow(self, name: str, key: str, **arguments: Any) -> None:
        self.jobs.append((name, key))

    async def wake(self, name: str, key: str) -> None:
        assert (name, key) in self.jobs

    async def status(self, name: str, key: str) -> JobStatus | None:
        return JobStatus.WAITING if (name, key) in self.jobs else None
