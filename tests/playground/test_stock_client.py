"""The stock `webex_bot.WebexBot` works against the playground: an independent check of what it plays."""

import asyncio
import os
import subprocess
import sys

import pytest

STOCK_BOT = """
import functools, os
from webex_bot.websockets import webex_websocket_client as client
from webex_bot import webex_bot
from webex_bot.models.command import Command
from webexpythonsdk import WebexAPI

client.DEFAULT_U2C_URL = os.environ["CATALOG"]
client.ssl_context = None
client.WebexAPI = functools.partial(WebexAPI, base_url=os.environ["API"])


class Echo(Command):
    def __init__(self):
        super().__init__(command_keyword="echo", help_message="say it again")

    def execute(self, message, attachment_actions, activity):
        inputs = getattr(attachment_actions, "inputs", None)
        return f"pressed {inputs['word']}" if inputs else f"heard {message.strip()}"


bot = webex_bot.WebexBot(os.environ["TOKEN"], approved_domains=["partner.example"], include_demo_commands=False)
bot.add_command(Echo())
bot.run()
"""


@pytest.fixture
async def stock_bot(world, tmp_path):
    # It finds keywords anywhere in a text: a mention shown as "Help" would be its help command.
    world.bot.nickname = "Parrot"
    environment = {"CATALOG": world.cloud.catalog_url, "API": f"{world.cloud.url}/", "TOKEN": world.bot.token}
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own program, and only started here
            [sys.executable, "-c", STOCK_BOT],
            env={**os.environ, **environment, "NO_PROXY": "127.0.0.1"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            await world.cloud.connected(world.bot, timeout=30)
            yield
        finally:
            process.kill()
            await asyncio.to_thread(process.wait)


async def answer_to(cloud, asked):
    """The bot's answer, once it acknowledged hearing itself: two acknowledgements at once break its line."""
    answer = await cloud.next_message(asked.space, after=asked, timeout=15)
    async with asyncio.timeout(15):
        while answer.id not in cloud.acknowledged:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
    return answer


async def test_the_stock_bot_answers_in_both_kinds_of_space_and_to_a_press(world, stock_bot):
    cloud = world.cloud
    direct = cloud.direct(world.ana, world.bot)
    asked = await cloud.post(world.ana, direct, "echo one")
    answer = await answer_to(cloud, asked)
    assert (answer.text, answer.parent_id) == ("heard one", asked.id)

    mentioned = await cloud.post(world.ana, world.desk, "echo two", mention=world.bot)
    assert "two" in (await answer_to(cloud, mentioned)).text

    card = await answer_to(cloud, await cloud.post(world.ana, direct, "help"))
    assert card.card
    pressed = await cloud.press(world.ana, card.id, {"command_keyword": "echo", "word": "three"})
    assert (await answer_to(cloud, pressed)).text == "pressed three"
    # It acknowledges by the REST id of what it read, which the real service probably ignores.
    assert {asked.id, pressed.id} <= set(cloud.acknowledged)
