"""What people can ask: one file per keyword.

COMMANDS is the one list, in the order that help shows. Help, routing and permissions all come from it;
to add a command, write its file, list it here, write its test.
"""

from commands import (
    agents,
    audit,
    bulk,
    consent,
    email,
    find,
    help,
    language,
    policy,
    resend,
    unsuppress,
    verify,
    view,
    whoami,
)
from commands.command import Command

COMMANDS: tuple[Command, ...] = (
    find.COMMAND,
    verify.COMMAND,
    email.COMMAND,
    unsuppress.COMMAND,
    bulk.COMMAND,
    resend.COMMAND,
    view.COMMAND,
    consent.COMMAND,
    whoami.COMMAND,
    language.COMMAND,
    policy.COMMAND,
    agents.COMMAND,
    audit.COMMAND,
    help.command(lambda: COMMANDS),
)
