"""`python -m benchmarks.stock FILE DATABASE`: `webex-bot` as it comes, with a command equal to a look-up.

Looks the address that was typed up in DATABASE (SQLite) and answers with what FILE holds about USER, filled
with whom it found. Run by `clients.py`, with the environment of a bot. Nothing of the framework is changed
but where it finds Webex.
"""

import functools
import json
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from webex_bot import webex_bot
from webex_bot.models.command import Command
from webex_bot.models.response import Response
from webex_bot.websockets import webex_websocket_client
from webexpythonsdk import WebexAPI

from benchmarks.commands import USER

FOUND = """
SELECT people.email, people.display_name, organizations.display_name FROM people
JOIN organizations ON organizations.id = people.organization_id WHERE people.email = ?
"""


class LookUp(Command):  # type: ignore[misc]  # webex-bot has no types
    """Answers to any text with an address in it: a keyword is found anywhere in what was typed."""

    def __init__(self, database: str, answer: str) -> None:
        super().__init__(command_keyword="@", help_message="look up a user by address")
        self._database = database
        self._answer = answer

    def execute(self, message: str, attachment_actions: Any, activity: Any) -> Response | str:
        address = attachment_actions.text.split()[-1]
        # Made for each command: commands run in several threads, which cannot share one.
        connection = sqlite3.connect(self._database)
        try:
            found = connection.execute(FOUND, (address,)).fetchone()
        finally:
            connection.close()
        if found is None:
            return f"Nobody has the address {address}."
        filled = json.loads(self._answer.replace(USER, found[0]))
        response = Response()
        response.text = filled["text"]
        response.attachments = filled["attachments"][0]
        return response


def main(answer: str, database: str) -> None:
    webex_websocket_client.DEFAULT_U2C_URL = os.environ["HELPDESK_WEBEX_CATALOG_URL"]
    webex_websocket_client.ssl_context = None  # the playground speaks without TLS
    webex_websocket_client.WebexAPI = functools.partial(WebexAPI, base_url=f"{os.environ['HELPDESK_WEBEX_URL']}/")
    bot = webex_bot.WebexBot(os.environ["WEBEX_ACCESS_TOKEN"], approved_domains=["partner.example"])
    bot.add_command(LookUp(database, answer))
    bot.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]).read_text(encoding="utf-8"), make_url(sys.argv[2]).database or "")
