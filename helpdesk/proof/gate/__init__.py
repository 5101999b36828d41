"""The gate before what changes something for a user: which acts stand behind it, and what lets an agent through.

What each act needs is the partner administrator's to say (`policy`); `asking` is where it is asked, once for every
command; `telling` lets the user know afterwards. Where a proven caller is needed, consent that an administrator of
the customer gave is as good. Their standing permission is not: that is for looking.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.directory import PersonDetails
from helpdesk.platform.errors import Refused
from helpdesk.platform.language import Text


class Act(StrEnum):
    """The values are what the audit calls them."""

    CLEAR = "clear a suppression"
    CLEAR_LIST = "clear a list"
    RESTORE = "put a suppression back"
    SEND_TEST = "send a test mail"
    MAIL_CUSTOMER = "have Webex mail a whole customer"
    VOUCH = "vouch for a caller"


class Need(StrEnum):
    """What an agent must have before an act. A second agent's approval is good for both."""

    NOTHING = "nothing"
    CALLER = "a proven caller"
    SECOND_AGENT = "a second agent"


@dataclass(frozen=True, slots=True)
class Rule:
    """`is_told` says that the user is told by mail afterwards."""

    need: Need
    is_told: bool


DEFAULTS: Mapping[Act, Rule] = {
    Act.CLEAR: Rule(Need.CALLER, is_told=False),
    Act.CLEAR_LIST: Rule(Need.SECOND_AGENT, is_told=False),
    Act.RESTORE: Rule(Need.NOTHING, is_told=False),
    Act.SEND_TEST: Rule(Need.NOTHING, is_told=False),
    Act.MAIL_CUSTOMER: Rule(Need.CALLER, is_told=False),
    Act.VOUCH: Rule(Need.NOTHING, is_told=True),
}
# To vouch is itself what lets through. A list has many callers, whom nobody has on the line.
NEEDS: Mapping[Act, Sequence[Need]] = {
    **{act: tuple(Need) for act in Act},
    Act.CLEAR_LIST: (Need.NOTHING, Need.SECOND_AGENT),
    Act.VOUCH: (),
}
MAY_BE_GATED = frozenset(act for act, needs in NEEDS.items() if needs)
# A test mail tells by itself, and no mail goes to an address that was put back on the list.
MAY_BE_TOLD = frozenset({Act.CLEAR, Act.VOUCH})


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a proof is about: a user, or an address that is no user's."""

    address: str
    user: PersonDetails | None = None

    @property
    def key(self) -> str:
        """What a proof is bound to: a user's id, or the address. No id has an @ in it."""
        return self.user.person.id if self.user else self.address

    @property
    def organization_id(self) -> str | None:
        return self.user.organization.id if self.user else None


class CallerNotProven(Refused):
    """What is missing before `act`. `is_held` says that mail to the user is held back, and a code with it.

    `others` are the further subjects of the same press for whom something is missing.
    """

    def __init__(
        self, act: Act, subject: Subject, need: Need, is_held: bool, others: Sequence["CallerNotProven"] = ()
    ) -> None:
        super().__init__(Text("First prove who the caller is."), Text("Nothing was changed."))
        self.act = act
        self.subject = subject
        self.need = need
        self.is_held = is_held
        self.others = others
