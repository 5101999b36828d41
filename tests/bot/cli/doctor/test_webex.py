"""Whose token it is, and whether the bot is where its agents are."""

import pytest
from aiohttp import web

from playground.cloud import Cloud
from tests.bot.cli.doctor.answering import Answering
from tests.bot.cli.doctor.consultation import TOKEN, Doctor


async def test_the_token_of_a_bot_is_told_by_its_name(doctor: Doctor) -> None:
    cloud = Cloud()
    bot = cloud.add_bot("Help Desk")
    async with cloud.serve():
        found = await doctor("token", WEBEX_ACCESS_TOKEN=bot.token, HELPDESK_WEBEX_URL=cloud.url)
    assert found["token"] == "ok Help Desk (help.desk@webex.bot)"


async def test_the_token_of_a_person_is_refused(doctor: Doctor) -> None:
    cloud = Cloud()
    ana = cloud.add_person("Ana Ruiz", "ana.ruiz@partner.example")
    async with cloud.serve():
        found = await doctor("token", WEBEX_ACCESS_TOKEN=ana.token, HELPDESK_WEBEX_URL=cloud.url)
    assert found["token"].startswith("FAILED The token in WEBEX_ACCESS_TOKEN is that of Ana Ruiz")


async def test_a_refused_token_says_where_to_get_another(doctor: Doctor) -> None:
    cloud = Cloud()
    async with cloud.serve():
        found = await doctor("token", HELPDESK_WEBEX_URL=cloud.url)
    assert found["token"].startswith("FAILED Webex refused the token in WEBEX_ACCESS_TOKEN (401). Copy it again")


async def test_webex_out_of_reach_is_told_with_the_reason(doctor: Doctor) -> None:
    found = await doctor("token", HELPDESK_WEBEX_URL="http://127.0.0.1:9/v1")
    assert found["token"].startswith("FAILED 127.0.0.1:9 cannot be reached: Connection refused.")


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: web.Response(text="<html>Sign in to our wi-fi"),
        lambda request: web.Response(text="[" * 100_000),
        lambda request: web.Response(body=b"x" * (3 << 20)),
        lambda request: web.json_response([]),
        lambda request: web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"}),
        lambda request: web.json_response({}, status=503),
    ],
    ids=["a page", "too deep", "too long", "no object", "a redirection", "an outage"],
)
async def test_what_is_not_webex_is_told_so(doctor: Doctor, webex: Answering, answer: object) -> None:
    assert callable(answer)
    webex.answer = answer
    found = await doctor("token", HELPDESK_WEBEX_URL=webex.url)
    assert "and not as Webex does. Check HELPDESK_WEBEX_URL" in found["token"]


@pytest.mark.parametrize("kind", ["bot", "person"])
async def test_a_server_that_sends_the_token_back_does_not_get_it_shown(
    doctor: Doctor, webex: Answering, kind: str
) -> None:
    def echo(request: web.Request) -> web.Response:
        said = request.headers["Authorization"]
        return web.json_response({"id": said, "type": kind, "displayName": said, "emails": [said, "\x1b[31m"]})

    webex.answer = echo
    found = await doctor("token", HELPDESK_WEBEX_URL=webex.url)
    assert "***" in found["token"]
    assert TOKEN not in found["token"]
    assert found["token"].isprintable()


async def test_a_desk_space_without_the_bot_is_told_by_its_place(doctor: Doctor) -> None:
    cloud = Cloud()
    bot, ana = cloud.add_bot("Help Desk"), cloud.add_person("Ana Ruiz", "ana.ruiz@partner.example")
    ours, other = cloud.add_space("Desk", [ana, bot]), cloud.add_space("Other", [ana])
    ours.is_locked = True
    async with cloud.serve():
        webex = {"WEBEX_ACCESS_TOKEN": bot.token, "HELPDESK_WEBEX_URL": cloud.url}
        found = await doctor("desk spaces", HELPDESK_DESK_SPACES=ours.id, **webex)
        assert found["desk spaces"] == "ok the bot is in each of them, moderated and without outsiders: 1"
        found = await doctor("desk spaces", HELPDESK_DESK_SPACES=f"{ours.id},{other.id}", **webex)
        assert found["desk spaces"].startswith("FAILED The bot does not see space 2 of HELPDESK_DESK_SPACES")
