"""What tests of whole exchanges lean on: typing, pressing, waiting."""

import pytest

from playground.cloud import Cloud
from playground.refusals import Refusal


async def say(rest, world, text, **more):
    answer = await rest(world.bot, "POST", "/messages", {"roomId": world.desk.id, "text": text, **more})
    assert answer.status == 200
    return answer.body


async def test_the_next_message_is_the_bots_and_later(world, rest):
    await say(rest, world, "too early")
    asked = await world.cloud.post(world.ana, world.desk, "help", mention=world.bot)
    await world.cloud.post(world.ana, world.desk, "not a bot's")
    await say(rest, world, "first")
    await say(rest, world, "second")
    first = await world.cloud.next_message(world.desk, after=asked)
    second = await world.cloud.next_message(world.desk, after=first)
    assert (first.text, first.person, second.text) == ("first", world.bot, "second")


async def test_waiting_in_vain_tells_what_is_there_instead(world):
    asked = await world.cloud.post(world.ana, world.desk, "help", mention=world.bot)
    await world.cloud.post(world.ana, world.desk, "anyone?")
    with pytest.raises(TimeoutError, match=r"anyone\?"):
        await world.cloud.next_message(world.desk, after=asked, timeout=0.05)


async def test_the_next_card_is_waited_for_past_mere_words(world, rest, card):
    asked = await world.cloud.post(world.ana, world.desk, "help", mention=world.bot)
    await say(rest, world, "Searching...")
    sent = await say(rest, world, "Pat", attachments=[card])
    found = await world.cloud.next_card(world.desk, after=asked)
    assert (found.id, found.card) == (sent["id"], card["content"])
    pressed = await world.cloud.press(world.ana, found.id, {"a": "b"})
    assert (pressed.person, pressed.message, pressed.inputs) == (world.ana, found, {"a": "b"})


async def test_what_webex_would_not_take_is_refused_to_people_too(world):
    with pytest.raises(Refusal, match="400"):
        await world.cloud.post(world.ana, world.desk, "x" * 7440)
    with pytest.raises(Refusal, match="404"):
        await world.cloud.post(world.bo, world.desk, "not a member")


async def test_rich_text_of_a_client_is_kept_and_mentions_in_it_count(world):
    spark = f'<spark-mention data-object-type="person" data-object-id="{world.bot.id}">Help</spark-mention>'
    message = await world.cloud.post(world.ana, world.desk, "thanks Help", html=f"<p>thanks {spark}</p>")
    assert message.mentioned == [world.bot]
    assert message.text == "thanks Help"


async def test_who_left_a_space_is_out_of_it(world, rest):
    world.cloud.join(world.bo, world.desk)
    assert (await rest(world.bo, "GET", f"/rooms/{world.desk.id}")).status == 200
    world.cloud.leave(world.bo, world.desk)
    assert (await rest(world.bo, "GET", f"/rooms/{world.desk.id}")).status == 404


async def test_two_clouds_do_not_know_each_other(world):
    other = Cloud()
    with pytest.raises(RuntimeError, match="not being served"):
        _ = other.url
    async with other.serve():
        assert other.url != world.cloud.url


def test_an_address_belongs_to_one_account(world):
    with pytest.raises(ValueError, match="already"):
        world.cloud.add_person("Ana Again", "ANA.RUIZ@partner.example")
