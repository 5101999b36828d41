"""Who is an agent, in which role and for which customers: the list, and the form that names or changes one."""

from collections.abc import Sequence

from cards.elements import Card, Element, Tone, button, card, choice, facts, field, heading, line, text
from cards.email import address_field
from cards.rest import shortened
from cards.words import ROLE
from helpdesk.people.access import Role, Sender
from helpdesk.people.agents import NamedAgent
from helpdesk.platform.language import Language

ADD = "agents.add"
CHANGE = "agents.change"
SAVE = "agents.save"
REMOVE = "agents.remove"
RESTORE = "agents.restore"
RELEASE = "agents.release"
NEXT = "agents.next"
AS = "role"
CUSTOMERS = "customers"
ALL = "all"
BETWEEN = ";"  # names of customers may hold commas
PAGE = 12
MOST_CUSTOMERS = 3


def overview(agents: Sequence[NamedAgent], by_operator: Sequence[str], reader: Sender, say: Language) -> Card:
    """`agents` may be one more than a page; `by_operator` are the addresses that nobody changes here."""
    shown, has_more = agents[:PAGE], len(agents) > PAGE
    return card(
        heading(say("Who is an agent")),
        facts([(say("Partner administrators by the operator’s settings"), ", ".join(by_operator))]),
        [_line(each, reader, say) for each in shown],
        [] if shown else [text(say("Nobody else is named."))],
        text(
            say("Your own people in a desk space are agents too, of all customers, unless they were removed here."),
            Tone.SUBTLE,
        ),
        buttons=[
            button(say("Name an agent"), ADD, only_for=reader.person_id),
            button(say("Next"), NEXT, {"behind": shown[-1].email}, only_for=reader.person_id) if has_more else None,
        ],
    )


def form(agent: NamedAgent | None, reader: Sender, say: Language) -> Card:
    """For who is to be named, or to change who is."""
    role = agent.role if agent else Role.AGENT
    about = {"email": agent.email} if agent else {}
    return card(
        heading(say("Change an agent") if agent else say("Name an agent")),
        facts([(say("Email address"), agent.email)]) if agent else [address_field(say)],
        choice(AS, say("Role"), {each.value: say(ROLE[each]) for each in Role}, role.value),
        field(
            CUSTOMERS,
            say("Customers: names or ids with semicolons between, or “{all}”", all=say("all")),
            say("Name at least one customer, or write “{all}”.", all=say("all")),
            value=f"{BETWEEN} ".join(agent.customers) if agent and agent.customers is not None else say("all"),
            longest=4_000,
        ),
        buttons=[
            button(say("Save"), SAVE, about, only_for=reader.person_id, reads_inputs=True, is_main=True),
            button(say("Remove"), REMOVE, about, only_for=reader.person_id) if agent else None,
            button(say("New account"), RELEASE, about, only_for=reader.person_id) if agent and agent.is_bound else None,
        ],
    )


def saved(agent: NamedAgent, say: Language) -> Card:
    return card(
        heading(say("{email} is an agent", email=agent.email), Tone.GOOD),
        facts([(say("Role"), say(ROLE[agent.role])), (say("Customers"), _customers(agent, say))]),
        text(say("It counts from now on."), Tone.SUBTLE),
    )


def removed(email: str, say: Language) -> Card:
    return card(
        heading(say("{email} is no named agent any more", email=email), Tone.GOOD),
        text(
            say(
                "They are refused from now on, also where they are in a desk space. To undo it: agents add {email}",
                email=email,
            )
        ),
    )


def released(email: str, say: Language) -> Card:
    return card(
        heading(say("{email} may come with a new account", email=email), Tone.GOOD),
        text(
            say("The next account of your organization that writes with this address takes the place of the old one.")
        ),
    )


def usage(say: Language) -> Card:
    return card(
        heading(say("That is not how agents are named")),
        text(say("agents add <address> [agent, advanced or administrator] [customers, with semicolons between]")),
        text(say("agents remove <address>")),
        text(say("agents release <address>: their Webex account was made anew")),
        text(say("Or write “agents” and use the buttons.")),
    )


def _line(agent: NamedAgent, reader: Sender, say: Language) -> Element:
    about = {"email": agent.email}
    detail = f"{say(ROLE[agent.role])} · {_customers(agent, say)}"
    if agent.is_removed:
        detail = say("Removed; was: {detail}", detail=detail)
        return line(agent.email, detail, button(say("Restore"), RESTORE, about, only_for=reader.person_id))
    return line(agent.email, detail, button(say("Change"), CHANGE, about, only_for=reader.person_id))


def _customers(agent: NamedAgent, say: Language) -> str:
    if agent.customers is None:
        return say("all customers")
    return shortened(agent.customers, say, MOST_CUSTOMERS)
