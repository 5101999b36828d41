"""`agents`: who may use the desk, in which role, for which customers; for partner administrators."""

from collections.abc import Collection

from cards import agents as card
from cards.elements import Card
from commands.command import Action, Command, Event, Message, NotGated, Owner, Submission, audit
from helpdesk.people.access import Permission, Role
from helpdesk.people.agents import Limit, NamedAgent, known_agent, some_agents
from helpdesk.people.naming import RELEASED, NotNamed, name_agent, outcome_of_naming, release_account, remove_agent
from helpdesk.platform.errors import BadInput
from helpdesk.platform.language import Text
from helpdesk.platform.text.address import parse_address
from helpdesk.services import Helpdesk

_ADD = {"add", "ajouter"}
_REMOVE = {"remove", "retirer", "supprimer"}
_RELEASE = {"release", "liberer", "libérer"}
_ALL = {"all", "tous", "*"}
_ROLES = {
    "agent": Role.AGENT,
    "advanced": Role.ADVANCED,
    "avance": Role.ADVANCED,
    "avancé": Role.ADVANCED,
    "administrator": Role.PARTNER_ADMINISTRATOR,
    "administrateur": Role.PARTNER_ADMINISTRATOR,
    "partner-administrator": Role.PARTNER_ADMINISTRATOR,
}


class NoRole(BadInput):
    def __init__(self) -> None:
        super().__init__(Text("That is none of the roles."), Text("Nothing was changed. Use the form of a new card."))


async def typed(message: Message, desk: Helpdesk) -> Card:
    """`add <address> [role] [customers]`, `remove <address>`, `release <address>`; with nothing behind it, the list."""
    verb, _, rest = message.text.strip().partition(" ")
    address, _, further = rest.strip().partition(" ")
    if not verb:
        return await _list("", message, desk)
    if verb.lower() in _REMOVE and address and not further.strip():
        return await _remove(parse_address(address), message, desk)
    if verb.lower() in _RELEASE and address and not further.strip():
        return await _release(parse_address(address), message, desk)
    if verb.lower() not in _ADD or not address:
        return card.usage(message.say)
    email = parse_address(address)
    word, _, customers = further.strip().partition(" ")
    role = _ROLES.get(word.lower())
    if role is None:  # no role is named: all of it is customers
        known = await known_agent(desk.store, email)
        role, customers = known.role if known else Role.AGENT, further
    return await _name(email, role, _parse_customers(customers) if customers.strip() else Limit.KEPT, message, desk)


async def next_page(submission: Submission, desk: Helpdesk) -> Card:
    return await _list(submission.about["behind"], submission, desk)


async def show_form(submission: Submission, desk: Helpdesk) -> Card:
    return card.form(None, submission.sender, submission.say)


async def change(submission: Submission, desk: Helpdesk) -> Card:
    return card.form(await _known(submission.about["email"], desk), submission.sender, submission.say)


async def save(submission: Submission, desk: Helpdesk) -> Card:
    """Anyone can post anything: only what the form offers is taken."""
    email = parse_address(submission.about.get("email") or submission.inputs.get("address", ""))
    role = submission.inputs.get(card.AS)
    if role not in set(Role):
        raise NoRole
    return await _name(email, Role(role), _parse_customers(submission.inputs.get(card.CUSTOMERS, "")), submission, desk)


async def remove(submission: Submission, desk: Helpdesk) -> Card:
    return await _remove(submission.about["email"], submission, desk)


async def restore(submission: Submission, desk: Helpdesk) -> Card:
    """Who was removed is an agent again, as before."""
    agent = await _known(submission.about["email"], desk)
    return await _name(agent.email, agent.role, Limit.KEPT, submission, desk)


async def release(submission: Submission, desk: Helpdesk) -> Card:
    return await _release(submission.about["email"], submission, desk)


async def _list(behind: str, event: Event, desk: Helpdesk) -> Card:
    agents = await some_agents(desk.store, behind, card.PAGE + 1)
    return card.overview(agents, sorted(desk.access.partner_admins), event.sender, event.say)


async def _name(email: str, role: Role, customers: Collection[str] | Limit, event: Event, desk: Helpdesk) -> Card:
    before = await name_agent(desk, event.sender.email, email, role, customers, event.event_id)
    agent = await _known(email, desk)
    await audit(event, desk, "agents.name", email, outcome_of_naming(agent, before), organization_id=None)
    return card.saved(agent, event.say)


async def _remove(email: str, event: Event, desk: Helpdesk) -> Card:
    before = await remove_agent(desk, event.sender.email, email, event.event_id)
    await audit(event, desk, "agents.remove", email, f"removed; until now {before}", organization_id=None)
    return card.removed(email, event.say)


async def _release(email: str, event: Event, desk: Helpdesk) -> Card:
    await release_account(desk, event.sender.email, email, event.event_id)
    await audit(event, desk, "agents.release", email, RELEASED, organization_id=None)
    return card.released(email, event.say)


async def _known(email: str, desk: Helpdesk) -> NamedAgent:
    agent = await known_agent(desk.store, email)
    if agent is None:
        raise NotNamed(email)
    return agent


def _parse_customers(text: str) -> Collection[str] | Limit:
    """Names or ids. Nothing at all is no customer, which is refused: it must not stand for all."""
    names = [name for each in text.split(card.BETWEEN) if (name := each.strip())]
    return Limit.LIFTED if len(names) == 1 and names[0].lower() in _ALL else names


_BY_ADMINISTRATOR = NotGated("it is about an agent and no caller; partner administrators alone do it")

COMMAND = Command(
    keyword="agents",
    usage=Text("agents"),
    help=Text("see, name, change and remove agents"),
    permission=Permission.NAME_AGENTS,
    on_message=typed,
    on_submit={
        card.ADD: Action(show_form, Owner.ASKER),
        card.CHANGE: Action(change, Owner.ASKER),
        card.SAVE: Action(save, Owner.ASKER, _BY_ADMINISTRATOR),
        card.REMOVE: Action(remove, Owner.ASKER, _BY_ADMINISTRATOR),
        card.RESTORE: Action(restore, Owner.ASKER, _BY_ADMINISTRATOR),
        card.RELEASE: Action(release, Owner.ASKER, _BY_ADMINISTRATOR),
        card.NEXT: Action(next_page, Owner.ASKER),
    },
    guard=_BY_ADMINISTRATOR,
)
