"""`policy`: which acts need a proven caller, and after which the user is told; for partner administrators."""

from cards import policy as card
from cards.elements import Card
from commands.command import Action, Command, Message, NotGated, Owner, Submission, audit
from helpdesk.people.access import Permission
from helpdesk.platform.errors import BadInput
from helpdesk.platform.language import Text
from helpdesk.proof.gate import MAY_BE_TOLD, NEEDS, Act, Need, Rule
from helpdesk.proof.gate.policy import rules, set_rule
from helpdesk.services import Helpdesk


async def show(message: Message, desk: Helpdesk) -> Card:
    return card.overview(await rules(desk.store), message.say)


async def form(submission: Submission, desk: Helpdesk) -> Card:
    act = Act(submission.about["act"])
    return card.form(act, (await rules(desk.store))[act], submission.sender, submission.say)


async def change(submission: Submission, desk: Helpdesk) -> Card:
    act = Act(submission.about["act"])
    rule = _parse(act, submission)
    before = await set_rule(desk.store, act, rule, submission.event_id)
    outcome = f"needs {rule.need}, user {_told(rule)}; until now {before.need}, {_told(before)}"
    await audit(submission, desk, "policy.set", act.value, outcome, organization_id=None)
    return card.overview(await rules(desk.store), submission.say, changed=act)


def _parse(act: Act, submission: Submission) -> Rule:
    """Anyone can post anything: only what the form offers for this act is taken."""
    need, told = submission.inputs.get(card.NEED), submission.inputs.get(card.TOLD)
    if need not in (NEEDS[act] or (None,)):
        raise NoChoice
    if told not in ({card.YES, card.NO} if act in MAY_BE_TOLD else {None}):
        raise NoChoice
    return Rule(Need(need or Need.NOTHING), told == card.YES)


def _told(rule: Rule) -> str:
    return "told" if rule.is_told else "not told"


class NoChoice(BadInput):
    def __init__(self) -> None:
        super().__init__(Text("That is none of the choices."), Text("Nothing was changed. Use the form of a new card."))


COMMAND = Command(
    keyword="policy",
    usage=Text("policy"),
    help=Text("see and change which acts need a proven caller"),
    permission=Permission.SET_POLICY,
    on_message=show,
    on_submit={
        card.FORM: Action(form, Owner.ANYONE_IN_SCOPE),
        card.SET: Action(
            change, Owner.ASKER, NotGated("it is the rule of the gate; partner administrators alone set it")
        ),
    },
    aliases=("politique", "regles"),
)
