"""The commands of an operator's first hour: `helpdesk init` and `helpdesk rehearse`."""

import asyncio
import logging
from typing import Annotated

import typer

from bot.cli.command_line import do, fail, load_settings
from bot.cli.command_line import say as _say


def init() -> None:
    """Set the desk up: asks for what is missing, tries each answer, writes .env, and ends with the doctor."""
    from bot import logs
    from bot.cli.doctor import examine
    from bot.cli.init import GivenUp, ask_and_write
    from bot.cli.init.asking import Asked
    from bot.cli.init.writing import NotWritten
    from bot.settings.dot_env import BadEnvFile

    logs.configure()
    logging.disable()
    try:
        ask_and_write(Asked(), typer.echo)
    except BadEnvFile as error:
        fail(*error.problems, "nothing was written")
    except (GivenUp, NotWritten) as error:
        fail(str(error), "nothing was written")
    except EOFError:
        fail("the answers end here, and there are more questions: nothing was written", status=2)
    except KeyboardInterrupt:
        fail("stopped: nothing was written", status=2)
    _say("")
    _say("The doctor looks at all of it:")
    if not asyncio.run(examine(typer.echo)):
        raise typer.Exit(1)
    _say("next: helpdesk run; and to see every part of it work in Webex: helpdesk rehearse YOUR-ADDRESS")


def rehearse(
    address: Annotated[str, typer.Argument(help="Your own in Webex: you are asked to press, type and attach.")],
    wait: Annotated[int, typer.Option(min=1, max=3600, help="Seconds that you, and mail, are waited for.")] = 120,
) -> None:
    """Try every part of the desk on the real Webex, with you; ends with a report for whoever helps you."""
    from bot import logs
    from bot.cli.rehearse import rehearse as go_through
    from helpdesk.platform.text.address import parse_address

    settings = load_settings("WEBEX_ACCESS_TOKEN", "HELPDESK_SECRET_KEY")
    logs.configure()
    logging.disable()

    async def checked() -> str:
        return parse_address(address)

    email = do(checked(), status=2)
    try:
        is_well = asyncio.run(go_through(settings, email, wait, typer.echo))
    except (KeyboardInterrupt, asyncio.CancelledError):
        fail("stopped: what was made is taken back", status=2)
    if not is_well:
        raise typer.Exit(1)
