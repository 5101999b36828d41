"""`helpdesk agents ...`"""

from typing import Annotated

import typer

from bot.cli.command_line import audit_keys
from bot.cli.command_line import do as _do
from bot.cli.command_line import fail as _fail
from bot.cli.command_line import load_settings as _settings
from bot.cli.command_line import open_current_store as _store
from bot.cli.command_line import say as _say

agents = typer.Typer(help="Who may use the desk.", no_args_is_help=True)


@agents.command(name="add")
def add_agent(
    email: str,
    role: Annotated[str, typer.Option(help="agent, advanced or partner-administrator")] = "agent",
    customer: Annotated[
        list[str] | None, typer.Option(help="Limit them to this customer, by id or name; may be given several times.")
    ] = None,
    all_customers: Annotated[bool, typer.Option("--all-customers", help="Lift the limit to some customers.")] = False,
) -> None:
    """Name an agent, or change the role of one. Without either option about customers, a limit stays as it is."""
    from bot.cli.agents import name_now
    from helpdesk.people.access import Role
    from helpdesk.people.agents import Limit
    from helpdesk.platform.text.address import parse_address

    roles = {each.value.replace(" ", "-"): each for each in Role}
    if role not in roles:
        _fail(f"--role must be one of: {', '.join(roles)}", status=2)
    if customer and all_customers:
        _fail("--customer and --all-customers exclude each other", status=2)
    keys = audit_keys()
    customers = customer or (Limit.LIFTED if all_customers else Limit.KEPT)

    async def work() -> str:
        address = parse_address(email)
        async with _store() as store:
            await name_now(store, address, roles[role], customers, keys)
        return address

    _say(f"{_do(work())}: {role}")


@agents.command(name="remove")
def remove_agent(email: str) -> None:
    """Take an agent's role away. They are refused from the next message on, also where they are in a desk space."""
    from bot.cli.agents import remove_now
    from helpdesk.platform.text.address import parse_address

    has_spaces = bool(_settings().desk_spaces)
    keys = audit_keys()

    async def work() -> bool:
        address = parse_address(email)
        async with _store() as store:
            return await remove_now(store, address, keys, may_be_member=has_spaces)

    if not _do(work()):
        _fail(f"{email} is not a named agent")
    _say(f"{email}: removed")
    if has_spaces:
        _say("being in a desk space does not make them an agent again: helpdesk agents add does")


@agents.command(name="release")
def release_agent(email: str) -> None:
    """Let another Webex account come with this address: the agent's, or an administrator's, was made anew."""
    from bot.cli.agents import release_now
    from helpdesk.platform.text.address import canonical_address

    keys = audit_keys()

    async def work() -> bool:
        async with _store() as store:
            return await release_now(store, canonical_address(email.strip()), keys)

    if not _do(work()):
        _fail(f"{email} is bound to no account")
    _say(f"{email}: released, the next account that comes with this address is taken")


@agents.command(name="list")
def list_agents() -> None:
    """Everyone who was named or removed; partner administrators of the environment and desk spaces are not listed."""
    from helpdesk.people.agents import customers_of_agents, named_and_removed

    async def work() -> list[tuple[str, ...]]:
        async with _store() as store:
            customers = await customers_of_agents(store)
            return [
                (
                    agent.email,
                    agent.role,
                    f"added {agent.added_at:%Y-%m-%d} by {agent.added_by}",
                    ("REMOVED, " if agent.removed_at else "")
                    + ", ".join(customers.get(agent.email, ["all customers"])),
                )
                for agent in await named_and_removed(store)
            ]

    for cells in _do(work()):
        _say(*cells)
