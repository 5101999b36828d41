"""Webex's jobs that send all users of an organization who have not signed in yet their welcome mail again."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from playground.identifiers import identifier, new_uuid
from playground.refusals import Refusal, not_found
from playground.rooms import Json

# What Webex says of a user who was sent one within a day.
SKIPPED = "ATLAS-600199"
DAY_SECONDS = 24 * 3600.0


@dataclass
class ActivationJob:
    """`skipped` are the users who were sent one within a day."""

    organization: str
    sent: list[str]
    skipped: list[str]
    number: int
    ends: float
    id: str = field(default_factory=lambda: identifier("JOB_ID", new_uuid()))
    started: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.ends


@dataclass
class Activations:
    """`seconds` is how long a job takes."""

    seconds: float = 2.0
    jobs: list[ActivationJob] = field(default_factory=list)
    _mailed: dict[str, float] = field(default_factory=dict)

    def start(self, organization: str, people: list[Json]) -> ActivationJob:
        """Raises Refusal (409) while another one of this organization runs."""
        if any(each.organization == organization and not each.is_over for each in self.jobs):
            raise Refusal(409, "A job of this kind is already running for this organization.")
        now = time.monotonic()
        waiting = [one["emails"][0] for one in people if one.get("invitePending")]
        lately = [each for each in waiting if now - self._mailed.get(each, -DAY_SECONDS) < DAY_SECONDS]
        sent = [each for each in waiting if each not in lately]
        self._mailed.update(dict.fromkeys(sent, now))
        job = ActivationJob(organization, sent, lately, len(self.jobs) + 1, now + self.seconds)
        self.jobs.append(job)
        return job

    def job(self, organization: str, job_id: str) -> ActivationJob:
        """Raises Refusal (404)."""
        for each in self.jobs:
            if (each.organization, each.id) == (organization, job_id):
                return each
        raise not_found("a job with the provided ID")
