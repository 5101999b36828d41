"""Whatever is pressed: what changes something says what stands before it, and what stands before it holds.

Each action of each command is pressed at a real desk, and what the database, the mailbox, Webex and the jobs have
then is compared with what they had before. A new action fails here until it is pressed here too.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlmodel import select

from bot.buttons import Place
from bot.dispatch import Answer, Dispatch
from bot.events import Pressed, Typed
from bot.privacy import Privacy
from bot.webex import Me, Webex
from cards.elements import button, card, heading
from commands import COMMANDS
from commands.command import AsksItself, Gate, NotGated, Owner
from helpdesk.access import Role
from helpdesk.activation import ActivationJob
from helpdesk.agents import add_agent
from helpdesk.bulk.approving import lines_hash
from helpdesk.bulk.runs import Runs
from helpdesk.gate import NEEDS, Act, Need, Rule
from helpdesk.gate.policy import set_rule
from helpdesk.store.tables import BulkRun, Consent, Organization, Suppression, Verification
from helpdesk.verification import Asker
from helpdesk.webex import WebexClient
from tests.agent import LEE, PLACE, SPACE, Agent, open_agent
from tests.chat import PAT, SAM, another_code, code_in
from tests.databases import Databases
from tests.helpdesk.bulk.started import Started
from tests.helpdesk.files import contents
from tests.sessions import rows, writing

WHY = "The mail server was down on Monday"
BO = "bo.larsen@partner.example"
MUELLER, ACME = "Müller & Söhne Maschinenbau", "Acme Corporation"
HELD = [f"held{number}@acme.example" for number in range(7)]
DIRECT = Place("the direct space", "", is_direct=True)
# What is kept of every event, changed or not: who did what, and that a button was used.
OF_ANY_EVENT = {"audit", "audit_head", "spent_tokens", "processes"}
ALONE = {"audit", "view"}  # commands that answer 1:1


@dataclass
class Welcomes:
    """Webex, asked to mail a whole customer; what was asked of it is kept."""

    asked: list[str]

    async def start(self, organization_id: str, event_id: str) -> ActivationJob:
        self.asked.append(organization_id)
        return ActivationJob("a job", "STARTED")


@dataclass
class Press:
    about: Mapping[str, Any]
    inputs: Mapping[str, str]
    who: str = LEE
    only_for: str | None = LEE
